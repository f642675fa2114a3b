//! The kinds of files that there are.

use super::show::config;
use crate::envoy::model::Api;

/// Counts of clusters, listeners, tables and assignments.
fn check(text: &str, expected: [usize; 4]) {
    let (config, told) = config(text);
    assert_eq!(told, Vec::<String>::new(), "{text}");
    let counts = [
        config.clusters.len(),
        config.listeners.len(),
        config.tables.len(),
        config.assignments.len(),
    ];
    assert_eq!(counts, expected, "{text}");
}

#[test]
fn messages_are_found_wherever_they_are() {
    check(
        "{\"staticResources\": {\"clusters\": [{\"name\": \"a\"}], \"listeners\": []}}",
        [1, 0, 0, 0],
    );
    check("static_resources:\n", [0; 4]);
    check("clusters: [{name: a}, {name: b}]\nlisteners: [{name: c}]", [2, 1, 0, 0]);
    check(
        "- {name: a, lb_policy: RANDOM}\n- {name: b, load_assignment: {cluster_name: b}}",
        [2, 0, 0, 0],
    );
    check("cluster_name: a\nendpoints: [{lb_endpoints: []}]", [0, 0, 0, 1]);
    check("name: r\nvirtual_hosts: [{name: v, domains: ['*']}]", [0, 0, 1, 0]);
    let resource =
        |kind: &str| format!("{{'@type': type.googleapis.com/envoy.config.{kind}, name: x}}");
    check(
        &format!(
            "version_info: '0'\nresources: [{}, {}, {{name: y, resource: {}}}]",
            resource("cluster.v3.Cluster"),
            resource("listener.v3.Listener"),
            resource("route.v3.RouteConfiguration"),
        ),
        [1, 1, 1, 0],
    );
    check(
        &format!(
            "{{configs: [{{static_clusters: [{{cluster: {}}}], dynamic_listeners: [{{name: a, \
             active_state: {{listener: {}}}}}]}}]}}",
            resource("cluster.v3.Cluster"),
            resource("listener.v3.Listener"),
        ),
        [1, 1, 0, 0],
    );
}

#[test]
fn the_second_api_is_recognised_and_read() {
    let (config, told) = config(
        "static_resources:
  listeners:
  - filter_chains:
    - filters:
      - name: envoy.http_connection_manager
        config: {route_config: {virtual_hosts: [{domains: ['*']}]}}
  clusters:
  - name: a
    hosts: [{socket_address: {address: web1, port_value: 80}}]
",
    );
    assert!(matches!(config.api, Api::V2(_)));
    assert_eq!(
        told,
        ["envoy.yaml:6:9: this is written for version 2 of Envoy's API, which it reads no \
             more: expected version 3"]
    );
    assert_eq!(config.clusters[0].assignment.as_ref().unwrap().endpoints().count(), 1);
    assert_eq!(config.tables.len(), 1);
}
