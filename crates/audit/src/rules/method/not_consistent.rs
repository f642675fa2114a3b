//! Hashes that move most keys when a server comes or goes.

use foreign::haproxy::model::{Config, HashMethod, Proxy};
use foreign::nginx::model::{Config as Nginx, Method};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{backends, upstreams};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKA301",
    name: "hash-not-consistent",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "Keys are laid onto three or more servers by a remainder.",
    why: "One server more or less changes the remainder of nearly all keys. HAProxy does that the \
          moment a server goes down: of five servers one fails, and four of five users lose their \
          session, or the caches are cold, exactly when a server is missing. nginx skips a failed \
          server and moves only its keys, but with a server added to the file, or taken out, most \
          move. On a ring only the keys of that server do.",
    source: "HAProxy's manual on `hash-type`, nginx's on `hash`; the arithmetic. The weight of it \
             is a judgement.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend images
  mode http
  balance uri
  server cache1 10.0.0.1:80 check
  server cache2 10.0.0.2:80 check
  server cache3 10.0.0.3:80 check
",
            good: "\
backend images
  mode http
  balance uri
  hash-type consistent
  server cache1 10.0.0.1:80 check
  server cache2 10.0.0.2:80 check
  server cache3 10.0.0.3:80 check
",
        },
        Example {
            product: Product::Nginx,
            bad: "\
events {}
http {
  upstream images {
    hash $uri;
    server 10.0.0.1;
    server 10.0.0.2;
    server 10.0.0.3;
  }
}
",
            good: "\
events {}
http {
  upstream images {
    hash $uri consistent;
    server 10.0.0.1;
    server 10.0.0.2;
    server 10.0.0.3;
  }
}
",
        },
    ],
    fix: "HAProxy: `hash-type consistent`. nginx: `consistent` behind the key. The change itself \
          moves most keys once.",
};

/// With two servers the keys of the one that is left stay where they are.
const SERVERS_MIN: usize = 3;

/// EKA301
#[derive(Debug)]
pub(in crate::rules) struct NotConsistent;

impl Rule for NotConsistent {
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
        let method = proxy.settings.hash_type.map_or(HashMethod::MapBased, |it| it.value.method);
        let is_remainder = config.algorithm(proxy).is_hash() && method == HashMethod::MapBased;
        let count = pool.servers.len();
        if !is_remainder || count < SERVERS_MIN || is_kept(proxy) {
            continue;
        }
        let what = format!(
            "when one of {count} servers of `{}` goes down, about {:.0} % of all keys move to \
             another server, not only its own",
            pool.name,
            100.0 * (count - 1) as f64 / count as f64
        );
        let span = proxy.settings.balance.as_ref().map(|balance| balance.span);
        found.push(pool.finding(&DOC, what).at(span));
    }
}

/// Whether sessions are kept by something else than the hash.
fn is_kept(proxy: &Proxy) -> bool {
    let has_value = |server: &foreign::haproxy::model::Server| server.settings.cookie.is_some();
    let cookie = proxy.cookie();
    let by_cookie =
        cookie.is_some_and(|it| it.value.dynamic || proxy.servers.iter().any(has_value));
    by_cookie || !proxy.stick_rules.is_empty()
}

fn nginx(config: &Nginx, found: &mut Vec<Finding>) {
    for pool in upstreams(config) {
        let upstream = pool.of;
        let is_remainder = matches!(upstream.method.value, Method::Hash { consistent: false, .. });
        let count = pool.servers.len();
        if !is_remainder || count < SERVERS_MIN {
            continue;
        }
        let what = format!(
            "when a server is added to the {count} of `{}`, or one is taken out, most keys move \
             to another server, not only its own",
            pool.name
        );
        found.push(pool.finding(&DOC, what).at(upstream.method.span));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn what_a_remainder_moves() {
        let check = |lines: &str, third: &str, count: usize| {
            let servers = "server a 10.0.0.1:80 cookie a\n server b 10.0.0.2:80";
            let text = format!("backend p\n mode http\n {lines}\n {servers}\n {third}\n");
            let found = testing::found(&NotConsistent, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        let third = "server c 10.0.0.3:80";
        check("balance source", third, 1);
        check("balance source", "server c 10.0.0.3:80 backup", 0);
        check("balance roundrobin", third, 0);
        check("balance source\n hash-type consistent sdbm", third, 0);
        check("balance source\n cookie C insert", third, 0);
        check("mode tcp\n balance uri", third, 0);
    }
}
