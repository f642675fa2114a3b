//! A client that asks, and reads which server answered.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Client {
    reader: BufReader<TcpStream>,
    out: Vec<u8>,
}

impl Client {
    /// From an address of this machine, or from any.
    pub(crate) fn connect(to: SocketAddr, from: Option<Ipv4Addr>) -> Client {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        if let Some(from) = from {
            socket.bind(&SocketAddr::from((from, 0)).into()).expect("a loopback address");
        }
        socket.connect(&to.into()).expect("the balancer listens");
        let stream = TcpStream::from(socket);
        stream.set_nodelay(true).expect("an open socket");
        stream.set_read_timeout(Some(PATIENCE)).expect("an open socket");
        Client { reader: BufReader::new(stream), out: Vec::new() }
    }

    /// Adds a request to those that are sent next.
    pub(crate) fn add(&mut self, uri: &str, headers: &[(String, String)]) {
        let mut host = false;
        let _ = write!(self.out, "GET {uri} HTTP/1.1\r\n");
        for (name, value) in headers {
            host |= name.eq_ignore_ascii_case("host");
            let _ = write!(self.out, "{name}: {value}\r\n");
        }
        let _ = self.out.write_all(if host { b"\r\n" } else { b"host: h\r\n\r\n" });
    }

    /// Adds bytes as they are.
    pub(crate) fn add_bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    pub(crate) fn send(&mut self) {
        self.reader.get_mut().write_all(&self.out).expect("the balancer reads");
        self.out.clear();
    }

    /// The server that answered next. Its last byte is left for [`Client::finish`].
    pub(crate) fn begin(&mut self) -> usize {
        let mut line = String::new();
        let mut status = String::new();
        loop {
            line.clear();
            self.reader.read_line(&mut line).expect("an answer in time");
            if status.is_empty() {
                line.trim_end().clone_into(&mut status);
            }
            if line.trim_end().is_empty() {
                break;
            }
        }
        assert!(status.contains(" 200"), "the balancer answers {status:?} by itself");
        let mut number = [0; 2];
        self.reader.read_exact(&mut number).expect("a server's number");
        usize::from(number[0] - b'0') * 10 + usize::from(number[1] - b'0')
    }

    pub(crate) fn finish(&mut self) {
        self.reader.read_exact(&mut [0]).expect("the end of an answer");
    }
}
