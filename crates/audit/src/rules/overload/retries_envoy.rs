//! Retries of Envoy's beyond what its limit is for.

use foreign::envoy::model::{Cluster, Config, Retry};

use super::retries::DOC;
use crate::finding::Finding;
use crate::rules::pools::{clusters, leads};

/// Retries at a time from which on there is no limit any more that an outage would notice. What
/// Envoy has without a word is 3.
const OPEN: u64 = 100;

pub(super) fn judge(configs: &[Config], found: &mut Vec<Finding>) {
    let tables = || configs.iter().flat_map(|config| &config.tables);
    for pool in clusters(configs) {
        let cluster = pool.of;
        let Some((limit, span)) = open(cluster) else { continue };
        let name = pool.name;
        let routes = tables().flat_map(|table| table.routes());
        let retries = routes.filter(|(_, route)| leads(&route.target, name));
        let retries =
            retries.filter_map(|(host, route)| route.retry.as_ref().or(host.retry.as_ref()));
        let worst = retries.filter(|retry| is_loaded(retry)).max_by_key(|retry| retry.tries.value);
        let Some(retry) = worst else { continue };
        let what = format!(
            "a request to `{name}` is sent up to {} times, and {limit} retries may be under way \
             at a time",
            retry.tries.value + 1
        );
        let finding = pool.finding(&DOC, what).at(span);
        found.push(finding.related(retry.span, "what is tried again"));
    }
}

/// The limit of a cluster that is none, and where it stands.
fn open(cluster: &Cluster) -> Option<(u64, Option<foreign::Span>)> {
    let limits = cluster.breakers.iter().filter(|limit| !limit.per_host);
    let mut normal = limits.filter(|limit| limit.priority.value == "DEFAULT");
    let limit = normal.next().filter(|limit| limit.budget.is_none())?;
    (limit.retries.value >= OPEN).then_some((limit.retries.value, limit.retries.span))
}

/// Whether it tries again what servers with too much to do answer.
fn is_loaded(retry: &Retry) -> bool {
    const LOADED: [&str; 4] = ["5xx", "gateway-error", "retriable-status-codes", "reset"];
    retry.tries.value >= 2 && retry.on.iter().any(|on| LOADED.contains(&on.as_str()))
}

pub(super) const BAD: &str = "\
static_resources:
  listeners:
  - name: web
    address: { socket_address: { address: 0.0.0.0, port_value: 8080 } }
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
                  cluster: app
                  retry_policy: { retry_on: 5xx, num_retries: 3 }
  clusters:
  - name: app
    type: EDS
    circuit_breakers:
      thresholds:
      - max_retries: 4294967295
";

pub(super) const GOOD: &str = "\
static_resources:
  listeners:
  - name: web
    address: { socket_address: { address: 0.0.0.0, port_value: 8080 } }
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
                  cluster: app
                  retry_policy: { retry_on: 5xx, num_retries: 3 }
  clusters:
  - name: app
    type: EDS
    circuit_breakers:
      thresholds:
      - retry_budget: { budget_percent: { value: 20.0 }, min_retry_concurrency: 3 }
";
