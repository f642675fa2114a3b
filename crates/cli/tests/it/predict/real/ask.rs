//! A client that sends one request and reads who answered.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use socket2::{Domain, Socket, Type};

use super::traffic::Sent;
use crate::support::PATIENCE;

/// The status, and the body: the origin's name where an origin answered.
pub(super) fn ask(to: SocketAddr, sent: &Sent) -> (u16, String) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    let from = Ipv4Addr::new(127, 0, 0, sent.source);
    socket.bind(&SocketAddr::from((from, 0)).into()).expect("a loopback address");
    socket.connect(&to.into()).expect("the balancer listens");
    let mut stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(PATIENCE)).expect("an open socket");
    let mut text = format!("{} {} HTTP/1.1\r\n", sent.method, sent.target);
    text += &format!("Host: {}\r\nConnection: close\r\n", sent.host);
    for (name, value) in &sent.headers {
        text += &format!("{name}: {value}\r\n");
    }
    stream.write_all((text + "\r\n").as_bytes()).expect("the balancer reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer in time");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let is_origin = head.to_ascii_lowercase().contains("x-origin: yes");
    let name = if is_origin { body.to_owned() } else { String::new() };
    (status.unwrap_or_else(|| panic!("{sent:?}: {answer}")), name)
}
