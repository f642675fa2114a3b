//! Control calls on real sockets.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sim::Demand;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Control;
use crate::origin::{Origin, OriginSpec};

const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

async fn start() -> (Arc<Vec<Origin>>, Control) {
    let mut origins = Vec::new();
    for name in ["web1", "web2"] {
        let spec = OriginSpec {
            name: name.to_owned(),
            slots: 1,
            service: Demand::Constant { mean: Duration::ZERO },
            slowness: 1.0,
            body_bytes: 0,
            seed: 1,
        };
        origins.push(Origin::start(spec, ANY_PORT).await.unwrap());
    }
    let origins = Arc::new(origins);
    let control = Control::start(Arc::clone(&origins), ANY_PORT).await.unwrap();
    (origins, control)
}

/// Makes a call; status and what was answered.
async fn call(address: SocketAddr, what: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let head = format!("{what} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n");
    let request = format!("{head}content-length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), serde_json::from_str(body).unwrap_or(Value::Null))
}

/// Goal: a call breaks one server, its lease mends it, and another call mends it earlier.
/// Method: each fault in turn, seen from outside where that is quick.
#[tokio::test]
async fn calls_break_and_heal() {
    let (origins, control) = start().await;
    let (at, web1, web2) = (control.addr(), origins[0].addr(), origins[1].addr());
    let fails = r#"{"fails_fast": "1us", "for": "1h"}"#;
    let (status, told) = call(at, "PUT /faults/web1", fails).await;
    assert_eq!((status, &told["web1"][0]["fails_fast"]), (200, &json!("1us")));
    assert_eq!(call(web1, "GET /", "").await.0, 503);
    assert_eq!(call(web2, "GET /", "").await.0, 200);

    // One that dies takes the place of that one, and is revived by the next.
    let killed = r#"{"killed": true, "for": "59m"}"#;
    let (_, told) = call(at, "PUT /faults/web1", killed).await;
    assert_eq!(told["web1"].as_array().map(Vec::len), Some(1));
    assert!(TcpStream::connect(web1).await.is_err());
    call(at, "PUT /faults/web1", r#"{"errors": 1.0, "for": "1m"}"#).await;
    assert_eq!(call(web1, "GET /", "").await.0, 503);
    call(at, "PUT /faults/web1", r#"{"slower": 3.0, "for": "1m"}"#).await;
    call(at, "PUT /faults/web2", r#"{"probe_fails": true, "for": "1m"}"#).await;
    assert_eq!(call(web2, "GET /healthz", "").await.0, 503);
    let (_, told) = call(at, "GET /faults", "").await;
    assert_eq!(
        (&told["web1"][0]["errors"], &told["web1"][1]["slower"]),
        (&json!(1.0), &json!(3.0))
    );

    let (status, told) = call(at, "DELETE /faults/web1", "").await;
    assert_eq!((status, told), (200, json!({ "web1": [] })));
    assert_eq!(call(web1, "GET /", "").await.0, 200);
    call(at, "PUT /faults/web1", r#"{"hangs": true, "for": "20ms"}"#).await;
    assert_eq!(call(web1, "GET /", "").await.0, 200, "the lease has ended");
    call(at, "PUT /faults/web1", r#"{"killed": true, "for": "1h"}"#).await;
    let (_, told) = call(at, "DELETE /faults", "").await;
    assert_eq!(told, json!({ "web1": [], "web2": [] }));
    assert_eq!(call(web1, "GET /", "").await.0, 200);
}

/// Goal: what means nothing does nothing, and is told why. Method: every mistake once.
#[tokio::test]
async fn mistakes_are_told() {
    let (origins, control) = start().await;
    let at = control.addr();
    for (body, said) in [
        ("", "this is no fault"),
        ("[1]", "this is no fault"),
        (r#"{"slower": 3.0}"#, "for how long?"),
        (r#"{"for": "1s"}"#, "what is wrong with it?"),
        (r#"{"slower": 3.0, "hangs": true, "for": "1s"}"#, "two faults"),
        (r#"{"slowr": 3.0, "for": "1s"}"#, "unknown field `slowr`"),
        (r#"{"slower": -1.0, "for": "1s"}"#, "above 0"),
        (r#"{"errors": 1.5, "for": "1s"}"#, "a part of the answers"),
        (r#"{"hangs": false, "for": "1s"}"#, "nothing is wrong"),
        (r#"{"hangs": true, "for": "61m"}"#, "cannot last that long"),
        (r#"{"hangs": true, "for": "0s"}"#, "cannot last that long"),
        (r#"{"hangs": true, "for": 10}"#, "this is no fault"),
        (&" ".repeat(5000), "cannot be read"),
    ] {
        let (status, told) = call(at, "PUT /faults/web1", body).await;
        let error = told["error"].as_str().unwrap();
        assert_eq!(status, 400, "{body}: {error}");
        assert!(error.contains(said) && told["hint"].is_string(), "{body}: {told}");
    }
    let fault = r#"{"hangs": true, "for": "1s"}"#;
    for (what, status) in [
        ("PUT /faults/web9", 404),
        ("GET /fault", 404),
        ("GET /faultsweb1", 404),
        ("PUT /faults", 405),
        ("PUT /faults/", 405),
        ("POST /faults/web1", 405),
    ] {
        assert_eq!(call(at, what, fault).await.0, status, "{what}");
    }
    assert!(origins.iter().all(|origin| origin.faults().is_empty()));
}
