//! Where requests go, over variables and through blocks.

use super::show::config;
use crate::nginx::model::{Config, Step, Target};

/// A line for each pass: what leads there, and to what.
fn check(text: &str, expected: &[&str]) {
    let (config, _) = config(text);
    let lines: Vec<_> = config
        .passes
        .iter()
        .map(|pass| {
            let within: String =
                pass.within.iter().map(|w| format!("{} {}/", w.name, w.args)).collect();
            let ends: Vec<_> = pass
                .ends
                .iter()
                .map(|end| {
                    let over: String = end.over.iter().map(|step| shown(&config, step)).collect();
                    over + &match &end.target {
                        Target::Upstream(index) => {
                            format!("={}", config.upstreams[*index].name.value)
                        }
                        Target::Address(address) => address.to_string(),
                        Target::Unknown(text) => format!("?{text}"),
                    }
                })
                .collect();
            let more = if pass.more { " …" } else { "" };
            format!("{within} {}{more}", ends.join(", "))
        })
        .collect();
    assert_eq!(lines, expected, "{text}");
}

fn shown(config: &Config, step: &Step) -> String {
    match step {
        Step::Map(map, entry) => format!("[{}]", config.maps[*map].entries[*entry].key.value),
        Step::Geo(geo, entry) => format!("[{}]", config.geos[*geo].entries[*entry].key.value),
        Step::Split(split, part) => format!("[{}]", config.splits[*split].parts[*part].share),
        Step::Set(_) => "[set]".to_owned(),
    }
}

const GROUPS: &str = "upstream a { server x; } upstream b { server y; }";

fn http(inner: &str, expected: &[&str]) {
    check(&format!("http {{ {GROUPS} {inner} }}"), expected);
}

#[test]
fn plain_targets_are_found() {
    http(
        "server { location / { proxy_pass http://a; } location /b { proxy_pass https://B/x?y; }
         location /c { proxy_pass https://c/; location /c/d { grpc_pass grpcs://d:1; } }
         location /u { proxy_pass http://unix:/run/s:/uri; } location /s { fastcgi_pass unix:/f; }
         location /f { fastcgi_pass a; if ($x) { uwsgi_pass c:3; } } }",
        &[
            "location // =a",
            "location /b/ =b",
            "location /c/ c:443",
            "location /c/location /c/d/ d:1",
            "location /u/ unix:/run/s",
            "location /s/ unix:/f",
            "location /f/ =a",
            "location /f/if ($x)/ c:3",
        ],
    );
}

#[test]
fn variables_lead_to_all_that_they_may_say() {
    http(
        "map $host $up { default a; x.org b; y.org a; z.org \"\"; }
         split_clients $remote_addr $part { 0.5% a; 20% b; * b; }
         geo $net { default http://c:8; 10.0.0.0/8 http://$up; }
         server { set $own a; if ($arg_x) { set $own $part; }
         location /m { proxy_pass http://$up; }
         location /s { proxy_pass http://${own}$request_uri; }
         location /g { proxy_pass $net; } location /u { proxy_pass http://$Host:$port/; } }
         server { location /o { proxy_pass http://$own; } }",
        &[
            "location /m/ [default]=a, [x.org]=b, [z.org]?http://",
            "location /s/ [set]=a, [set][50]=a, [set][2000]=b, [set][7950]=b",
            "location /g/ [default]c:8, [10.0.0.0/8][default]=a, [10.0.0.0/8][x.org]=b, \
             [10.0.0.0/8][z.org]?http://",
            "location /u/ ?http://$Host:$port/",
            "location /o/ ?http://$own",
        ],
    );
}

/// Only the sets of the server and of the location itself count, the last one without a condition
/// before all.
#[test]
fn sets_count_where_they_are_run() {
    http(
        "server { set $u a;
         location /1 { set $u x; set $u b; proxy_pass http://$u; }
         location /2 { if ($y) { set $u b; proxy_pass http://$u; } proxy_pass http://$u; }
         location /3 { proxy_pass http://$u; location /3/4 { set $v b; } }
         location /5 { proxy_pass http://$v; } }",
        &[
            "location /1/ [set]=b",
            "location /2/if ($y)/ [set]=b",
            "location /2/ [set]=a, [set]=b",
            "location /3/ [set]=a",
            "location /5/ [set]=b",
        ],
    );
}

#[test]
fn circles_and_crowds_of_variables_end() {
    let entries: String = (0..300).map(|i| format!("k{i} h{i};")).collect();
    let (config, _) = config(&format!(
        "http {{ map $a $x {{ {entries} }} server {{ set $c x$c$c; proxy_pass http://$x$x;
         location / {{ proxy_pass $c; }} }} }}"
    ));
    assert!(config.passes.iter().all(|pass| pass.more || pass.ends.len() < 300));
    assert!(config.passes[0].more && config.passes[0].ends.len() == 256);
}

#[test]
fn what_is_tried_is_inherited() {
    let (config, _) = config(
        "http { proxy_read_timeout 5s; proxy_next_upstream error http_502 non_idempotent;
         server { listen 80; proxy_connect_timeout 500ms;
         location / { proxy_next_upstream_tries 2; proxy_next_upstream_timeout 3s;
         proxy_pass http://a; proxy_http_version 1.1; }
         location /f { fastcgi_pass a; } } }
         stream { server { listen 1; proxy_pass a:1; proxy_timeout 1m; } }",
    );
    let trying = &config.passes[0].trying;
    assert_eq!(trying.next.value, ["error", "http_502", "non_idempotent"]);
    assert_eq!((trying.tries.value, trying.within_ms.value), (2, 3000));
    assert_eq!(trying.connect_timeout_ms.value, 500);
    assert_eq!((trying.read_timeout_ms.value, trying.send_timeout_ms.value), (5000, 60_000));
    assert_eq!(config.passes[0].http_version.as_ref().unwrap().value, "1.1");
    let trying = &config.passes[1].trying;
    assert_eq!((trying.next.value.len(), trying.read_timeout_ms.value), (2, 60_000));
    let trying = &config.passes[2].trying;
    assert_eq!((trying.next.value.len(), trying.read_timeout_ms.value), (1, 60_000));
    assert!(trying.next.is_default() && !trying.read_timeout_ms.is_default());
}
