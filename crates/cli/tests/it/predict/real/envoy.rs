//! Envoy: domains, routes by path, header and parameter, and clusters by weight.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::site::Site;
use super::traffic::{Draw, REQUESTS};

const TYPES: &str = "type.googleapis.com/envoy.extensions.filters";
const MANAGER: &str = "http_connection_manager.v3.HttpConnectionManager";
const SERVERS: &[&str] = &["api-1", "shop-1", "shop-2", "shop-3", "assets-1", "old-1"];

fn envoy(file: &str) -> Command {
    let named = std::env::var_os("EVENKEEL_ENVOY").filter(|place| !place.is_empty());
    let installed = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tools/envoy/bin/envoy");
    let installed = installed.is_file().then_some(installed);
    let program = named.map(PathBuf::from).or(installed).unwrap_or_else(|| PathBuf::from("envoy"));
    let mut command = Command::new(program);
    command.args(["--concurrency", "1", "--disable-hot-restart", "--log-level", "error"]);
    command.stderr(Stdio::inherit()).args(["-c", file]);
    command
}

fn site(about: &'static str, manager: &str, hosts: &str) -> Site {
    let mut clusters = String::new();
    for pool in ["api", "shop", "assets", "old"] {
        clusters += &format!(
            "  - name: {pool}\n    type: STATIC\n    lb_policy: RING_HASH\n    \
             load_assignment:\n      \
             cluster_name: {pool}\n      endpoints:\n      - lb_endpoints:\n"
        );
        for server in SERVERS.iter().filter(|it| it.starts_with(pool)) {
            clusters += &format!(
                "        - endpoint: {{address: {{socket_address: {{address: 127.0.0.1, \
                 port_value: @{server}:port@}}}}}}\n"
            );
        }
    }
    Site {
        product: "envoy",
        about,
        file: "envoy.yaml",
        text: format!(
            "static_resources:\n  listeners:\n  - address: {{socket_address: {{address: 127.0.0.1, \
             port_value: @port}}}}\n    filter_chains:\n    - filters:\n      \
             - name: http\n        \
             typed_config:\n          \"@type\": {TYPES}.network.{MANAGER}\n          \
             stat_prefix: s\n{manager}          http_filters:\n          \
             - name: router\n            \
             typed_config: {{\"@type\": {TYPES}.http.router.v3.Router}}\n          \
             route_config:\n            name: main\n            virtual_hosts:\n{hosts}  \
             clusters:\n{clusters}"
        ),
        beside: &[],
        servers: SERVERS,
        is_named: false,
    }
}

const HASH: &str = "hash_policy: [{header: {header_name: x-user}}]";

/// A route: what it matches, and to which cluster.
fn route(matches: &str, cluster: &str) -> String {
    format!(
        "              - match: {{{matches}}}\n                \
         route: {{cluster: {cluster}, {HASH}}}\n"
    )
}

fn host(name: &str, domains: &str, routes: &[String]) -> String {
    format!(
        "            - name: {name}\n              domains: [{domains}]\n              routes:\n{}",
        routes.concat()
    )
}

const DRAW: Draw = Draw {
    hosts: &[
        "shop.example.org",
        "SHOP.example.org",
        "api.example.org:8080",
        "deep.api.example.org",
        "www.old.net",
        "nobody",
    ],
    targets: &[
        "/",
        "/api",
        "/apix/y",
        "/api/v1?id=#",
        "/API/v1",
        "/static/a.png?debug",
        "/static/js/1/app.js",
        "/exact",
        "/exact?x=1",
        "/user/17/cart?plan=gold",
        "/user/17/cart?plan=goldfish",
        "/v#/x",
    ],
    headers: &[("x-beta", &["1", "0", "yes", "17"]), ("x-kind", &["Mobile-App", "desktop"])],
};

/// Goal: the virtual host of a domain and the first route of a path. Method: domains and paths of
/// all kinds.
#[test]
fn domains_and_paths() {
    let shop = [
        route("path: /exact", "old"),
        route("prefix: /static, case_sensitive: false", "assets"),
        route("safe_regex: {regex: '/v[0-9]*[13579]/.*'}", "api"),
        "              - match: {prefix: /user}\n                redirect: {path_redirect: /}\n"
            .to_owned(),
        route("prefix: /", "shop"),
    ];
    let api = [
        route("path_separated_prefix: /api", "api"),
        route("path_separated_prefix: /API, case_sensitive: false", "assets"),
        "              - match: {path: /}\n                direct_response: {status: 204}\n"
            .to_owned(),
        route("safe_regex: {regex: '.*[.]png'}", "assets"),
    ];
    let text = host("shop", "shop.example.org", &shop)
        + &host("api", "\"*.api.example.org\", api.example.org", &api)
        + &host("old", "\"www.old.*\", \"*.example.org\"", &[route("prefix: /", "old")])
        + &host("rest", "\"*\"", &[route("prefix: /exact", "old"), route("prefix: /", "shop")]);
    site("domains and paths", "", &text).agrees(envoy, &DRAW);
}

/// Goal: fields and parameters. Method: every way of comparing, inverted and missing ones, a
/// cluster that a header names, ports that are taken off.
#[test]
fn headers_and_parameters() {
    let header = |name: &str, rest: &str| format!("prefix: /, headers: [{{name: {name}, {rest}}}]");
    let named = "              - match: {prefix: /api, headers: \
                 [{name: x-pool, present_match: true}]}\n                \
                 route: {cluster_header: x-pool}\n"
        .to_owned();
    let first = [
        named,
        route(
            "prefix: /user, query_parameters: [{name: plan, string_match: {exact: gold}}]",
            "old",
        ),
        route("prefix: /static, query_parameters: [{name: debug, present_match: true}]", "old"),
        route(&header("x-beta", "range_match: {start: 10, end: 20}"), "assets"),
        route(&header("x-kind", "string_match: {prefix: mobile, ignore_case: true}"), "api"),
        route(&header("x-beta", "string_match: {exact: '0'}, invert_match: true"), "assets"),
        route(&header("x-beta", "present_match: true, invert_match: true"), "old"),
        route(&header("':method'", "string_match: {safe_regex: {regex: 'P.*|DELETE'}}"), "api"),
        route("prefix: /", "shop"),
    ];
    let text = host("api", "api.example.org, nobody", &first)
        + &host(
            "rest",
            "\"*\"",
            &[
                route(&header("x-kind", "string_match: {suffix: top}"), "api"),
                route(&header("x-kind", "string_match: {contains: App}"), "assets"),
                route(
                    &header(
                        "x-kind",
                        "string_match: {exact: x}, invert_match: true, \
                         treat_missing_header_as_empty: true",
                    ),
                    "old",
                ),
                route("prefix: /", "shop"),
            ],
        );
    let draw = Draw {
        headers: &[
            ("x-beta", &["1", "0", "yes", "17"]),
            ("x-kind", &["Mobile-App", "desktop", "x"]),
            ("x-pool", &["api", "old", "none"]),
        ],
        ..DRAW
    };
    let manager = "          strip_any_host_port: true\n";
    site("headers and parameters", manager, &text).agrees(envoy, &draw);
}

/// Goal: what is drawn has its shares, and is told to be drawn. Method: clusters by weight, and a
/// route that takes a part.
#[test]
fn clusters_by_weight() {
    let weighted = format!(
        "              - match: {{prefix: /}}\n                route: {{weighted_clusters: \
         {{clusters: [{{name: api, weight: 60}}, {{name: assets, weight: 30}}, \
         {{name: old, weight: 10}}]}}, {HASH}}}\n"
    );
    let part = route(
        "prefix: /api, runtime_fraction: {default_value: {numerator: 25}, runtime_key: part}",
        "shop",
    );
    let text = host("all", "\"*\"", &[route("path: /exact", "shop"), part, weighted]);
    let outcome = site("clusters by weight", "", &text).run(envoy, &DRAW, false);
    for (pool, (done, said)) in &outcome.pools {
        let points = (*done as f64 - *said as f64).abs() / REQUESTS as f64 * 100.0;
        // Three deviations of so many draws.
        assert!(points < 6.5, "{pool}: {done} done, {said} said");
    }
    let assumed = outcome.prediction["traffic"]["assumed"].as_array().expect("a list").clone();
    assert!(assumed.iter().any(|it| it["why"].as_str().is_some_and(|it| it.contains("is drawn"))));
}

/// Goal: what is hashed is what Envoy hashes, on each route by its own policy, and of the path that
/// Envoy has made of the target. Method: policies of all kinds, paths with dots and escapes.
#[test]
fn hash_policies_and_paths() {
    let by = |matches: &str, policies: &str| {
        format!(
            "              - match: {{{matches}}}\n                \
             route: {{cluster: shop, hash_policy: [{policies}]}}\n"
        )
    };
    let header = |name: &str, rest: &str| format!("{{header: {{header_name: '{name}'{rest}}}}}");
    let user = header("x-user", "");
    let rewrite = ", regex_rewrite: {pattern: {regex: '^u(.)(.*)$'}, substitution: '\\2-\\1'}";
    let text = host(
        "all",
        "\"*\"",
        &[
            by("prefix: /authority", &header(":authority", "")),
            by("prefix: /host", &header("host", "")),
            by("prefix: /method", &format!("{}, {user}", header(":method", ""))),
            by("prefix: /rewrite", &header("x-user", rewrite)),
            by("prefix: /query", &format!("{{query_parameter: {{name: id}}}}, {user}")),
            by("prefix: /ip", "{connection_properties: {source_ip: true}}"),
            by(
                "prefix: /first",
                &format!("{{header: {{header_name: x-kind}}, terminal: true}}, {user}"),
            ),
            by("prefix: /", &header(":path", "")),
        ],
    );
    let draw = Draw {
        hosts: &["shop.example.org", "SHOP.example.org", "a.net:8080"],
        targets: &[
            "/authority",
            "/host",
            "/method",
            "/rewrite",
            "/query?id=#",
            "/query?x=1",
            "/ip",
            "/first",
            "/a/./b#",
            "/a/%2e%2e/query?id=#",
            "//a//b#?q=//x",
            "/a%2Fb#",
            "/a%5cb#",
            "/%41%2d-#",
            "/a|b^#",
        ],
        headers: &[("x-kind", &["Mobile-App", "desktop"])],
    };
    let paths = "          normalize_path: true\n          merge_slashes: true\n          \
                 path_with_escaped_slashes_action: ";
    for action in ["UNESCAPE_AND_FORWARD", "REJECT_REQUEST"] {
        let manager = format!("{paths}{action}\n");
        site("hash policies and paths", &manager, &text).agrees(envoy, &draw);
    }
    site("hash policies, paths kept", "", &text).agrees(envoy, &draw);
}
