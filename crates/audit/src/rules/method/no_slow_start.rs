//! The rush onto a server that has just come back.

use foreign::envoy::model::{Cluster, Config as Envoy, Policy};
use foreign::haproxy::model::{Algorithm, Config, Server};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{backends, clusters};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKA305",
    name: "least-load-no-slow-start",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "Servers are chosen by their load, come and go by checks, and have no slow start.",
    why: "A server that has just come back has no connections, and so wins every comparison: it \
          gets nearly all that is new until it has as much as the others, with caches that are \
          cold. It fails again, and the next one with it.",
    source: "envoy#28444: new pods are flooded when a service is scaled up; HAProxy's manual on \
             `slowstart`.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  balance leastconn
  server web1 10.0.0.1:80 check
  server web2 10.0.0.2:80 check
",
            good: "\
backend portal
  balance leastconn
  default-server check slowstart 30s
  server web1 10.0.0.1:80
  server web2 10.0.0.2:80
",
        },
        Example {
            product: Product::Envoy,
            bad: "\
static_resources:
  clusters:
  - name: portal
    type: EDS
    lb_policy: LEAST_REQUEST
",
            good: "\
static_resources:
  clusters:
  - name: portal
    type: EDS
    lb_policy: LEAST_REQUEST
    least_request_lb_config:
      slow_start_config: { slow_start_window: 30s }
",
        },
    ],
    fix: "HAProxy: `slowstart 30s` for the servers. Envoy: `slow_start_config`.",
};

/// EKA305
#[derive(Debug)]
pub(in crate::rules) struct NoSlowStart;

impl Rule for NoSlowStart {
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
        let rushed = |server: &&Server| {
            let settings = &server.settings;
            let returns = settings.is_checked() || settings.track.is_some();
            returns && settings.slowstart_ms.is_none_or(|slow| slow.value == 0)
        };
        let servers = &pool.servers;
        let count = servers.iter().copied().filter(rushed).count();
        let is_least = config.algorithm(proxy) == Algorithm::LeastConn;
        if !is_least || count == 0 || servers.len() < 2 {
            continue;
        }
        let what = format!(
            "{count} of {} servers of `{}` have no `slowstart`: whichever comes back gets all \
             that is new until it has as many connections as the others",
            servers.len(),
            pool.name
        );
        let span = proxy.settings.balance.as_ref().map(|balance| balance.span);
        found.push(pool.finding(&DOC, what).at(span));
    }
}

fn envoy(configs: &[Envoy], found: &mut Vec<Finding>) {
    for pool in clusters(configs) {
        let cluster = pool.of;
        let is_rushed =
            matches!(cluster.policy.value, Policy::LeastRequest { slow_start: None, .. });
        let count = pool.servers.len();
        if !is_rushed || !changes(cluster, count) {
            continue;
        }
        let what = format!(
            "`{}` has no `slow_start_config`: a server that is new wins every comparison until it \
             has as many requests as the others",
            pool.name
        );
        found.push(pool.finding(&DOC, what).at(cluster.policy.span));
    }
}

/// Whether servers come and go.
fn changes(cluster: &Cluster, count: usize) -> bool {
    match cluster.discovery.value.as_str() {
        "EDS" | "STRICT_DNS" => true,
        "STATIC" => count > 1 && !(cluster.checks.is_empty() && cluster.outlier.is_none()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn only_who_comes_back_is_rushed() {
        let check = |balance: &str, server: &str, count: usize| {
            let servers = format!("server a 10.0.0.1:80 {server}\n server b 10.0.0.2:80 {server}");
            let text = format!("backend p\n balance {balance}\n {servers}\n");
            let found = testing::found(&NoSlowStart, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("leastconn", "check", 1);
        check("leastconn", "", 0);
        check("leastconn", "check backup", 0);
        check("leastconn", "check slowstart 10s", 0);
        check("roundrobin", "check", 0);
    }
}
