//! Every route, its statuses and its forms.

use ledger::Status;

use super::client::listen;
use super::sample::{Fixed, source, status};

const RELOAD: &str = "POST /v1/reload HTTP/1.1\r\nHost: a\r\n";

// Goal: health is life, readiness is willingness. Method: a process that is not ready.
#[tokio::test]
async fn health_and_readiness() {
    let listener = listen(source()).await;
    let answer = listener.get("/healthz").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
    let answer = listener.get("/readyz").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ready\n"));

    let draining = Fixed { status: Status { ready: false, ..status() }, ..source() };
    let listener = listen(draining).await;
    assert_eq!(listener.get("/healthz").await.status, 200);
    let answer = listener.get("/readyz").await;
    assert_eq!((answer.status, answer.body.as_str()), (503, "not ready\n"));
}

// Goal: the JSON loses nothing. Method: read it back, awkward names and all.
#[tokio::test]
async fn status_survives_the_wire() {
    let answer = listen(source()).await.get("/v1/status").await;
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("content-type: application/json"), "{}", answer.head);
    assert!(answer.head.contains("cache-control: no-store"), "{}", answer.head);
    let read: Status = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(read, status());
}

// Goal: a reload says what it did. Method: one that works, one that is refused.
#[tokio::test]
async fn reload_done_and_refused() {
    let request = format!("{RELOAD}X-Evenkeel: 1\r\n\r\n");
    let answer = listen(source()).await.ask(&request).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        serde_json::json!({"ok": true, "message": "2 pools; weight of portal/web1: 1 → 2"})
    );

    let problems = "evenkeel.toml:3: unknown key\n  hint: \"pools\"".to_owned();
    let broken = Fixed { reload: Err(problems.clone()), ..source() };
    let answer = listen(broken).await.ask(&request).await;
    assert_eq!(answer.status, 409);
    assert_eq!(answer.json(), serde_json::json!({"ok": false, "error": problems}));
}

/// A source that must never be asked to reload.
struct Untouchable;

impl crate::Source for Untouchable {
    fn status(&self) -> Status {
        status()
    }

    fn reload(&self, _: &str) -> Result<String, String> {
        panic!("a reload that was to be refused was asked for")
    }
}

// Goal: no web page reloads. Method: what a browser can send, to a source that panics on it.
#[tokio::test]
async fn reload_is_not_for_browsers() {
    let listener = listen(Untouchable).await;
    let refused = [
        "\r\n",
        "X-Evenkeel: 0\r\n\r\n",
        "X-Evenkeel: 1\r\nOrigin: http://evil.example\r\n\r\n",
        "Content-Type: text/plain\r\nContent-Length: 13\r\n\r\nX-Evenkeel: 1",
    ];
    for rest in refused {
        let answer = listener.ask(&format!("{RELOAD}{rest}")).await;
        assert_eq!(answer.status, 403, "{rest:?}: {}", answer.body);
        assert_eq!(answer.json()["ok"], false);
    }
    // The question before a cross-origin request with such a header gets no permission.
    let preflight = "OPTIONS /v1/reload HTTP/1.1\r\nHost: a\r\nOrigin: http://evil.example\r\n\
        Access-Control-Request-Headers: x-evenkeel\r\n\r\n";
    let answer = listener.ask(preflight).await;
    assert_eq!(answer.status, 405);
    assert!(!answer.head.contains("access-control-allow"), "{}", answer.head);
}

// Goal: a source that panics costs one answer. Method: let it, then ask again.
#[tokio::test]
async fn a_panic_inside_is_an_answer() {
    let listener = listen(Untouchable).await;
    let answer = listener.ask(&format!("{RELOAD}X-Evenkeel: 1\r\n\r\n")).await;
    assert_eq!(answer.status, 500, "{}", answer.body);
    assert_eq!(listener.get("/readyz").await.status, 200);
}

// Goal: bodies are bounded. Method: one byte too many, and just few enough.
#[tokio::test]
async fn bodies_are_bounded() {
    let listener = listen(source()).await;
    for (length, expected) in [(4097, 413), (4096, 200)] {
        let body = "x".repeat(length);
        let request = format!("{RELOAD}X-Evenkeel: 1\r\nContent-Length: {length}\r\n\r\n{body}");
        assert_eq!(listener.ask(&request).await.status, expected, "{length} bytes");
    }
}

// Goal: the lost find their way. Method: a wrong path and a wrong method.
#[tokio::test]
async fn wrong_addresses_list_the_right_ones() {
    let listener = listen(source()).await;
    let answer = listener.get("/v1/stats").await;
    assert_eq!(answer.status, 404);
    let json = answer.json();
    assert_eq!(json["error"], "there is nothing at /v1/stats");
    assert_eq!(
        json["endpoints"],
        serde_json::json!([
            "GET /metrics",
            "GET /healthz",
            "GET /readyz",
            "GET /v1/status",
            "GET /v1/alarms",
            "GET /v1/diagnosis",
            "GET /v1/events",
            "GET /v1/intent",
            "POST /v1/reload",
            "POST /v1/alarms",
            "POST /v1/silences",
            "POST /v1/approvals",
            "POST /v1/events"
        ])
    );
    let answer = listener.get("/v1/reload").await;
    assert_eq!(answer.status, 405);
    assert!(answer.head.contains("allow: post"), "{}", answer.head);
    assert_eq!(answer.json()["endpoints"], json["endpoints"]);
}
