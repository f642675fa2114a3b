//! Pools in which nobody takes new work.

use foreign::envoy;
use foreign::haproxy::model::{Config, Level, Proxy};
use foreign::nginx::model::Config as Nginx;

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{assignment, backends, clusters, is_sent_to, upstreams};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKW202",
    name: "vanishing-pool",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "No server of a pool takes new work: all have weight 0, are down, or none is there.",
    why: "Every new session gets 503 (502 from nginx). A pool of zeros is what a script leaves \
          behind that drains one server after the other. Sessions with a cookie still get through, \
          so that whoever tests with an old browser sees nothing. Evenkeel refuses such a file.",
    source: "`haproxy -c` 2.6 and `nginx -t` 1.22 take it without a word [ran].",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  mode http
  server web1 10.0.0.1:80 weight 0
  server web2 10.0.0.2:80 weight 0
",
            good: "\
backend portal
  mode http
  server web1 10.0.0.1:80 weight 0
  server web2 10.0.0.2:80
",
        },
        Example {
            product: Product::Nginx,
            bad: "\
events {}
http {
  upstream portal {
    server 10.0.0.1 down;
    server 10.0.0.2 down;
  }
}
",
            good: "\
events {}
http {
  upstream portal {
    server 10.0.0.1 down;
    server 10.0.0.2 backup;
  }
}
",
        },
        Example {
            product: Product::Envoy,
            bad: "\
static_resources:
  clusters:
  - name: portal
    type: STATIC
    load_assignment: { cluster_name: portal, endpoints: [] }
",
            good: "\
static_resources:
  clusters:
  - name: portal
    type: EDS
",
        },
    ],
    fix: "Give at least one server a weight and take `down` or `disabled` off it.",
};

/// EKW202
#[derive(Debug)]
pub(in crate::rules) struct VanishingPool;

impl Rule for VanishingPool {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        match &case.subject.parsed {
            Parsed::Haproxy(config) => haproxy(config, found),
            Parsed::Nginx(config) => nginx(config, found),
            Parsed::Envoy(configs) => envoy(configs, found),
            Parsed::Evenkeel(_) => {}
        }
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    // Whoever may give orders can enable slots that wait for servers.
    let has_orders = config.global.sockets.iter().any(|socket| socket.level == Level::Admin);
    for pool in backends(config).filter(|pool| !pool.of.servers.is_empty()) {
        let proxy = pool.of;
        let is_off = proxy.settings.disabled.is_some_and(|disabled| disabled.value);
        let servers = proxy.servers.iter().map(|server| &server.settings);
        let takes = proxy.servers.iter().any(|server| {
            let settings = &server.settings;
            !settings.is_disabled() && (settings.weight() > 0 || is_sent_to(proxy, server))
        });
        let is_waiting = has_orders && servers.clone().any(|it| it.is_disabled());
        if is_off || takes || is_waiting || changes(proxy) {
            continue;
        }
        let what = format!(
            "none of {} servers of `{}` takes new sessions: they get 503",
            proxy.servers.len(),
            pool.name
        );
        let first = proxy.servers.first();
        let place = first.map(|server| match server.settings.disabled {
            Some(disabled) if disabled.value => disabled.span,
            _ => server.settings.weight.map_or(server.span, |weight| weight.span),
        });
        found.push(pool.finding(&DOC, what).at(place));
    }
}

/// Whether an agent or a file sets other weights.
fn changes(proxy: &Proxy) -> bool {
    let asks = |on: Option<foreign::Placed<bool>>| on.is_some_and(|on| on.value);
    proxy.servers.iter().any(|server| asks(server.settings.agent_check))
}

fn nginx(config: &Nginx, found: &mut Vec<Finding>) {
    for pool in upstreams(config).filter(|pool| !pool.of.peers.is_empty()) {
        let upstream = pool.of;
        if upstream.peers.iter().any(|peer| !peer.down.value) {
            continue;
        }
        let what = format!(
            "all {} servers of `{}` are `down`: every request gets 502",
            upstream.peers.len(),
            pool.name
        );
        let place = upstream.peers.first().and_then(|peer| peer.down.span);
        found.push(pool.finding(&DOC, what).at(place));
    }
}

fn envoy(configs: &[envoy::model::Config], found: &mut Vec<Finding>) {
    for pool in clusters(configs) {
        let cluster = pool.of;
        let is_written = matches!(&*cluster.discovery.value, "STATIC" | "STRICT_DNS");
        let some = assignment(configs, cluster).is_some_and(|it| it.endpoints().next().is_some());
        // Meshes have one whose purpose is to be empty.
        let name = cluster.name.value.to_ascii_lowercase().replace(['-', '_'], "");
        if !is_written || some || name.contains("blackhole") {
            continue;
        }
        let what = format!("the cluster `{}` has no server: every request gets 503", pool.name);
        found.push(pool.finding(&DOC, what).at(cluster.name.span));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn somebody_has_to_take_new_sessions() {
        let check = |lines: &str, count: usize| {
            let text = format!("{lines}\n");
            let found = testing::found(&VanishingPool, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        let disabled = "backend p\n server a 10.0.0.1:80 disabled";
        check(disabled, 1);
        check(&format!("global\n stats socket /a level admin\n{disabled}"), 0);
        check(&format!("{disabled}\n server b 10.0.0.2:80 backup"), 0);
        check("backend p\n server a 10.0.0.1:80 weight 0", 1);
        check("backend p\n server a 10.0.0.1:80 weight 0 agent-check", 0);
        check("backend p\n http-request deny", 0);
        // Weight 0 keeps a server for what a rule sends to it.
        let zero = "server a 10.0.0.1:80 weight 0\n server b 10.0.0.2:80 weight 0";
        check(&format!("backend p\n {zero}"), 1);
        check(&format!("backend p\n use-server a if {{ path /a }}\n {zero}"), 0);
        check(&format!("backend p\n use-server %[path] if {{ path /a }}\n {zero}"), 0);
        check("backend p\n use-server a if { path /a }\n server a 10.0.0.1:80 disabled", 1);
        check("listen p\n bind :1\n disabled\n server a 10.0.0.1:80 disabled", 0);
    }
}
