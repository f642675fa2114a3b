//! What slow and many clients can hold, and how the listener ends.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ledger::Status;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::client::{listen, listen_within};
use super::sample::{source, status};
use crate::Source;
use crate::server::{LIMITS, Limits};

/// A test gone wrong ends after this, instead of never.
const GIVE_UP: Duration = Duration::from_secs(20);

/// Announces each question, then answers when it is let.
struct Gated {
    asked: UnboundedSender<usize>,
    go: Mutex<Receiver<()>>,
    inside: Mutex<usize>,
}

impl Source for Gated {
    fn status(&self) -> Status {
        {
            let mut inside = self.inside.lock().unwrap();
            *inside += 1;
            let _ = self.asked.send(*inside);
        }
        let _ = self.go.lock().unwrap().recv_timeout(GIVE_UP);
        *self.inside.lock().unwrap() -= 1;
        status()
    }

    fn reload(&self, _: &str) -> Result<String, String> {
        Ok(String::new())
    }
}

fn gated() -> (Gated, UnboundedReceiver<usize>, std::sync::mpsc::Sender<()>) {
    let (asked, questions) = unbounded_channel();
    let (let_go, go) = channel();
    (Gated { asked, go: Mutex::new(go), inside: Mutex::new(0) }, questions, let_go)
}

// Goal: the cap holds and all are served. Method: 8 clients, 2 places, one answer at a time.
#[tokio::test]
async fn connections_are_capped() {
    let (source, mut questions, let_go) = gated();
    let limits = Limits { connections: 2, ..LIMITS };
    let listener = Arc::new(listen_within(limits, source).await);
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let listener = Arc::clone(&listener);
            tokio::spawn(async move { listener.get("/v1/status").await.status })
        })
        .collect();
    for _ in 0..8 {
        let inside = questions.recv().await.unwrap();
        assert!(inside <= 2, "{inside} at once");
        let_go.send(()).unwrap();
    }
    for client in clients {
        assert_eq!(client.await.unwrap(), 200);
    }
}

// Goal: a stuck source is answered for and does not hurt health. Method: the clock is moved.
#[tokio::test(start_paused = true)]
async fn a_stuck_source_times_out() {
    let (source, mut questions, let_go) = gated();
    let listener = Arc::new(listen(source).await);
    let client = {
        let listener = Arc::clone(&listener);
        tokio::spawn(async move { listener.get("/v1/status").await })
    };
    questions.recv().await.unwrap();
    assert_eq!(listener.get("/healthz").await.status, 200);
    tokio::time::advance(LIMITS.answer + Duration::from_millis(1)).await;
    let answer = client.await.unwrap();
    assert_eq!(answer.status, 504, "{}", answer.body);
    let_go.send(()).unwrap();
}

/// What comes back for `part` of a request that is never completed.
async fn unfinished(part: &[u8]) -> Vec<u8> {
    let listener = listen(source()).await;
    let mut stream = TcpStream::connect(listener.address).await.unwrap();
    stream.write_all(part).await.unwrap();
    let mut rest = Vec::new();
    let too_long = LIMITS.connection + Duration::from_secs(1);
    let ended = tokio::time::timeout(too_long, stream.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "still open after {too_long:?}");
    rest
}

// Goal: what never arrives holds nothing. Method: half a head and half a body; the paused clock
// runs to the next deadline as soon as nothing else is left to do.
#[tokio::test(start_paused = true)]
async fn half_a_request_is_hung_up_on() {
    let head = unfinished(b"GET /metrics HTTP/1.1\r\nHos").await;
    assert!(!head.starts_with(b"HTTP/1.1 200"), "{head:?}");
    let body = unfinished(
        b"POST /v1/reload HTTP/1.1\r\nHost: a\r\nX-Evenkeel: 1\r\nContent-Length: 9\r\n\r\nx",
    )
    .await;
    assert!(!body.starts_with(b"HTTP/1.1 200"), "{body:?}");
}

// Goal: stopping waits for answers under way, not for the silent. Method: one of each, on a
// clock that moves only when all wait for it.
#[tokio::test(start_paused = true)]
async fn stopping_lets_answers_finish() {
    let (source, mut questions, let_go) = gated();
    let listener = listen(source).await;
    let _silent = TcpStream::connect(listener.address).await.unwrap();
    let mut busy = TcpStream::connect(listener.address).await.unwrap();
    busy.write_all(b"GET /v1/status HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    questions.recv().await.unwrap();
    listener.stop.send(()).unwrap();
    let stopped = tokio::time::Instant::now();
    let_go.send(()).unwrap();
    let mut text = String::new();
    busy.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    listener.served.await.unwrap().unwrap();
    assert!(stopped.elapsed() < LIMITS.farewell, "waited for the silent one");
    assert!(TcpStream::connect(listener.address).await.is_err(), "still listening");
}
