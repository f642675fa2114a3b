//! Listeners and routes.

use super::show;
use crate::envoy::model::{Config, HashBy, RouteTable, Target};

const LISTENER: &str = r#"
static_resources:
  listeners:
  - name: web
    address: {socket_address: {address: 0.0.0.0, port_value: 80}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": TYPES.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: a
          use_remote_address: true
          xff_num_trusted_hops: 1
          rds: {route_config_name: later, config_source: {}}
          route_config:
            name: table
            virtual_hosts:
            - name: all
              domains: ["*"]
              retry_policy: {retry_on: "5xx, reset", num_retries: 3}
              routes:
              - match: {prefix: /a}
                route: {cluster: a, timeout: 0s}
              - match: {safe_regex: {regex: "/b.*"}}
                route:
                  weighted_clusters: {clusters: [{name: a, weight: 90}, {name: b, weight: 10}]}
                  hash_policy:
                  - {cookie: {name: s, ttl: 0s}, terminal: true}
                  - {header: {header_name: x}}
                  - {connection_properties: {source_ip: true}}
                  request_mirror_policies: [{cluster: m}]
                  metadata_match: {filter_metadata: {envoy.lb: {v: "2"}}}
              - match: {path: /c}
                redirect: {host_redirect: c}
              - match: {path: /d}
                route:
                  cluster_header: h
                  retry_policy: {retry_on: gateway-error, per_try_timeout: 1s}
          http_filters:
          - name: sticky
            typed_config:
              "@type": TYPES.filters.http.stateful_session.v3.StatefulSession
              session_state:
                name: x
                typed_config:
                  "@type": TYPES.http.stateful_session.cookie.v3.CookieBasedSessionState
                  cookie: {name: route, ttl: 120s}
              strict: true
          - name: envoy.filters.http.router
            typed_config:
              "@type": TYPES.filters.http.router.v3.Router
  - address: {socket_address: {address: "::", port_value: 1}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.tcp_proxy
        typed_config:
          "@type": TYPES.filters.network.tcp_proxy.v3.TcpProxy
          stat_prefix: t
          cluster: db
"#;

fn listener() -> (Config, Vec<String>) {
    show::config(&LISTENER.replace("TYPES", "type.googleapis.com/envoy.extensions"))
}

/// Envoy would refuse a filter that has a name only.
#[test]
fn filters_have_types() {
    let (_, told) = show::config(
        "listeners:\n- address: {socket_address: {address: a, port_value: PORT}}\n  \
         filter_chains:\n  - filters: [{name: envoy.filters.network.echo}]",
    );
    assert_eq!(
        told,
        [
            "envoy.yaml:2:54: Envoy cannot read this as `port_value`: expected a whole number \
             from 0",
            "envoy.yaml:4:15: Envoy cannot find this filter by its name alone: expected \
             `typed_config`",
        ]
    );
}

fn shown(table: &RouteTable) -> Vec<String> {
    let line = |target: &Target| match target {
        Target::Cluster(cluster) => cluster.value.clone(),
        Target::Header(header) => format!("by {}", header.value),
        Target::Weighted(parts) => {
            let parts =
                parts.iter().map(|part| format!("{}*{}", part.cluster.value, part.weight.value));
            parts.collect::<Vec<_>>().join("+")
        }
        other => format!("{other:?}"),
    };
    let routes = table.routes().map(|(_, route)| {
        let (kind, value) = route.matches.as_ref().unwrap();
        format!("{kind} {} -> {} in {}", value.value, line(&route.target), route.timeout_ms.value)
    });
    routes.collect()
}

#[test]
fn a_listener_leads_to_clusters() {
    let (config, told) = listener();
    assert_eq!(told, Vec::<String>::new());
    let web = &config.listeners[0];
    assert!(web.use_remote_address.value && web.trusted_hops.value == 1);
    assert_eq!((web.routes.as_slice(), &*web.rds[0].value), (&[0][..], "later"));
    assert_eq!(web.filters.len(), 3);
    let sticky = &web.stateful[0];
    assert_eq!((&*sticky.kind, &*sticky.name.as_ref().unwrap().value), ("cookie", "route"));
    assert!(sticky.strict.value && sticky.ttl_ms.value == 120_000);
    assert_eq!(
        shown(&config.tables[0]),
        [
            "prefix /a -> a in 0",
            "safe_regex /b.* -> a*90+b*10 in 15000",
            "path /c -> Nowhere in 15000",
            "path /d -> by h in 15000",
        ]
    );
    let tcp = &config.listeners[1].tcp[0];
    assert!(matches!(tcp, Target::Cluster(cluster) if cluster.value == "db"));
}

#[test]
fn routes_say_what_is_hashed_and_tried_again() {
    let (config, _) = listener();
    let host = &config.tables[0].hosts[0];
    let retry = host.retry.as_ref().unwrap();
    assert_eq!((retry.on.join(" "), retry.tries.value), ("5xx reset".to_owned(), 3));
    let route = &host.routes[1];
    assert!(matches!(&route.hash[0].by, HashBy::Cookie { name, ttl_ms: Some(ttl) }
        if name == "s" && ttl.value == 0));
    assert!(route.hash[0].terminal.value);
    assert_eq!(route.hash[1].by, HashBy::Header("x".into()));
    assert_eq!(route.hash[2].by, HashBy::SourceIp);
    assert_eq!(route.mirrors[0].value, "m");
    assert_eq!(route.subset, [("v".to_owned(), "2".to_owned())]);
    assert_eq!(host.routes[3].retry.as_ref().unwrap().per_try_timeout_ms.value, 1000);
}
