//! Hashes without keys, and keys without hashes.

use foreign::envoy::model::{Cluster, Config, Policy, Route, Target};
use foreign::{Sources, Span};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::clusters;
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKA309",
    name: "hash-without-key",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "A cluster is balanced by a hash and its routes say of nothing, or routes have a \
           `hash_policy` and the cluster does not hash.",
    why: "Either half alone does nothing, and Envoy is silent. Without a `hash_policy` a ring \
          gives each request a server at random; without a ring the `hash_policy` is not looked \
          at. Sessions that are believed to be kept are not.",
    source: "Envoy's documentation of ring hash, Maglev and `hash_policy`.",
    examples: &[Example {
        product: Product::Envoy,
        bad: BAD,
        good: "\
static_resources:
  listeners:
  - filter_chains:
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
                  hash_policy: [{ header: { header_name: x-user } }]
  clusters:
  - { name: portal, type: EDS, lb_policy: RING_HASH }
",
    }],
    fix: "Write both: `hash_policy` for the routes, `RING_HASH` or `MAGLEV` for the cluster.",
};

const BAD: &str = "\
static_resources:
  listeners:
  - filter_chains:
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
                route: { cluster: portal }
  clusters:
  - { name: portal, type: EDS, lb_policy: RING_HASH }
";

/// EKA309
#[derive(Debug)]
pub(in crate::rules) struct HashWithoutKey;

impl Rule for HashWithoutKey {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        if let Parsed::Envoy(configs) = &case.subject.parsed {
            envoy(configs, case.subject.sources(), found);
        }
    }
}

fn envoy(configs: &[Config], sources: &Sources, found: &mut Vec<Finding>) {
    let tables = configs.iter().flat_map(|config| &config.tables);
    let routes: Vec<&Route> =
        tables.flat_map(|table| table.routes()).map(|(_, route)| route).collect();
    let listeners = || configs.iter().flat_map(|config| &config.listeners);
    for pool in clusters(configs) {
        let cluster = pool.of;
        let name = pool.name;
        let by_connection =
            listeners().any(|listener| listener.tcp.iter().any(|to| leads(to, name)));
        // A policy of its own may hash by itself.
        let has_own = sources.slice(cluster.span).contains("hash_policy");
        if by_connection || has_own || pool.servers.len() == 1 {
            continue;
        }
        let mine = || routes.iter().filter(|route| leads(&route.target, name));
        if hashes(cluster) && mine().next().is_some() && mine().all(|it| it.hash.is_empty()) {
            let what = format!(
                "`{name}` is balanced by a hash, and none of its {} routes says of what: each \
                 request gets a server at random",
                mine().count()
            );
            let place: Option<Span> = cluster.policy.span;
            found.push(pool.finding(&DOC, what).at(place));
        }
        let hash = mine().find_map(|route| route.hash.first()).filter(|_| ignores(cluster));
        if let Some(hash) = hash {
            let what = format!(
                "routes to `{name}` say what is to be hashed, and the cluster does not hash: \
                 requests of one user go to any of its servers"
            );
            let place = cluster.policy.span.unwrap_or(cluster.name.span);
            let finding = pool.finding(&DOC, what).at(hash.span);
            found.push(finding.related(place, "the cluster"));
        }
    }
}

fn leads(target: &Target, cluster: &str) -> bool {
    match target {
        Target::Cluster(name) => name.value == cluster,
        Target::Weighted(parts) => parts.iter().any(|part| part.cluster.value == cluster),
        _ => false,
    }
}

fn hashes(cluster: &Cluster) -> bool {
    matches!(cluster.policy.value, Policy::RingHash { .. } | Policy::Maglev { .. })
}

/// Whether the policy surely looks at no hash.
fn ignores(cluster: &Cluster) -> bool {
    matches!(
        cluster.policy.value,
        Policy::RoundRobin(_) | Policy::LeastRequest { .. } | Policy::Random
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn either_half_alone_does_nothing() {
        let check = |route: &str, cluster: &str, count: usize| {
            let text = BAD.replace("route: { cluster: portal }", route);
            let text = text.replace("lb_policy: RING_HASH", cluster);
            let found = testing::found(&HashWithoutKey, Product::Envoy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        let key = "route: { cluster: portal, hash_policy: [{ header: { header_name: x } }] }";
        let none = "route: { cluster: portal }";
        check(none, "lb_policy: MAGLEV", 1);
        check(none, "lb_policy: ROUND_ROBIN", 0);
        check(key, "lb_policy: ROUND_ROBIN", 1);
        check(key, "lb_policy: MAGLEV", 0);
        check("route: { cluster: other }", "lb_policy: MAGLEV", 0);
    }
}
