//! A client that sends exactly the bytes it is given, and reads responses one by one.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use super::PATIENCE;

/// One connection.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    pending: Vec<u8>,
}

/// A response as it came.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// Status line and fields, without the empty line.
    pub(crate) head: String,
    /// Payload; chunks are put together.
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The first value of a field.
    pub(crate) fn field<'r>(&'r self, name: &'r str) -> Option<&'r str> {
        self.fields(name).next()
    }

    /// All values of a field.
    pub(crate) fn fields<'r>(&'r self, name: &'r str) -> impl Iterator<Item = &'r str> {
        let pairs = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        pairs.filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Client {
        Client::over(TcpStream::connect(address).expect("a connection"))
    }

    /// The same tools for the other side: a connection that was accepted.
    pub(crate) fn over(stream: TcpStream) -> Client {
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_nodelay(true).expect("no delay");
        Client { stream, pending: Vec::new() }
    }

    /// Sends text as it is. A peer that has closed already is no failure of the test.
    pub(crate) fn send(&mut self, text: &str) {
        self.send_bytes(text.as_bytes());
    }

    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    /// A plain GET on this connection.
    pub(crate) fn get(&mut self, path: &str) -> Response {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n"));
        self.response()
    }

    /// Whether something of an answer is there. Does not wait.
    pub(crate) fn is_answered(&mut self) -> bool {
        let mut byte = [0];
        self.stream.set_nonblocking(true).expect("not waiting");
        let answered = !self.pending.is_empty() || matches!(self.stream.peek(&mut byte), Ok(1));
        self.stream.set_nonblocking(false).expect("waiting again");
        answered
    }

    /// Ends our side.
    pub(crate) fn finish(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// The next response to a request that was not HEAD, interim ones included.
    pub(crate) fn response(&mut self) -> Response {
        self.response_to(false)
    }

    /// The next response; `head_only`: it has no body whatever its fields say.
    pub(crate) fn response_to(&mut self, head_only: bool) -> Response {
        let head = self.head();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
        let mut response = Response { status, head, body: Vec::new() };
        let bodiless = head_only || status < 200 || status == 204 || status == 304;
        if !bodiless {
            response.body = self.body(&response);
        }
        response
    }

    /// The next head, of a request as well as of a response, without the empty line.
    pub(crate) fn head(&mut self) -> String {
        let end = loop {
            if let Some(at) = find(&self.pending, b"\r\n\r\n") {
                break at;
            }
            assert!(self.fill(), "closed in a head: {:?}", self.pending_text());
        };
        let head: Vec<u8> = self.pending.drain(..end + 4).collect();
        String::from_utf8_lossy(&head[..end]).into_owned()
    }

    fn body(&mut self, response: &Response) -> Vec<u8> {
        if response.field("transfer-encoding").is_some() {
            return self.chunks();
        }
        if let Some(length) = response.field("content-length") {
            return self.exactly(length.parse().expect("a length"));
        }
        while self.fill() {}
        std::mem::take(&mut self.pending)
    }

    /// A chunked body, put together.
    pub(crate) fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let line = self.line();
            let size = line.split(';').next().expect("a size");
            let size = usize::from_str_radix(size, 16).expect("a hexadecimal size");
            if size == 0 {
                while !self.line().is_empty() {}
                return body;
            }
            body.extend(self.exactly(size));
            assert_eq!(self.line(), "");
        }
    }

    fn line(&mut self) -> String {
        loop {
            if let Some(at) = find(&self.pending, b"\r\n") {
                let line: Vec<u8> = self.pending.drain(..at + 2).collect();
                return String::from_utf8_lossy(&line[..at]).into_owned();
            }
            assert!(self.fill(), "closed in a line: {:?}", self.pending_text());
        }
    }

    /// Exactly so many bytes.
    pub(crate) fn exactly(&mut self, count: usize) -> Vec<u8> {
        while self.pending.len() < count {
            assert!(self.fill(), "closed after {} of {count} bytes", self.pending.len());
        }
        self.pending.drain(..count).collect()
    }

    /// Everything until the peer closes.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        while self.fill() {}
        std::mem::take(&mut self.pending)
    }

    /// Whether the peer has closed without sending anything more. Waits for it.
    pub(crate) fn is_closed(&mut self) -> bool {
        self.pending.is_empty() && !self.fill()
    }

    /// Reads once; false at the end of the connection, also when it was reset.
    fn fill(&mut self) -> bool {
        let mut bytes = [0; 16 * 1024];
        match self.stream.read(&mut bytes) {
            Ok(0) => false,
            Ok(count) => {
                self.pending.extend_from_slice(&bytes[..count]);
                true
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            Err(error) => panic!("reading failed: {error}; so far {:?}", self.pending_text()),
        }
    }

    fn pending_text(&self) -> String {
        String::from_utf8_lossy(&self.pending).into_owned()
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
