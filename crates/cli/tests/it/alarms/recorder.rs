//! A receiver of HTTP requests that writes each of them down, and can be out of order.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::Value;

/// A request that was answered.
#[derive(Clone, Debug)]
pub(super) struct Got {
    /// Method and path.
    pub(super) line: String,
    /// `X-Evenkeel-Delivery` and `Idempotency-Key`.
    pub(super) names: [String; 2],
    pub(super) body: Value,
    pub(super) at: Instant,
}

/// A listening receiver.
#[derive(Clone)]
pub(super) struct Recorder {
    pub(super) address: SocketAddr,
    down: Arc<AtomicBool>,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Recorder {
    /// Answers every request with this status and text.
    pub(super) fn start(status: u16, text: &'static str) -> Recorder {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let recorder = Recorder { address, down: Arc::default(), got: Arc::default() };
        let own = recorder.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // Nothing is read: whoever sends knows that nothing arrived.
                if !own.down.load(Ordering::SeqCst) {
                    let own = own.clone();
                    std::thread::spawn(move || own.serve(stream, status, text));
                }
            }
        });
        recorder
    }

    /// Its address with this path.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Out of order, or in order again.
    pub(super) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// All requests so far.
    pub(super) fn got(&self) -> Vec<Got> {
        self.got.lock().expect("record").clone()
    }

    /// Serves a connection until it is closed.
    fn serve(&self, stream: TcpStream, status: u16, text: &str) {
        let mut reader = BufReader::new(stream);
        while let Some(got) = read(&mut reader) {
            self.got.lock().expect("record").push(got);
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", text.len());
            if reader.get_mut().write_all((head + text).as_bytes()).is_err() {
                return;
            }
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Got> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let field = |name: &str| {
        let pairs = head.lines().filter_map(|line| line.split_once(':'));
        let mut found = pairs.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.next().map_or(String::new(), |(_, value)| value.trim().to_owned())
    };
    let mut body = vec![0; field("content-length").parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    let line = head.lines().next().unwrap_or_default();
    Some(Got {
        line: line.trim_end_matches(" HTTP/1.1").to_owned(),
        names: [field("x-evenkeel-delivery"), field("idempotency-key")],
        body: serde_json::from_slice(&body).expect("JSON"),
        at: Instant::now(),
    })
}
