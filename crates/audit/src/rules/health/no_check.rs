//! Servers that nobody checks.

use foreign::Span;
use foreign::envoy::model::Config as Envoy;
use foreign::haproxy::model::{Config, Mode, Proxy, Server};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{backends, clusters, endpoint_name, is_routed, named};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKH401",
    name: "no-health-check",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "Servers that share a load are not checked.",
    why: "A server that is not checked is never left out. When it dies, its share of the \
          requests fails for as long as it is dead. With `option redispatch` HAProxy tries \
          another server where a connection does not come about: what is refused costs nothing \
          then, what is lost waits for `timeout connect`, and a server that takes requests and \
          fails them keeps its share.",
    source: "`haproxy -c` 2.6 takes such a backend without a word. Of two servers one was dead: \
             half of the requests got 503, and with `option redispatch` none [ran].",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend app
  server a 10.0.0.1:80
  server b 10.0.0.2:80
",
            good: "\
backend app
  default-server check
  server a 10.0.0.1:80
  server b 10.0.0.2:80
",
        },
        Example { product: Product::Envoy, bad: CLUSTER, good: CHECKED },
    ],
    fix: "HAProxy: `check` for every server, or in `default-server`. Envoy: `health_checks`, or at \
          least `outlier_detection`.",
};

const CLUSTER: &str = "\
static_resources:
  clusters:
  - name: app
    type: STATIC
    load_assignment:
      cluster_name: app
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
";

const CHECKED: &str = "\
static_resources:
  clusters:
  - name: app
    type: STATIC
    outlier_detection: {}
    load_assignment:
      cluster_name: app
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
";

/// EKH401
#[derive(Debug)]
pub(in crate::rules) struct NoCheck;

impl Rule for NoCheck {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        match &case.subject.parsed {
            Parsed::Haproxy(config) => haproxy(config, found),
            Parsed::Envoy(configs) => envoy(configs, found),
            Parsed::Nginx(_) | Parsed::Evenkeel(_) => {}
        }
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    for pool in backends(config) {
        let proxy = pool.of;
        if !matches!(proxy.mode(), Mode::Http | Mode::Tcp) {
            continue;
        }
        let servers = &pool.servers;
        let blind: Vec<_> = servers.iter().filter(|server| !is_watched(server)).collect();
        let Some(first) = blind.first().filter(|_| servers.len() > 1) else { continue };
        let what = format!(
            "{} of {} servers of `{}` are not checked: {}",
            blind.len(),
            servers.len(),
            pool.name,
            named(blind.iter().map(|server| &server.name))
        );
        let finding = pool.finding(&DOC, what).at(first.span);
        found.push(match asks_how(proxy).filter(|_| blind.len() == servers.len()) {
            Some(span) => finding.related(span, "this says how to check, and no server is checked"),
            None => finding,
        });
    }
}

/// Where a proxy says how servers are to be asked. Without `check` at a server nobody asks.
fn asks_how(proxy: &Proxy) -> Option<Span> {
    let settings = &proxy.settings;
    let options = ["httpchk", "tcp-check", "mysql-check", "pgsql-check", "redis-check", "smtpchk"];
    let said = options.iter().filter_map(|name| settings.option(name));
    said.filter(|said| said.value.is_on).map(|said| said.span).next()
}

/// Whether something takes a server out that is dead. Names of which several servers are made are
/// left to whoever answers for them, as Consul does with those that are well.
fn is_watched(server: &Server) -> bool {
    let settings = &server.settings;
    let is_asked = settings.agent_check.is_some_and(|asked| asked.value);
    let is_discovered = server.number.is_some() && settings.resolvers.is_some();
    settings.is_checked() || is_asked || settings.track.is_some() || is_discovered
}

fn envoy(configs: &[Envoy], found: &mut Vec<Finding>) {
    for pool in clusters(configs) {
        let cluster = pool.of;
        let is_written = matches!(&*cluster.discovery.value, "STATIC" | "STRICT_DNS");
        let is_watched = !cluster.checks.is_empty() || cluster.outlier.is_some();
        let endpoints = &pool.servers;
        if !is_written || is_watched || endpoints.len() < 2 || !is_routed(configs, cluster) {
            continue;
        }
        let name = pool.name;
        let what = format!(
            "{} servers of `{name}` are neither checked nor ejected: {}",
            endpoints.len(),
            named(endpoints.iter().map(|endpoint| endpoint_name(endpoint)))
        );
        found.push(pool.finding(&DOC, what).at(cluster.name.span));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn one_server_alone_and_tracked_ones_are_not_meant() {
        let check = |servers: &str, count: usize| {
            let text = format!("backend p\n server a 10.0.0.1:80{servers}\n");
            let found = testing::found(&NoCheck, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("", 0);
        check("\n server b 10.0.0.2:80", 1);
        check("\n server b 10.0.0.2:80 check", 1);
        check(" check\n server b 10.0.0.2:80 track p/a", 0);
        check("\n server b 10.0.0.2:80 backup", 0);
        check("\n server b 10.0.0.2:80 disabled", 0);
        check(" check\n server-template s 2 app.example:80 resolvers dns", 0);
        check("\n disabled\n server b 10.0.0.2:80", 0);
    }

    /// Goal: who wrote how to check, and believes that it is done, is shown the line.
    #[test]
    fn a_check_that_is_described_and_not_made_is_shown() {
        let check = |first: &str, count: usize| {
            let servers = format!("server a 10.0.0.1:80{first}\n server b 10.0.0.2:80");
            let text = format!("backend p\n option httpchk GET /up\n {servers}\n");
            let found = testing::found(&NoCheck, Product::Haproxy, &text);
            assert_eq!(found[0].related.len(), count, "{text}");
        };
        check("", 1);
        check(" check", 0);
    }
}
