//! A sticky pool's sessions, as one client sees them.

use std::net::SocketAddr;

use crate::support::{Balancer, Client, Origin, Reply, Response, pool};

/// Answers with its name, and shows what it was told of a move.
pub(super) fn telling(name: &'static str) -> Origin {
    Origin::start(move |request| {
        let told = |line: &&str| line.to_ascii_lowercase().starts_with("x-previous-endpoint:");
        let told = request.lines().find(told).and_then(|line| line.split_once(": "));
        Reply::ok(&format!("{name} from {}", told.map_or("-", |(_, name)| name)))
    })
}

/// A sticky pool of servers named by the alphabet.
pub(super) fn sticky(affinity: &str, extra: &str, servers: &[SocketAddr]) -> String {
    let names = ["a", "b", "c"].into_iter().zip(servers.iter().copied());
    let named: Vec<_> = names.collect();
    pool("p", &format!("affinity = {affinity}\nslow_start = \"0s\"\n{extra}"), &named)
}

/// A GET with this cookie.
pub(super) fn get(client: &mut Client, cookie: &str) -> Response {
    client.send(&format!("GET / HTTP/1.1\r\nhost: test\r\ncookie: {cookie}\r\n\r\n"));
    client.response()
}

/// The `name=value` of the session cookie that a response sets.
pub(super) fn cookie_of(response: &Response) -> Option<String> {
    let line = response.field("set-cookie")?;
    Some(line.split(';').next().unwrap_or_default().to_owned())
}

/// Sessions until there is one on the wanted server: its cookie.
pub(super) fn session_on(balancer: &Balancer, name: &str) -> String {
    for _ in 0..200 {
        let response = balancer.connect().get("/");
        if response.text().starts_with(name) {
            return cookie_of(&response).expect("a new session has a cookie");
        }
    }
    panic!("no session came to {name}");
}
