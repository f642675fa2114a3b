//! Weights that are no shares of requests.

use foreign::envoy::model::{Config as Envoy, Policy};
use foreign::haproxy::model::{Algorithm, Config};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{backends, clusters};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKW205",
    name: "weight-changes-meaning",
    severity: Severity::Info,
    needs: Needs::Text,
    what: "Servers of unequal weights are chosen by their load, so that weights are no shares.",
    why: "By least connections a weight is a ratio of connections that are open. A server of \
          weight 2 gets more than twice the requests if it answers faster, and fewer if it is \
          slow. Envoy's `LEAST_REQUEST` draws two servers as long as weights are equal, and takes \
          turns by weights that load lowers as soon as one differs: one weight changes how all \
          requests are spread.",
    source: "haproxy#1099; Envoy's documentation on weighted least request.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  balance leastconn
  server web1 10.0.0.1:80 weight 20
  server web2 10.0.0.2:80 weight 10
",
            good: "\
backend portal
  balance leastconn
  server web1 10.0.0.1:80 weight 10
  server web2 10.0.0.2:80 weight 10
",
        },
        Example {
            product: Product::Envoy,
            bad: "\
static_resources:
  clusters:
  - name: portal
    lb_policy: LEAST_REQUEST
    load_assignment:
      cluster_name: portal
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
          load_balancing_weight: 2
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
          load_balancing_weight: 1
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
    ],
    fix: "Where shares of requests are meant, choose `roundrobin` or `ROUND_ROBIN`. Where the load \
          is to be balanced, leave the weights as they are and expect no shares.",
};

/// EKW205
#[derive(Debug)]
pub(in crate::rules) struct ChangedMeaning;

impl Rule for ChangedMeaning {
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
        let servers = &pool.servers;
        let weights = servers.iter().map(|server| u64::from(server.settings.weight()));
        let is_least = config.algorithm(proxy) == Algorithm::LeastConn;
        let Some((least, most)) = unequal(weights).filter(|_| is_least) else { continue };
        let what = format!(
            "weights from {least} to {most} of `{}` are ratios of open connections, not of \
             requests: `balance leastconn`",
            pool.name
        );
        let span = proxy.settings.balance.as_ref().map(|balance| balance.span);
        found.push(pool.finding(&DOC, what).at(span));
    }
}

fn envoy(configs: &[Envoy], found: &mut Vec<Finding>) {
    for pool in clusters(configs) {
        let cluster = pool.of;
        let Policy::LeastRequest { .. } = cluster.policy.value else { continue };
        let endpoints = &pool.servers;
        let weights = endpoints.iter().map(|endpoint| endpoint.weight.value);
        let Some((least, most)) = unequal(weights) else { continue };
        let what = format!(
            "weights from {least} to {most} make `{}` take turns by weights that load lowers, \
             instead of the better of two that are drawn",
            pool.name
        );
        found.push(pool.finding(&DOC, what).at(cluster.policy.span));
    }
}

/// The least and the greatest weight, where they differ.
fn unequal(weights: impl Iterator<Item = u64> + Clone) -> Option<(u64, u64)> {
    let (least, most) = (weights.clone().min()?, weights.max()?);
    (least < most).then_some((least, most))
}
