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
    let answer = answer(&mut stream);
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let is_origin = head.to_ascii_lowercase().contains("x-origin: yes");
    let name = if is_origin { body.to_owned() } else { String::new() };
    (status.unwrap_or_else(|| panic!("{sent:?}: {answer}")), name)
}

/// As long as the answer says that it is: some balancers wait for who closes first.
fn answer(stream: &mut TcpStream) -> String {
    let (mut answer, mut bytes) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&answer).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length = length.and_then(|length| length.trim().parse().ok());
            if length.is_some_and(|length: usize| body.len() >= length) || head.contains(" 204 ") {
                return text;
            }
        }
        match stream.read(&mut bytes).expect("an answer in time") {
            0 => return text,
            count => answer.extend_from_slice(&bytes[..count]),
        }
    }
}
