//! Weights, and what would change them, that the method does not look at.

use foreign::Span;
use foreign::envoy::model::{Config as Envoy, Locality, Policy};
use foreign::haproxy::model::{Algorithm, Config, HashMethod, Level, Proxy, Server};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::{Pool, assignment, backends, clusters};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKW206",
    name: "weight-ignored",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "Weights, or what changes them while HAProxy runs, are written for a method that does \
           not look at them.",
    why: "Static methods of HAProxy, `static-rr` and every hash without `hash-type consistent`, \
          compute their table once: `slowstart` does nothing, an agent's answers do nothing, and \
          `set server … weight` is refused. `first` looks at no weight at all. Envoy's `RANDOM` \
          does not either, and weights of localities count only with \
          `locality_weighted_lb_config`. Who relies on a weight there has another spread than the \
          file says.",
    source: "HAProxy 2.6: `set server` answers that only 0 % and 100 % are accepted, and \
             `haproxy -c` is silent on `slowstart` there [ran]; Envoy's documentation.",
    examples: &[
        Example {
            product: Product::Haproxy,
            bad: "\
backend portal
  balance static-rr
  server web1 10.0.0.1:80 check slowstart 30s
  server web2 10.0.0.2:80 check slowstart 30s
",
            good: "\
backend portal
  balance roundrobin
  server web1 10.0.0.1:80 check slowstart 30s
  server web2 10.0.0.2:80 check slowstart 30s
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
          load_balancing_weight: 9
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
          load_balancing_weight: 1
",
            good: "\
static_resources:
  clusters:
  - name: portal
    lb_policy: ROUND_ROBIN
    load_assignment:
      cluster_name: portal
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
          load_balancing_weight: 9
        - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
          load_balancing_weight: 1
",
        },
    ],
    fix: "HAProxy: `roundrobin`, or `hash-type consistent`. Envoy: `ROUND_ROBIN`, and \
          `locality_weighted_lb_config: {}` for weights of localities.",
};

/// EKW206
#[derive(Debug)]
pub(in crate::rules) struct Ignored;

impl Rule for Ignored {
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
    for pool in backends(config).filter(|pool| pool.servers.len() > 1) {
        let proxy = pool.of;
        let algorithm = config.algorithm(proxy);
        let found_here = match &algorithm {
            Algorithm::First => weighed(&pool),
            _ if is_static(proxy, &algorithm) => changed(config, &pool, &algorithm),
            _ => None,
        };
        if let Some((span, what)) = found_here {
            found.push(pool.finding(&DOC, what).at(span));
        }
    }
}

/// Whether the method computes its table once.
fn is_static(proxy: &Proxy, algorithm: &Algorithm) -> bool {
    let method = proxy.settings.hash_type.map_or(HashMethod::MapBased, |it| it.value.method);
    *algorithm == Algorithm::StaticRoundRobin
        || (algorithm.is_hash() && method == HashMethod::MapBased)
}

/// Weights for a method that knows none.
fn weighed(pool: &Pool<'_, Proxy, Server>) -> Option<(Span, String)> {
    let servers = &pool.servers;
    let first = servers.first()?.settings.weight();
    let other = servers.iter().find(|server| server.settings.weight() != first)?;
    let what = format!(
        "`balance first` of `{}` looks at no weight: `{}` gets what does not fit on the servers \
         before it, not {} parts",
        pool.name,
        other.name,
        other.settings.weight()
    );
    Some((other.settings.weight.map_or(other.span, |weight| weight.span), what))
}

/// What changes weights while HAProxy runs.
fn changed(
    config: &Config,
    pool: &Pool<'_, Proxy, Server>,
    algorithm: &Algorithm,
) -> Option<(Span, String)> {
    let (proxy, servers) = (pool.of, &pool.servers);
    let grows = servers.iter().find_map(|server| {
        let slow = server.settings.slowstart_ms.filter(|slow| slow.value > 0)?;
        Some((
            slow.span,
            "`slowstart` does nothing here, and a server that returns has its full \
                          share at once",
        ))
    });
    let asked = || {
        let asks = |server: &&&Server| server.settings.agent_check.is_some_and(|it| it.value);
        let agent = servers.iter().find(asks)?.settings.agent_check?;
        Some((agent.span, "what agents say of weights does nothing here"))
    };
    let ordered = || {
        let orders = config.global.sockets.iter().any(|socket| socket.level == Level::Admin);
        let turns = *algorithm == Algorithm::StaticRoundRobin;
        let balance = proxy.settings.balance.as_ref()?;
        (orders && turns).then_some((
            balance.span,
            "orders to the admin socket to change a weight are refused here, other than for 0 % \
             and 100 %",
        ))
    };
    let (span, what) = grows.or_else(asked).or_else(ordered)?;
    Some((span, format!("`{}` is balanced by a static method: {what}", pool.name)))
}

fn envoy(configs: &[Envoy], found: &mut Vec<Finding>) {
    for pool in clusters(configs) {
        let cluster = pool.of;
        let name = pool.name;
        let endpoints = &pool.servers;
        let first = endpoints.first().map(|endpoint| endpoint.weight.value);
        let other = endpoints.iter().find(|endpoint| Some(endpoint.weight.value) != first);
        if let (Policy::Random, Some(other)) = (&cluster.policy.value, other) {
            let what = format!(
                "`{name}` is balanced at random, which looks at no weight: each of {} servers gets \
                 the same",
                endpoints.len()
            );
            let span = other.weight.span.or(cluster.policy.span);
            found.push(pool.finding(&DOC, what).at(span));
        }
        let counts = matches!(
            cluster.overall.locality.as_ref().map(|locality| &locality.value),
            Some(Locality::Weighted)
        );
        let is_typed = !matches!(
            cluster.policy.value,
            Policy::RoundRobin(_) | Policy::LeastRequest { .. } | Policy::Random
        );
        if counts || is_typed {
            continue;
        }
        if let Some((span, least, most)) = localities(configs, cluster) {
            let what = format!(
                "weights from {least} to {most} of localities of `{name}` do not count without \
                 `locality_weighted_lb_config`: each server gets the same"
            );
            found.push(pool.finding(&DOC, what).at(span));
        }
    }
}

/// Unequal weights of localities of the first priority.
fn localities(
    configs: &[Envoy],
    cluster: &foreign::envoy::model::Cluster,
) -> Option<(Span, u64, u64)> {
    let groups = &assignment(configs, cluster)?.groups;
    let first = groups.iter().map(|group| group.priority.value).min()?;
    let groups = groups.iter().filter(|group| group.priority.value == first);
    let weights: Option<Vec<_>> = groups.map(|group| group.weight).collect();
    let weights = weights?;
    let least = weights.iter().min_by_key(|weight| weight.value)?;
    let most = weights.iter().max_by_key(|weight| weight.value)?;
    (least.value < most.value).then_some((most.span, least.value, most.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    fn check(head: &str, server: &str, count: usize) {
        let servers = format!("server a 10.0.0.1:80 {server}\n server b 10.0.0.2:80");
        let text = format!("{head}\n {servers}\n");
        let found = testing::found(&Ignored, Product::Haproxy, &text);
        assert_eq!(found.len(), count, "{text}");
    }

    #[test]
    fn a_static_method_takes_no_orders() {
        let socket = "global\n stats socket /a level admin\n";
        check("backend p\n balance static-rr", "", 0);
        check(&format!("{socket}backend p\n balance static-rr"), "", 1);
        check(&format!("{socket}backend p\n balance roundrobin"), "", 0);
        check("backend p\n balance source", "slowstart 10s", 1);
        check("backend p\n balance source\n hash-type consistent", "slowstart 10s", 0);
        check("backend p\n balance source", "agent-check agent-port 1", 1);
        check("backend p\n balance source", "weight 5", 0);
    }

    #[test]
    fn first_knows_no_weights() {
        check("backend p\n balance first", "weight 5", 1);
        check("backend p\n balance first", "weight 1", 0);
    }

    #[test]
    fn localities_count_when_asked_to() {
        let check = |overall: &str, count: usize| {
            let group = |weight: u64| {
                format!("      - {{ load_balancing_weight: {weight}, lb_endpoints: [] }}\n")
            };
            let text = format!(
                "static_resources:\n  clusters:\n  - name: p\n    {overall}\n    \
                 load_assignment:\n      cluster_name: p\n      endpoints:\n{}{}",
                group(9),
                group(1)
            );
            let found = testing::found(&Ignored, Product::Envoy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        check("lb_policy: ROUND_ROBIN", 1);
        check("common_lb_config: { locality_weighted_lb_config: {} }", 0);
    }
}
