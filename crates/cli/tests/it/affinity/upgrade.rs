//! Sessions that begin with an upgraded connection.

use std::io::{Read, Write};

use super::session::{cookie_of, get, sticky};
use crate::support::{Balancer, Origin, Reply};

const UPGRADE: &str = "GET / HTTP/1.1\r\nhost: test\r\nconnection: upgrade\r\n\
                       upgrade: websocket\r\n\r\n";

/// Switches where it is asked to, says its name, and echoes; else it answers with its name.
fn switching(name: &'static str) -> Origin {
    Origin::start(move |request| {
        if !request.contains("upgrade: websocket") {
            return Reply::ok(name);
        }
        Reply::Take(Box::new(move |mut stream| {
            let head = "HTTP/1.1 101 Switching\r\nconnection: upgrade, x-hop\r\n\
                        upgrade: websocket\r\nx-hop: 1\r\nset-cookie: own=1\r\n\r\n";
            let _ = stream.set_read_timeout(None);
            let _ = stream.write_all(format!("{head}{name}").as_bytes());
            let _ = stream.read(&mut [0]);
        }))
    })
}

/// Goal: a user whose first request is a WebSocket is as sticky as any other.
/// Method: new sessions by a 101, each followed by plain requests with its cookie.
#[test]
fn a_101_sets_the_cookie() {
    let origins = [switching("a"), switching("b"), switching("c")];
    let addresses = origins.each_ref().map(|origin| origin.address);
    let balancer = Balancer::start("", "", &sticky("{}", "", &addresses));
    for _ in 0..12 {
        let mut client = balancer.connect();
        client.send(UPGRADE);
        let switched = client.response();
        assert_eq!(switched.status, 101);
        assert_eq!(switched.field("connection"), Some("upgrade"));
        assert_eq!(switched.field("x-hop"), None, "the endpoint's connection has ended here");
        let lines: Vec<&str> = switched.fields("set-cookie").collect();
        assert_eq!((lines.len(), lines[0]), (2, "own=1"), "{}", switched.head);
        let session = lines[1].split(';').next().expect("a pair");
        let name = client.exactly(1);
        for _ in 0..4 {
            let response = get(&mut balancer.connect(), session);
            assert_eq!(response.body, name);
            assert_eq!(cookie_of(&response), None, "it is bound already");
        }
    }
}
