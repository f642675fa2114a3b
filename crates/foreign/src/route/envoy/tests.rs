//! What cannot be known of a route.

use crate::Sources;
use crate::envoy::model::Config;
use crate::logs::Line;
use crate::route::{EnvoyRoutes, To};

const MANAGER: &str = "type.googleapis.com/envoy.extensions.filters.network.\
                       http_connection_manager.v3.HttpConnectionManager";

/// `routes` is a list in JSON.
fn check(routes: &str, line: &Line<'_>, to: To, doubt: Option<&str>) {
    let text = format!(
        "{{static_resources: {{clusters: [{{name: a}}, {{name: b}}], listeners: [{{filter_chains: \
         [{{filters: [{{name: http, typed_config: {{'@type': {MANAGER}, route_config: \
         {{virtual_hosts: [{{domains: ['*'], routes:\n {routes}}}]}}}}}}]}}]}}]}}}}\n"
    );
    let mut sources = Sources::default();
    let config = Config::read("e.yaml", text.as_bytes(), &mut sources).unwrap();
    let names = ["a".to_owned(), "b".to_owned()];
    let routes = EnvoyRoutes::new(&[config], &sources, &names);
    let decision = routes.decide(3, line);
    assert_eq!(decision.to, to, "{text}");
    assert_eq!(decision.doubt.map(|doubt| routes.told(doubt)).as_deref(), doubt, "{text}");
}

/// Goal: what a log leaves open is told, and nothing else. Method: routes of which a part is known.
#[test]
fn what_is_open_is_told() {
    let line = Line { target: Some(b"/x"), ..Line::default() };
    let (a, b) = (To::Pool(0), To::Pool(1));
    let last = "{match: {prefix: /}, route: {cluster: a}}";
    let by_header = |prefix: &str, cluster: &str| {
        format!(
            "[{{match: {{prefix: {prefix}, headers: [{{name: x, present_match: true}}]}}, \
             route: {{cluster: {cluster}}}}}, {last}]"
        )
    };
    let open = "the route at e.yaml:2: the log does not have the header `x`";
    check(&by_header("/", "b"), &line, a, Some(open));
    check(&by_header("/", "a"), &line, a, None);
    check(&by_header("/y", "b"), &line, a, None);
    let drawn = "the route at e.yaml:2: who goes there is drawn: the shares hold, single lines do \
                 not";
    let weighted = "[{match: {prefix: /}, route: {weighted_clusters: {clusters: [{name: a, \
                    weight: 85}, {name: b, weight: 15}]}}}]";
    // Three times the golden ratio leaves 0.854.
    check(weighted, &line, b, Some(drawn));
    check("[{match: {prefix: /y}, route: {cluster: a}}]", &line, To::Answered, None);
}
