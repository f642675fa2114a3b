//! What an origin is told of the client, and whom the balancer believes.

use std::collections::BTreeMap;

use crate::support::{Balancer, Origin, Reply, pool, until};

/// Answers with the request's head.
fn mirror() -> Origin {
    Origin::start(Reply::ok)
}

/// The fields that arrive, all but the host.
fn seen(balancer: &Balancer, fields: &str) -> Vec<String> {
    let mut client = balancer.connect();
    client.send(&format!("GET / HTTP/1.1\r\nhost: test\r\n{fields}\r\n"));
    let text = client.response().text();
    text.trim_end().lines().skip(2).map(str::to_owned).collect()
}

#[test]
fn an_origin_learns_who_asked_for_what() {
    let origin = mirror();
    let balancer = Balancer::single("", "", "", origin.address);
    let told = ["x-forwarded-for: 127.0.0.1", "x-forwarded-proto: http", "x-forwarded-host: test"];
    assert_eq!(seen(&balancer, ""), told);
    assert_eq!(seen(&balancer, "x-forwarded-for: 6.6.6.6\r\nforwarded: for=6.6.6.6\r\n"), told);
}

#[test]
fn the_standard_field_is_added_where_it_is_asked_for() {
    let origin = mirror();
    let balancer = Balancer::single("", "forwarded = true", "", origin.address);
    let fields = seen(&balancer, "forwarded: for=6.6.6.6;host=other\r\n");
    let standard = "forwarded: for=127.0.0.1;proto=http;host=\"test\"";
    assert_eq!(fields.last().map(String::as_str), Some(standard));
    assert_eq!(fields.len(), 4, "{fields:?}");
}

#[test]
fn a_trusted_proxy_is_believed() {
    let origin = mirror();
    let trust = "trusted_proxies = [\"127.0.0.0/8\"]";
    let balancer = Balancer::single(trust, "forwarded = true", "", origin.address);
    let fields = seen(
        &balancer,
        "x-forwarded-for: 1.2.3.4\r\nx-forwarded-for: 5.6.7.8\r\nx-forwarded-proto: https\r\n\
         x-forwarded-host: shop\r\nx-forwarded-port: 8443\r\nforwarded: for=1.2.3.4\r\n\
         x_forwarded_for: 6.6.6.6\r\nx-evenkeel-error: forged\r\n",
    );
    let expected = [
        "x-forwarded-proto: https",
        "x-forwarded-host: shop",
        "x-forwarded-port: 8443",
        "x-forwarded-for: 1.2.3.4, 5.6.7.8, 127.0.0.1",
        "forwarded: for=1.2.3.4, for=127.0.0.1;proto=http;host=\"test\"",
    ];
    assert_eq!(fields, expected);
}

/// Goal: a trusted proxy may speak the standard way alone, and loses nothing by it.
#[test]
fn a_trusted_proxy_that_speaks_the_standard_way_is_believed() {
    let origin = mirror();
    let trust = "access_log = \"a.jsonl\"\ntrusted_proxies = [\"127.0.0.0/8\"]";
    let balancer = Balancer::single(trust, "", "", origin.address);
    let sent =
        "forwarded: for=6.6.6.6, for=1.2.3.4;proto=https;host=shop\r\nx-real-ip: 6.6.6.6\r\n";
    let expected = [
        "x-forwarded-for: 1.2.3.4, 127.0.0.1",
        "x-forwarded-proto: https",
        "x-forwarded-host: shop",
        "forwarded: for=6.6.6.6, for=1.2.3.4;proto=https;host=shop, \
         for=127.0.0.1;proto=http;host=\"test\"",
    ];
    assert_eq!(seen(&balancer, sent), expected);
    until("the record is written", || {
        let text = std::fs::read_to_string(balancer.folder().join("a.jsonl")).unwrap_or_default();
        text.contains("\"client\":\"1.2.3.4\"")
    });
}

const CLIENTS: usize = 40;

/// The field by which a client behind two trusted proxies arrives; what stands left of it was
/// written by the client itself.
fn arrives_as(number: usize, lie: &str) -> String {
    format!("x-forwarded-for: {lie}1.2.3.{number}, 10.1.1.1\r\n")
}

/// Goal: placement follows the address that the proxies vouch for, and nothing left of it.
#[test]
fn placement_follows_the_client_behind_trusted_proxies() {
    let origins = [Origin::named("web1"), Origin::named("web2")];
    let hashed = "policy = \"rendezvous\"\nhash = { by = \"client\" }";
    let endpoints = [("web1", origins[0].address), ("web2", origins[1].address)];
    let server = "trusted_proxies = [\"127.0.0.0/8\", \"10.0.0.0/8\"]";
    let balancer = Balancer::start(server, "", &pool("p", hashed, &endpoints));
    let place = |fields: &str| {
        let mut client = balancer.connect();
        client.send(&format!("GET / HTTP/1.1\r\nhost: test\r\n{fields}\r\n"));
        client.response().text()
    };
    let mut used = BTreeMap::new();
    for number in 0..CLIENTS {
        let home = place(&arrives_as(number, ""));
        for lie in ["9.9.9.9, ", "10.2.2.2, ", "8.8.8.8, 127.0.0.1, ", "nonsense, "] {
            assert_eq!(place(&arrives_as(number, lie)), home, "client {number} says {lie}");
        }
        *used.entry(home).or_insert(0) += 1;
    }
    assert!(used.len() == 2 && used.values().all(|&n| n > CLIENTS / 8), "{used:?}");
}

#[test]
fn the_access_log_names_the_client_behind_trusted_proxies() {
    let origin = Origin::named("web1");
    let server = "access_log = \"access.jsonl\"\n\
                  trusted_proxies = [\"127.0.0.0/8\", \"10.0.0.0/8\", \"2001:db8::/32\"]";
    let balancer = Balancer::single(server, "", "", origin.address);
    let sent = [
        ("", "127.0.0.1"),
        ("1.2.3.4", "1.2.3.4"),
        ("9.9.9.9, 1.2.3.4, 10.1.1.1", "1.2.3.4"),
        ("1.2.3.4:5678, 10.1.1.1:99", "1.2.3.4"),
        ("[2001:db9::1]:80, 2001:db8::2", "2001:db9::1"),
        ("nonsense, 10.1.1.1", "10.1.1.1"),
        ("nonsense", "127.0.0.1"),
        ("10.3.3.3, 10.1.1.1", "10.3.3.3"),
        (",,", "127.0.0.1"),
    ];
    for (field, _) in sent {
        let mut client = balancer.connect();
        client.send(&format!("GET / HTTP/1.1\r\nhost: test\r\nx-forwarded-for: {field}\r\n\r\n"));
        assert_eq!(client.response().status, 200);
    }
    let log = balancer.folder().join("access.jsonl");
    let mut lines = Vec::new();
    until("the records are written", || {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        lines = text.lines().map(str::to_owned).collect();
        lines.len() == sent.len() && text.ends_with('\n')
    });
    for ((field, expected), line) in sent.iter().zip(lines) {
        let record: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(record["client"], *expected, "{field}");
    }
}

#[test]
fn nobody_is_believed_by_default() {
    let origin = Origin::named("web1");
    let balancer = Balancer::single("access_log = \"a.jsonl\"", "", "", origin.address);
    seen(&balancer, "x-forwarded-for: 1.2.3.4\r\n");
    until("the record is written", || {
        let text = std::fs::read_to_string(balancer.folder().join("a.jsonl")).unwrap_or_default();
        text.contains("\"client\":\"127.0.0.1\"")
    });
}
