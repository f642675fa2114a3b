//! Clients with every bad habit.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::origin::HABITS;
use super::rng::Rng;
use super::stage::Stage;

/// How long a client waits for the next bytes.
const PATIENCE: Duration = Duration::from_millis(400);
const METHODS: [&str; 7] = ["GET", "GET", "GET", "HEAD", "PUT", "DELETE", "OPTIONS"];

/// One client's connection, and what it has learned.
struct Client<'s> {
    stage: &'s Stage,
    stream: TcpStream,
    rng: Rng,
    cookie: String,
}

/// Opens connection after connection until it is over.
pub(super) fn run(stage: &Stage, address: SocketAddr, mut rng: Rng) {
    let mut cookie = String::new();
    while !stage.over.load(Relaxed) {
        let Ok(stream) = TcpStream::connect(address) else { continue };
        let _ = stream.set_read_timeout(Some(PATIENCE));
        let _ = stream.set_write_timeout(Some(PATIENCE));
        let _ = stream.set_nodelay(true);
        let mut client = Client { stage, stream, rng: Rng::new(rng.bits()), cookie };
        client.misbehave();
        cookie = client.cookie;
    }
}

impl Client<'_> {
    fn misbehave(&mut self) {
        match self.rng.below(14) {
            0..=3 => self.orderly(),
            4 => self.post(),
            5 => self.post_chunks(),
            6 => self.pipeline(),
            7 => self.leave_in_head(),
            8 => self.leave_in_body(),
            9 => self.leave_in_response(),
            10 => self.dawdle(),
            11 => self.read_slowly(),
            12 => self.babble(),
            _ => self.upgrade(),
        }
    }

    fn head(&mut self, method: &str, more: &str) -> String {
        let path = match self.rng.below(4) {
            0 => self.rng.below(HABITS),
            _ => 0,
        };
        let most = if self.rng.once_in(10) { 300_000 } else { 2_000 };
        let bytes = self.rng.below(most);
        let cookie = match self.rng.below(8) {
            0 => "cookie: ek_p=AAAA\r\n".to_owned(),
            1 | 2 => String::new(),
            _ if self.cookie.is_empty() => String::new(),
            _ => format!("cookie: {}\r\n", self.cookie),
        };
        self.stage.requests.fetch_add(1, Relaxed);
        format!("{method} /{path}?bytes={bytes} HTTP/1.1\r\nhost: chaos\r\n{cookie}{more}\r\n")
    }

    fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// Reads a whole response, if it comes; answers whether the connection may be used on.
    fn response(&mut self, head_only: bool) -> bool {
        let mut seen = Vec::new();
        let Some(head) = self.final_head(&mut seen) else { return false };
        self.stage.responses.fetch_add(1, Relaxed);
        self.learn(&head);
        let head = head.to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
        let length: Option<usize> = length.and_then(|length| length.trim().parse().ok());
        let Some(length) = length else { return false };
        let length = if head_only { 0 } else { length };
        self.swallow(length.saturating_sub(seen.len())) && !head.contains("connection: close")
    }

    /// The head of the next response that is not an interim one; `seen` is what came after it.
    fn final_head(&mut self, seen: &mut Vec<u8>) -> Option<String> {
        let mut bytes = [0; 16 * 1024];
        loop {
            let start = &seen[..seen.len().min(9)];
            assert!(b"HTTP/1.1 ".starts_with(start), "{:?}", String::from_utf8_lossy(seen));
            if let Some(end) = seen.windows(4).position(|window| window == b"\r\n\r\n") {
                let head: Vec<u8> = seen.drain(..end + 4).collect();
                let head = String::from_utf8_lossy(&head).into_owned();
                if !head.starts_with("HTTP/1.1 1") || head.starts_with("HTTP/1.1 101") {
                    return Some(head);
                }
                continue;
            }
            match self.stream.read(&mut bytes) {
                Ok(0) | Err(_) => return None,
                Ok(count) => seen.extend_from_slice(&bytes[..count]),
            }
        }
    }

    fn learn(&mut self, head: &str) {
        if let Some((_, rest)) = head.split_once("set-cookie: ") {
            self.cookie = rest.split(';').next().unwrap_or_default().to_owned();
        }
    }

    /// Reads so many bytes.
    fn swallow(&mut self, mut left: usize) -> bool {
        let mut bytes = [0; 16 * 1024];
        while left > 0 {
            let most = left.min(bytes.len());
            match self.stream.read(&mut bytes[..most]) {
                Ok(0) | Err(_) => return false,
                Ok(count) => left -= count,
            }
        }
        true
    }

    /// Some requests one after the other, as a browser would.
    fn orderly(&mut self) {
        for _ in 0..self.rng.below(20) + 1 {
            let method = *self.rng.of(&METHODS);
            let head = self.head(method, "");
            if !self.send(head.as_bytes()) || !self.response(method == "HEAD") {
                return;
            }
        }
    }

    fn post(&mut self) {
        for _ in 0..self.rng.below(5) + 1 {
            let length = self.rng.below(100_000);
            let expect = if self.rng.once_in(4) { "expect: 100-continue\r\n" } else { "" };
            let head = self.head("POST", &format!("content-length: {length}\r\n{expect}"));
            let all = [head.as_bytes(), &vec![b'p'; length]].concat();
            if !self.send(&all) || !self.response(false) {
                return;
            }
        }
    }

    fn post_chunks(&mut self) {
        let head = self.head("PUT", "transfer-encoding: chunked\r\n");
        let mut alive = self.send(head.as_bytes());
        for _ in 0..self.rng.below(20) {
            let size = self.rng.below(5_000) + 1;
            let chunk = format!("{size:x};a=b\r\n{}\r\n", "c".repeat(size));
            alive = alive && self.send(chunk.as_bytes());
        }
        let end = if self.rng.once_in(5) { "zz\r\n" } else { "0\r\nx-trailer: 1\r\n\r\n" };
        if alive && self.send(end.as_bytes()) {
            let _ = self.response(false);
        }
    }

    fn pipeline(&mut self) {
        let count = self.rng.below(30) + 2;
        let heads: Vec<String> = (0..count).map(|_| self.head("GET", "")).collect();
        if self.send(heads.concat().as_bytes()) {
            let most = self.rng.below(3_000);
            let _ = self.swallow(most);
        }
        if self.rng.once_in(2) {
            let _ = self.stream.shutdown(Shutdown::Write);
            let _ = self.swallow(usize::MAX);
        }
    }

    fn leave_in_head(&mut self) {
        let head = self.head("GET", "x-some: field\r\n");
        let length = self.rng.below(head.len());
        let _ = self.send(&head.as_bytes()[..length]);
    }

    fn leave_in_body(&mut self) {
        let head = self.head("POST", "content-length: 50000\r\n");
        let body = vec![b'b'; self.rng.below(49_999)];
        let _ = self.send(&[head.as_bytes(), &body].concat());
        if self.rng.once_in(2) {
            let _ = self.stream.shutdown(Shutdown::Write);
            let _ = self.swallow(usize::MAX);
        }
    }

    fn leave_in_response(&mut self) {
        let request = "GET /9?bytes=1000000 HTTP/1.1\r\nhost: chaos\r\n\r\n";
        if self.send(request.as_bytes()) {
            let most = self.rng.below(200_000);
            let _ = self.swallow(most);
        }
    }

    /// Sends a head byte by byte, sometimes never to its end.
    fn dawdle(&mut self) {
        let head = self.head("GET", "");
        for byte in head.as_bytes() {
            if !self.send(&[*byte]) || self.stage.over.load(Relaxed) {
                return;
            }
            std::thread::sleep(Duration::from_millis(3));
        }
        let _ = self.response(false);
    }

    fn read_slowly(&mut self) {
        let request = "GET /9?bytes=1000000 HTTP/1.1\r\nhost: chaos\r\n\r\n";
        if !self.send(request.as_bytes()) {
            return;
        }
        for _ in 0..self.rng.below(40) {
            if !self.swallow(5_000) || self.stage.over.load(Relaxed) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn babble(&mut self) {
        let noise = match self.rng.below(4) {
            0 => b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n".to_vec(),
            1 => b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\n"
                .to_vec(),
            2 => vec![b'A'; 70_000],
            _ => self.rng.bytes(5_000),
        };
        self.stage.requests.fetch_add(1, Relaxed);
        if self.send(&noise) {
            let _ = self.response(false);
        }
    }

    fn upgrade(&mut self) {
        let request =
            "GET /8 HTTP/1.1\r\nhost: chaos\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
        self.stage.requests.fetch_add(1, Relaxed);
        if !self.send(request.as_bytes()) {
            return;
        }
        for _ in 0..self.rng.below(10) {
            let bytes = self.rng.bytes(3_000);
            if !self.send(&bytes) || !self.swallow(10) {
                return;
            }
        }
        if self.rng.once_in(3) {
            let _ = self.stream.shutdown(Shutdown::Write);
            let _ = self.swallow(usize::MAX);
        }
    }
}
