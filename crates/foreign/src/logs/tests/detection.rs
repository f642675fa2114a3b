//! Which format a log is found to be in.

use super::told::joined;
use crate::logs::{Format, detect};

fn check(lines: &[&str], expected: &str) {
    let lines: Vec<String> = lines.iter().map(|line| joined(line)).collect();
    let found = detect(lines.join("\n").as_bytes(), 0);
    assert_eq!(found.map_or("none", |found| found.format.name()), expected, "{lines:?}");
}

const COMBINED: &str = r#"1.2.3.4 - - [29/Nov/2026:00:49:11 +0000] "GET / HTTP/1.1" 200 3 "-" "x""#;
const COMMON: &str = r#"1.2.3.4 - - [29/Nov/2026:00:49:11 +0000] "GET / HTTP/1.1" 200 3"#;

#[test]
fn each_product_is_told_from_the_others() {
    check(&[COMBINED], "combined");
    check(&[COMMON, "nonsense"], "common");
    check(&[COMBINED, COMBINED, COMMON], "common");
    check(&[&format!("{COMBINED} \"-\"")], "combined-forwarded");
    check(&[&format!("{COMBINED} \"no address\" 1")], "combined");
    check(&[&format!("shop.example:80 {COMBINED}")], "vhost-combined");
    check(
        &[&format!("{COMBINED} 89 0.001 [shop-80] [] 10.0.0.1:80 5 0.001 200 52")],
        "ingress-nginx",
    );
    check(&[&format!("{COMBINED} 271 \"r\" \"http://10.0.0.1:80\" 3ms")], "traefik");
    check(
        &[
            "haproxy[1]: Proxy a started.",
            "1.2.3.4:5 [06/Feb/2009:12:14:14.655] a b/c 1/2/3/4/5 200 1 - - ---- 1/1/1/1/0 0/0 \
             \"GET / HTTP/1.1\"",
        ],
        "haproxy",
    );
    check(
        &[r#"[2016-04-15T20:17:00.310Z] "POST /api HTTP/2" 204 - 154 0 226 100 "10.0.35.28"
                "curl" "cc21" "shop.example" "tcp://10.0.2.1:80""#],
        "envoy",
    );
    check(
        &[r#"[2024-08-21T01:14:56.707Z] "HEAD / HTTP/1.1" 404 NR route_not_found - "-" 0 0 1 -
                "10.0.0.15" "curl/8" "7f1c" "shop.example" "-" - - 10.0.0.2:80 10.0.0.15:51544 -
                -"#],
        "istio",
    );
    check(
        &[r#"2019-10-14T12:01:50Z my-elb 192.0.2.7:52410 10.0.0.169:80 0 0.1 0 200 200 0 612
                "GET http://h:80/ HTTP/1.1" "curl" - -"#],
        "aws-elb",
    );
    check(
        &[r#"h2 2018-07-02T22:23:00Z app/lb/5 192.0.2.7:28 10.0.0.1:80 0.086 0.048 0.037 200
                200 0 57 "GET https://h:443/ HTTP/2.0" "c" E T arn "R" "h" "a" 1
                2018-07-02T22:22:48Z "forward" "-" "-""#],
        "aws-alb",
    );
    check(&[r#"{"status":200,"method":"GET","time":"2026-11-29T00:49:11Z"}"#], "json");
    check(
        &[r#"{"logger":"http.log.access","ts":1,"request":{"method":"GET"},"status":200}"#],
        "caddy",
    );
    check(&[r#"{"RequestCount":1,"RequestMethod":"GET","DownstreamStatus":200}"#], "traefik-json");
    check(&[r#"{"response_code_details":"x","response_code":200,"method":"GET"}"#], "envoy-json");
    check(&[r#"{"affinity":"kept","method":"GET","status":200}"#], "evenkeel");
}

#[test]
fn what_few_lines_are_in_is_not_it() {
    check(&[], "none");
    check(&["", "\0\0", "nonsense"], "none");
    check(&["a", "b", "c", COMBINED], "none");
    check(&["\u{feff}a", COMBINED, "\r", COMBINED], "combined");
}

#[test]
fn names_lead_back_to_formats() {
    for format in Format::recognised() {
        assert_eq!(Format::named(format.name()), Some(format));
    }
    assert_eq!(Format::named("nginx-log-format"), None);
}
