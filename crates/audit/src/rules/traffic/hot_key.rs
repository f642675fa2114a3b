//! Hashes that one key alone brings out of balance.

use foreign::envoy::model::Policy;
use foreign::haproxy::model::{Config, HashMethod, Proxy};
use foreign::nginx::model::Method;
use foreign::{Span, envoy, nginx};

use super::enough::enough;
use crate::finding::Finding;
use crate::predict::PoolPrediction;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKA304",
    name: "hot-key-unbounded",
    severity: Severity::Warning,
    needs: Needs::Log,
    what: "One key of a hash brings its server half as much again as it is to get, and nothing \
           bounds that.",
    why: "A hash spreads keys, not requests. All requests of the commonest key come to one \
          server, on top of its part of the others: a school behind one address, a picture that \
          everybody wants. More servers do not help, since the key is still one.",
    source: "The arithmetic, with the key's share of the log; HAProxy's manual on \
             `hash-balance-factor`, Envoy's on `hash_balance_factor`. nginx has no such bound.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend images
  mode http
  balance uri
  hash-type consistent
  server cache1 10.0.0.1:80
  server cache2 10.0.0.2:80
  server cache3 10.0.0.3:80
  server cache4 10.0.0.4:80
",
            good: "\
backend images
  mode http
  balance uri
  hash-type consistent
  hash-balance-factor 125
  server cache1 10.0.0.1:80
  server cache2 10.0.0.2:80
  server cache3 10.0.0.3:80
  server cache4 10.0.0.4:80
",
        },
        Example {
            product: Product::Nginx,
            bad: "\
events {}
http {
  upstream portal {
    hash $remote_addr consistent;
    server 10.0.0.1;
    server 10.0.0.2;
    server 10.0.0.3;
    server 10.0.0.4;
  }
}
",
            good: "\
events {}
http {
  upstream portal {
    zone portal 64k;
    least_conn;
    server 10.0.0.1;
    server 10.0.0.2;
    server 10.0.0.3;
    server 10.0.0.4;
  }
}
",
        },
        Example { product: Product::Envoy, bad: ENVOY_BAD, good: ENVOY_GOOD },
    ],
    fix: "HAProxy: `hash-balance-factor 125` with `hash-type consistent`. Envoy: \
          `hash_balance_factor: 125` in `consistent_hashing_lb_config`. nginx: hash something \
          finer, or choose by load.",
};

macro_rules! envoy {
    ($bound:literal) => {
        concat!(
            "\
static_resources:
  listeners:
  - name: web
    filter_chains:
    - filters:
      - name: http
        typed_config:
          \"@type\": type.googleapis.com/envoy.extensions.filters.network.\
http_connection_manager.v3.HttpConnectionManager
          route_config:
            virtual_hosts:
            - name: all
              domains: [\"*\"]
              routes:
              - match: { prefix: / }
                route:
                  cluster: portal
                  hash_policy: [{ connection_properties: { source_ip: true } }]
  clusters:
  - name: portal
    lb_policy: RING_HASH
",
            $bound,
            "    load_assignment:
      cluster_name: portal
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.3, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.4, port_value: 80 } } }
"
        )
    };
}

const ENVOY_BAD: &str = envoy!("");
const ENVOY_GOOD: &str = envoy!(
    "    common_lb_config: { consistent_hashing_lb_config: { hash_balance_factor: 125 } }\n"
);

/// A key may bring its server so many times what it is to get.
const TIMES_MAX: f64 = 1.5;

/// EKA304
#[derive(Debug)]
pub(in crate::rules) struct HotKey;

impl Rule for HotKey {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        let Some(prediction) = case.prediction else { return };
        for pool in enough(prediction) {
            let place = match &case.subject.parsed {
                Parsed::Haproxy(config) => haproxy(config, &pool.name),
                Parsed::Nginx(config) => nginx(config, &pool.name),
                Parsed::Envoy(configs) => envoy(configs, &pool.name),
                // A bound belongs to each of its hashes.
                Parsed::Evenkeel(_) => None,
            };
            found.extend(place.and_then(|place| finding(pool, place)));
        }
    }
}

fn finding(pool: &PoolPrediction, place: Option<Span>) -> Option<Finding> {
    let name = pool.keys.hottest_server.as_deref()?;
    let server = pool.servers.iter().find(|server| server.name == name)?;
    let (share, intended) = (pool.keys.hottest_share, server.share_intended);
    if intended <= 0.0 || share <= TIMES_MAX * intended {
        return None;
    }
    let what = format!(
        "the commonest key of `{}` has {:.1} % of the requests in the log: alone it brings \
         `{name}` {:.1} times the {:.1} % that it is to get, and nothing bounds that",
        pool.name,
        share * 100.0,
        share / intended,
        intended * 100.0
    );
    Some(Finding::new(&DOC, what).at(place).of(&*pool.name))
}

/// Where a hash stands that keys alone decide and that has no bound.
fn haproxy(config: &Config, backend: &str) -> Option<Option<Span>> {
    let proxy: &Proxy = config.backends().find(|proxy| proxy.name.as_ref() == backend)?;
    let settings = &proxy.settings;
    let consistent = settings.hash_type.is_some_and(|it| it.value.method == HashMethod::Consistent);
    let is_bound = consistent && settings.hash_balance_factor.is_some_and(|it| it.value > 0);
    let is_kept = proxy.cookie().is_some() || !proxy.stick_rules.is_empty();
    let is_free = config.algorithm(proxy).is_hash() && !is_bound && !is_kept;
    is_free.then(|| settings.balance.as_ref().map(|balance| balance.span))
}

fn nginx(config: &nginx::model::Config, name: &str) -> Option<Option<Span>> {
    let upstream = config.upstreams.iter().find(|upstream| upstream.name.value == name)?;
    let is_hash = matches!(upstream.method.value, Method::Hash { .. } | Method::IpHash);
    (is_hash && upstream.sticky.is_none()).then_some(upstream.method.span)
}

fn envoy(configs: &[envoy::model::Config], name: &str) -> Option<Option<Span>> {
    let cluster = configs.iter().find_map(|config| config.cluster(name))?;
    let kept =
        configs.iter().flat_map(|config| &config.listeners).any(|it| !it.stateful.is_empty());
    (is_free(&cluster.policy.value) && !kept).then_some(cluster.policy.span)
}

fn is_free(policy: &Policy) -> bool {
    match policy {
        Policy::WrrLocality(inner) | Policy::Subset(inner) | Policy::OverrideHost(inner) => {
            is_free(inner)
        }
        Policy::RingHash { bound, .. } | Policy::Maglev { bound, .. } => bound.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    /// Goal: only a key that is hot for its own server, and decides alone, is told of. Method: a
    /// log of which one address sends four of ten requests.
    #[test]
    fn a_key_is_as_hot_as_its_server_is_small() {
        let check = |lines: &str, servers: usize, count: usize| {
            let mut text = format!("backend p\n mode http\n {lines}\n");
            for server in 1..=servers {
                text += &format!(" server s{server} 10.0.0.{server}:80 cookie s{server}\n");
            }
            let found = testing::found(&HotKey, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
            assert!(found.iter().all(|it| it.what.contains("has 40.0 % of")), "{found:?}");
        };
        check("balance source", 4, 1);
        check("balance source", 3, 0);
        check("balance roundrobin", 4, 0);
        check("balance source\n hash-balance-factor 125", 4, 1);
        check("balance source\n cookie S insert", 4, 0);
        check("balance source\n stick-table type ip size 9k\n stick on src", 4, 0);
    }
}
