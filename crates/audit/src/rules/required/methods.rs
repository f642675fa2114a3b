//! Methods that a policy does not list.

use foreign::Span;
use foreign::envoy::model::Policy;
use foreign::haproxy::model::{Algorithm, Mode};
use foreign::nginx::model::Method;

use super::kind::Required;
use crate::finding::Finding;
use crate::policy::Require;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs};
use crate::rules::pools::{backends, clusters, upstreams};
use crate::severity::Severity;
use crate::subject::{Parsed, Subject};

static DOC: Doc = Doc {
    id: "EKL806",
    name: "method-not-allowed",
    severity: Severity::Error,
    needs: Needs::Policy,
    what: "A pool chooses its servers by a method that the policy does not list (`methods`).",
    why: "Which server a request goes to decides what a slow or dead one costs, and an operator \
          should not have to learn that anew for each pool. What a program does where nothing is \
          written counts, too. Pools of one server choose nothing.",
    source: "The policy.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  mode http
  balance source
  server web1 10.0.0.1:80
  server web2 10.0.0.2:80
",
            good: "\
backend portal
  mode http
  balance leastconn
  server web1 10.0.0.1:80
  server web2 10.0.0.2:80
",
        },
        Example {
            product: Product::Nginx,
            bad: "\
events {}
http {
  upstream portal {
    server 10.0.0.1;
    server 10.0.0.2;
  }
}
",
            good: "\
events {}
http {
  upstream portal {
    least_conn;
    server 10.0.0.1;
    server 10.0.0.2;
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
    lb_policy: RANDOM
    load_assignment:
      cluster_name: portal
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
",
            good: "\
static_resources:
  clusters:
  - name: portal
    lb_policy: LEAST_REQUEST
    load_assignment:
      cluster_name: portal
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
",
        },
        Example {
            product: Product::Evenkeel,
            bad: "\
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"portal\"
[pools.portal]
policy = \"random\"
endpoints = [
  { name = \"web1\", address = \"10.0.0.1:80\" },
  { name = \"web2\", address = \"10.0.0.2:80\" },
]
",
            good: "\
[[listeners]]
name = \"web\"
address = \"0.0.0.0:8080\"
[[routes]]
pool = \"portal\"
[pools.portal]
policy = \"least_pressure\"
endpoints = [
  { name = \"web1\", address = \"10.0.0.1:80\" },
  { name = \"web2\", address = \"10.0.0.2:80\" },
]
",
        },
    ],
    fix: "Take one of the methods that the policy lists, or have it list this one.",
};

/// All methods of all balancers, as they are written there.
pub(crate) const METHODS: [&str; 32] = [
    "first",
    "hash",
    "hdr",
    "leastconn",
    "log-hash",
    "random",
    "rdp-cookie",
    "roundrobin",
    "source",
    "static-rr",
    "sticky",
    "uri",
    "url_param",
    "ip_hash",
    "least_conn",
    "least_time",
    "round_robin",
    "client_side_weighted",
    "cluster_provided",
    "least_request",
    "maglev",
    "pick_first",
    "ring_hash",
    "least_pressure",
    "peak_ewma",
    "rendezvous",
    "ring",
    "two_choices",
    "fair",
    "consistent_hash",
    "vnswrr",
    "session_sticky",
];

/// A method's name without what is written in one way here and in another there.
pub(crate) fn method_word(name: &str) -> String {
    let letters = name.chars().filter(|letter| !matches!(letter, '_' | '-' | ' '));
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// EKL806
#[derive(Debug)]
pub(super) struct Methods;

impl Required for Methods {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, require: &Require, found: &mut Vec<Finding>) {
        let Some(allowed) = &require.methods else { return };
        let words: Vec<String> = allowed.iter().map(|method| method_word(method)).collect();
        for Chosen { pool, method, span } in chosen(case.subject) {
            if !words.contains(&method_word(&method)) {
                let list = allowed.join("`, `");
                let what = format!(
                    "`{pool}` chooses its servers by `{method}`; the policy lists `{list}`"
                );
                found.push(Finding::new(&DOC, what).at(span).of(pool));
            }
        }
    }
}

/// A pool of several servers and its method.
struct Chosen {
    pool: String,
    method: String,
    span: Option<Span>,
}

fn chosen(subject: &Subject) -> Vec<Chosen> {
    match &subject.parsed {
        Parsed::Haproxy(config) => {
            let many = backends(config).filter(|pool| pool.servers.len() > 1);
            let many = many.map(|pool| pool.of).filter(|proxy| proxy.mode() != Mode::Log);
            let chosen = |proxy: &foreign::haproxy::model::Proxy| Chosen {
                pool: proxy.name.to_string(),
                method: of_haproxy(&config.algorithm(proxy)).to_owned(),
                span: Some(proxy.settings.balance.as_ref().map_or(proxy.span, |said| said.span)),
            };
            many.map(chosen).collect()
        }
        Parsed::Nginx(config) => {
            let many = upstreams(config).filter(|pool| pool.servers.len() > 1).map(|pool| pool.of);
            let chosen = |upstream: &foreign::nginx::model::Upstream| Chosen {
                pool: upstream.name.value.clone(),
                method: match &upstream.method.value {
                    Method::RoundRobin => "round_robin".to_owned(),
                    method => method.name().to_owned(),
                },
                span: Some(upstream.method.span.unwrap_or(upstream.name.span)),
            };
            many.map(chosen).collect()
        }
        Parsed::Envoy(configs) => {
            // Where servers are found elsewhere there may be many.
            let many = clusters(configs).filter(|pool| pool.servers.len() != 1);
            let many = many.map(|pool| pool.of);
            let chosen = |cluster: &foreign::envoy::model::Cluster| Chosen {
                pool: cluster.name.value.clone(),
                method: of_envoy(&cluster.policy.value).to_owned(),
                span: Some(cluster.policy.span.unwrap_or(cluster.name.span)),
            };
            many.map(chosen).collect()
        }
        Parsed::Evenkeel(own) => {
            let pools = own.settings.pools.iter().filter(|(_, pool)| pool.endpoints.len() > 1);
            let chosen = |(name, pool): (&String, &config::Pool)| Chosen {
                pool: name.clone(),
                method: pool.policy.as_str().to_owned(),
                span: own.key(&["pools", name, "policy"]).or_else(|| own.key(&["pools", name])),
            };
            pools.map(chosen).collect()
        }
    }
}

fn of_haproxy(algorithm: &Algorithm) -> &'static str {
    match algorithm {
        Algorithm::RoundRobin => "roundrobin",
        Algorithm::StaticRoundRobin => "static-rr",
        Algorithm::LeastConn => "leastconn",
        Algorithm::First => "first",
        Algorithm::Source => "source",
        Algorithm::Uri { .. } => "uri",
        Algorithm::UrlParam { .. } => "url_param",
        Algorithm::Header { .. } => "hdr",
        Algorithm::Random { .. } => "random",
        Algorithm::RdpCookie { .. } => "rdp-cookie",
        Algorithm::Hash { .. } => "hash",
        Algorithm::LogHash { .. } => "log-hash",
        Algorithm::Sticky => "sticky",
    }
}

fn of_envoy(policy: &Policy) -> &str {
    match policy {
        Policy::RoundRobin(_) => "ROUND_ROBIN",
        Policy::LeastRequest { .. } => "LEAST_REQUEST",
        Policy::RingHash { .. } => "RING_HASH",
        Policy::Maglev { .. } => "MAGLEV",
        Policy::Random => "RANDOM",
        Policy::ClusterProvided => "CLUSTER_PROVIDED",
        Policy::ClientSideWeighted => "CLIENT_SIDE_WEIGHTED",
        Policy::PickFirst => "PICK_FIRST",
        Policy::WrrLocality(inner) | Policy::Subset(inner) | Policy::OverrideHost(inner) => {
            of_envoy(inner)
        }
        Policy::Other(name) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_is_written_in_many_ways() {
        for name in ["ROUND_ROBIN", "round_robin", "roundrobin", "round robin"] {
            assert_eq!(method_word(name), "roundrobin");
        }
        let words: std::collections::BTreeSet<_> =
            METHODS.iter().map(|it| method_word(it)).collect();
        assert_eq!(words.len(), METHODS.len() - 2, "least_conn and round_robin are there twice");
    }
}
