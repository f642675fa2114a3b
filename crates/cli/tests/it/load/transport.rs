//! TLS and HTTP/2, with each other and without.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::server::{Loaded, Manner, Modern, load, load_in};
use crate::support::Folder;

const AT_ONCE: Manner =
    Manner { tls: true, http2: false, streams: 100, service: Duration::ZERO, lifetime: usize::MAX };
const SHORT: [&str; 4] = ["--rate", "60/s", "--for", "1s"];

fn secure(server: &Modern, args: &[&str]) -> Loaded {
    let folder = Folder::new();
    std::fs::write(folder.path().join("ca.pem"), &server.authority).expect("written");
    let url = format!("https://{}/", server.address);
    load_in(folder.path(), &url, &[&SHORT[..], args].concat())
}

/// Goal: a certificate is believed when its authority is, and by nobody else.
#[test]
fn tls_believes_whom_it_is_told() {
    let server = Modern::start(AT_ONCE);
    secure(&server, &["--ca", "ca.pem"]).went_well();
    secure(&server, &["--insecure"]).went_well();
    let other = Modern::start(AT_ONCE);
    let stranger = Modern { authority: server.authority.clone(), ..other };
    let refused = secure(&stranger, &["--ca", "ca.pem"]);
    assert_eq!(refused.json["failures"]["tls"], refused.json["requests"], "{}", refused.json);
    let why = refused.json["first_failures"]["tls"].as_str().expect("a reason");
    assert!(why.contains("certificate"), "{why}");
}

/// Goal: HTTP/2 within TLS, with bodies both ways; a server that has none is told apart.
#[test]
fn http2_is_agreed_on_within_tls() {
    let server = Modern::start(Manner { http2: true, ..AT_ONCE });
    let body = "x".repeat(100_000);
    let args = ["--ca", "ca.pem", "--http2", "-X", "POST", "--body", &body];
    let loaded = secure(&server, &args);
    loaded.went_well();
    assert_eq!(loaded.json["endpoints"][0]["name"], "new");
    let requests = loaded.number("/requests");
    assert_eq!(loaded.number("/bytes_sent"), 100_000.0 * requests);
    assert_eq!(loaded.number("/bytes_received"), 60_000.0 * requests);

    let refused = secure(&Modern::start(AT_ONCE), &["--ca", "ca.pem", "--http2"]);
    assert_eq!(refused.json["failures"]["tls"], refused.json["requests"]);
    let why = refused.json["first_failures"]["tls"].as_str().expect("a reason");
    assert!(why.contains("HTTP/2"), "{why}");
}

/// Goal: requests share a connection as far as the server takes them, and open another one beyond
/// that, up to the limit. Method: services of 200 ms at 60/s, 12 at once.
#[test]
fn http2_without_tls_shares_connections() {
    let slow = Manner { tls: false, http2: true, service: Duration::from_millis(200), ..AT_ONCE };
    let run = |streams: u32, more: &[&str]| {
        let server = Modern::start(Manner { streams, ..slow });
        let url = format!("http://{}/", server.address);
        load(&url, &[&SHORT[..], &["--http2"], more].concat()).went_well();
        server.connections.load(Ordering::SeqCst)
    };
    assert_eq!(run(100, &[]), 1);
    let several = run(3, &[]);
    assert!((3..=15).contains(&several), "{several}");
    assert_eq!(run(3, &["--connections-max", "2"]), 2);
    let each = run(100, &["--connections", "per-user", "--users", "5"]);
    assert_eq!(each, 5);
}

/// Goal: a server that ends its connections in good order loses no request. Method: one that takes
/// seven requests on each, several of them at once.
#[test]
fn http2_connections_end_without_a_loss() {
    let brief = Manner {
        tls: false,
        http2: true,
        service: Duration::from_millis(30),
        lifetime: 7,
        ..AT_ONCE
    };
    let server = Modern::start(brief);
    let url = format!("http://{}/", server.address);
    for method in ["GET", "POST"] {
        load(&url, &["--rate", "200/s", "--for", "2s", "--http2", "-X", method]).went_well();
    }
    assert!(server.connections.load(Ordering::SeqCst) > 20);
}
