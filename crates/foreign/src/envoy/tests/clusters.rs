//! Clusters: policies, servers, checks and limits, with Envoy's own defaults.

use super::show::{cluster, config};
use crate::envoy::model::{Address, Check, Locality, Policy};

#[test]
fn servers_stand_in_localities_and_priorities() {
    let (cluster, told) = cluster(
        "type: STRICT_DNS
load_assignment:
  cluster_name: c
  policy:
    overprovisioning_factor: 100
    drop_overloads: [{category: x, drop_percentage: {numerator: 5}}]
  endpoints:
  - locality: {region: r, zone: z}
    load_balancing_weight: 3
    lb_endpoints:
    - endpoint: {address: {socket_address: {address: web1, port_value: 80}}, hostname: h}
      load_balancing_weight: 2
      health_status: DRAINING
      metadata: {filter_metadata: {envoy.lb: {canary: true}}}
  - priority: 1
    lb_endpoints:
    - endpoint: {address: {pipe: {path: /run/s}}, health_check_config: {port_value: 81}}",
    );
    assert_eq!(told, Vec::<String>::new());
    assert_eq!(cluster.discovery.value, "STRICT_DNS");
    let assignment = cluster.assignment.unwrap();
    assert_eq!(assignment.overprovisioning.value, 100);
    assert_eq!(assignment.drops[0].1.value, 5.0);
    let group = &assignment.groups[0];
    assert_eq!(group.locality, [Some("r".into()), Some("z".into()), None]);
    assert_eq!((group.weight.unwrap().value, group.priority.value), (3, 0));
    let first = &group.endpoints[0];
    assert_eq!(first.address.as_ref().unwrap().value, Address::Socket("web1".into(), 80));
    assert_eq!((first.weight.value, &*first.health.value), (2, "DRAINING"));
    assert_eq!(first.labels, [("canary".to_owned(), "true".to_owned())]);
    let second = &assignment.groups[1].endpoints[0];
    assert_eq!(second.address.as_ref().unwrap().value, Address::Pipe("/run/s".into()));
    assert!(second.weight.is_default() && second.health.value == "UNKNOWN");
    assert_eq!((second.check_port.unwrap().value, assignment.groups[1].priority.value), (81, 1));
}

/// A line for a policy.
fn shown(policy: &Policy) -> String {
    match policy {
        Policy::RoundRobin(slow) => format!("rr {:?}", slow.as_ref().map(|s| s.window_ms.value)),
        Policy::LeastRequest { choices, bias, .. } => {
            format!("lr {} {}", choices.value, bias.value)
        }
        Policy::RingHash { min, max, function, bound } => format!(
            "ring {} {} {} {:?}",
            min.value,
            max.value,
            function.value,
            bound.map(|b| b.value)
        ),
        Policy::Maglev { table, bound } => {
            format!("maglev {} {:?}", table.value, bound.map(|bound| bound.value))
        }
        Policy::WrrLocality(inner) => format!("wrr({})", shown(inner)),
        Policy::Subset(inner) => format!("subset({})", shown(inner)),
        Policy::OverrideHost(inner) => format!("override({})", shown(inner)),
        other => format!("{other:?}"),
    }
}

#[test]
fn policies_are_read_from_either_form() {
    let check = |fields: &str, expected: &str| {
        assert_eq!(shown(&cluster(fields).0.policy.value), expected, "{fields}");
    };
    check("type: STATIC", "rr None");
    check(
        "lb_policy: ROUND_ROBIN\nround_robin_lb_config: {slow_start_config: \
         {slow_start_window: 30s}}",
        "rr Some(30000)",
    );
    check("lb_policy: LEAST_REQUEST", "lr 2 1");
    check(
        "lb_policy: 1\nleast_request_lb_config: {choice_count: 5, active_request_bias: \
         {default_value: 1.5, runtime_key: a}}",
        "lr 5 1.5",
    );
    check("lb_policy: RING_HASH", "ring 1024 8388608 XX_HASH None");
    check(
        "lb_policy: RING_HASH\nring_hash_lb_config: {minimum_ring_size: 7, hash_function: \
         MURMUR_HASH_2}\ncommon_lb_config: {consistent_hashing_lb_config: \
         {hash_balance_factor: 125}}",
        "ring 7 8388608 MURMUR_HASH_2 Some(125)",
    );
    check("lb_policy: MAGLEV\nmaglev_lb_config: {table_size: 101}", "maglev 101 None");
    check("lb_policy: random", "Random");
    check("lb_policy: ORIGINAL_DST_LB", "Other(\"ORIGINAL_DST_LB\")");
    let typed = |kind: &str, rest: &str| {
        format!(
            "{{policies: [{{typed_extension_config: {{name: x, typed_config: {{'@type': \
             type.googleapis.com/envoy.extensions.load_balancing_policies.{kind}{rest}}}}}}}]}}"
        )
    };
    let maglev =
        typed("maglev.v3.Maglev", ", consistent_hashing_lb_config: {hash_balance_factor: 150}");
    check(&format!("lb_policy: RANDOM\nload_balancing_policy: {maglev}"), "maglev 65537 Some(150)");
    let wrr = typed("wrr_locality.v3.WrrLocality", &format!(", endpoint_picking_policy: {maglev}"));
    check(&format!("load_balancing_policy: {wrr}"), "wrr(maglev 65537 Some(150))");
    let host = typed("override_host.v3.OverrideHost", "");
    check(&format!("load_balancing_policy: {host}"), "override(rr None)");
    check(
        &format!("load_balancing_policy: {}", typed("mine.v3.Mine", "")),
        "Other(\"lb.mine.Mine\")",
    );
}

#[test]
fn what_is_common_to_policies_is_read() {
    let (c, _) = cluster(
        "common_lb_config: {healthy_panic_threshold: {value: 0}, localityWeightedLbConfig: {}, \
         update_merge_window: 0.5s}\nignore_health_on_host_removal: true",
    );
    assert_eq!(c.overall.panic_threshold.value, 0.0);
    assert_eq!(c.overall.locality.unwrap().value, Locality::Weighted);
    assert_eq!(c.overall.update_merge_window_ms.value, 500);
    assert!(c.ignore_health_on_removal.value);
    let (c, _) = cluster("common_lb_config: {zone_aware_lb_config: {min_cluster_size: 3}}");
    let Locality::ZoneAware { enabled, min_size } = c.overall.locality.unwrap().value else {
        panic!("zones");
    };
    assert_eq!((enabled.value, min_size.value, c.overall.panic_threshold.value), (100.0, 3, 50.0));
}

#[test]
fn checks_ejection_and_limits_are_read() {
    let (cluster, told) = cluster(
        "health_checks:
- {timeout: 1s, interval: 5s, unhealthy_threshold: 3, http_health_check: {path: /h}}
- {timeout: 1s, interval: 5s, tcp_health_check: {}}
outlier_detection: {consecutive_5xx: 3, max_ejection_percent: 100}
circuit_breakers:
  thresholds:
  - {max_requests: 10, retry_budget: {budget_percent: {value: 25}}}
  - {priority: HIGH, max_connections: 5}
lb_subset_config:
  fallback_policy: ANY_ENDPOINT
  subset_selectors: [{keys: [a, b]}]",
    );
    assert_eq!(told, Vec::<String>::new());
    let check = &cluster.checks[0];
    assert_eq!((check.timeout_ms.value, check.unhealthy.value), (1000, 3));
    assert!(matches!(&check.check, Check::Http(path) if path.value == "/h"));
    assert_eq!(cluster.checks[1].check, Check::Tcp);
    let outlier = cluster.outlier.unwrap();
    assert_eq!((outlier.consecutive_5xx.value, outlier.max_ejection_percent.value), (3, 100));
    assert_eq!((outlier.base_ejection_ms.value, outlier.enforcing_5xx.value), (30_000, 100));
    let limits = &cluster.breakers;
    assert_eq!((limits[0].requests.value, limits[0].pending.value), (10, 1024));
    assert_eq!(limits[0].budget.as_ref().unwrap().percent.value, 25.0);
    assert_eq!((&*limits[1].priority.value, limits[1].connections.value), ("HIGH", 5));
    assert_eq!(cluster.subset.unwrap().selectors[0].value, ["a", "b"]);
}

#[test]
fn what_envoy_refuses_or_does_not_know_is_told() {
    let (_, told) = config(
        "static_resources:
  clusters:
  - name: a
    connect_timeout: 5
    lb_polcy: RANDOM
    outlier_detection: {consecutive_5xx: many, consecutive_6xx: 1}
    load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{endpoint: {adress: 1}}]}]}
    name: b
  typo: 1
",
    );
    assert_eq!(
        told,
        [
            "envoy.yaml:4:22: Envoy cannot read this as `connect_timeout`: expected a time in \
             seconds, as `0.25s`",
            "envoy.yaml:6:42: Envoy cannot read this as `consecutive_5xx`: expected a whole \
             number from 0",
            "envoy.yaml:8:5: `name` stands here twice, and the last one counts: expected it once",
            "5:5: unknown lb_polcy",
            "6:48: unknown consecutive_6xx",
            "7:80: unknown adress",
            "9:3: unknown typo",
        ]
    );
}
