//! Pools in which some servers have a limit and others none.

use foreign::haproxy::model::{Algorithm, Config};
use foreign::nginx::model::Config as Nginx;

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{backends, upstreams};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKO501",
    name: "no-per-server-cap",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "Some servers of a pool have a limit of connections, and another has none.",
    why: "Servers that are full are passed over. Under load everything above their limits goes to \
          the one that has none, until it breaks. A pool in which nobody has a limit is not meant.",
    source: "HAProxy 2.6: of 60 requests that took their time, 56 went to the one of three servers \
             without `maxconn` [ran].",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend app
  server a 10.0.0.1:80 maxconn 100
  server b 10.0.0.2:80 maxconn 100
  server c 10.0.0.3:80
",
            good: "\
backend app
  default-server maxconn 100
  server a 10.0.0.1:80
  server b 10.0.0.2:80
  server c 10.0.0.3:80
",
        },
        Example {
            product: Product::Nginx,
            bad: "\
upstream app {
  zone app 64k;
  server 10.0.0.1 max_conns=100;
  server 10.0.0.2;
}
",
            good: "\
upstream app {
  zone app 64k;
  server 10.0.0.1 max_conns=100;
  server 10.0.0.2 max_conns=100;
}
",
        },
    ],
    fix: "Give every server of the pool the limit that it can bear: `maxconn` in HAProxy, \
          `max_conns` in nginx.",
};

/// EKO501
#[derive(Debug)]
pub(in crate::rules) struct PartialCap;

impl Rule for PartialCap {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        match &case.subject.parsed {
            Parsed::Haproxy(config) => haproxy(config, found),
            Parsed::Nginx(config) => nginx(config, found),
            Parsed::Envoy(_) | Parsed::Evenkeel(_) => {}
        }
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    for pool in backends(config) {
        let proxy = pool.of;
        // One after the other is filled, and the last one may have the rest.
        if config.algorithm(proxy) == Algorithm::First {
            continue;
        }
        let servers = &pool.servers;
        let open = servers.iter().find(|server| server.settings.connections_max().is_none());
        let capped =
            servers.iter().filter(|server| server.settings.connections_max().is_some()).count();
        let Some(open) = open.filter(|_| capped > 0) else { continue };
        let what = told(&open.name, "maxconn", capped, pool.name);
        found.push(pool.finding(&DOC, what).at(open.span));
    }
}

fn nginx(config: &Nginx, found: &mut Vec<Finding>) {
    for pool in upstreams(config) {
        let peers = &pool.servers;
        let open = peers.iter().find(|peer| peer.max_conns.value == 0);
        let capped = peers.iter().filter(|peer| peer.max_conns.value > 0).count();
        let Some(open) = open.filter(|_| capped > 0) else { continue };
        let name = pool.name;
        let what = told(&open.written.value, "max_conns", capped, name);
        found.push(pool.finding(&DOC, what).at(open.span));
    }
}

fn told(open: &str, word: &str, capped: usize, pool: &str) -> String {
    let others = match capped {
        1 => "another has one: when that is full".to_owned(),
        _ => format!("{capped} others have one: when they are full"),
    };
    format!("`{open}` of `{pool}` has no `{word}`, and {others}, it gets all the rest")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn all_or_nobody() {
        let check = |balance: &str, first: &str, second: &str, count: usize| {
            let text = format!(
                "backend p\n balance {balance}\n server a 10.0.0.1:80 {first}\n server b \
                 10.0.0.2:80 {second}\n"
            );
            let found = testing::found(&PartialCap, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("roundrobin", "", "", 0);
        check("roundrobin", "maxconn 5", "", 1);
        check("roundrobin", "maxconn 5", "maxconn 9", 0);
        check("roundrobin", "maxconn 5", "minconn 2", 0);
        check("roundrobin", "maxconn 5", "backup", 0);
        check("first", "maxconn 5", "", 0);
    }
}
