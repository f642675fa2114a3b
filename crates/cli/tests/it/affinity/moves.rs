//! When a session leaves its server, who is told, and when it must not.

use crate::support::{Balancer, Client, HandOrigin, free_address, until};

use super::session::{cookie_of, get, session_on, sticky, telling};

const PROBE: &str = "probe = { interval = \"20ms\", timeout = \"20ms\", fall = 2 }";

/// A sticky pool of `a`, which is dead and down, and of `b`; and a cookie of a session on `a`.
fn dead_server(state: &str) -> (crate::support::Origin, Balancer, String) {
    let (a, b) = (telling("a"), telling("b"));
    let affinity = format!("{{ state = \"{state}\" }}");
    let before = sticky(&affinity, PROBE, &[a.address, b.address]);
    let balancer = Balancer::start("", "", &before);
    let cookie = session_on(&balancer, "a");
    // The same name at an address where nobody is: a died.
    let after = sticky(&affinity, PROBE, &[free_address(), b.address]);
    balancer.rewrite(&Balancer::text("", "", &after));
    assert_eq!(balancer.reload().0, 200);
    until("a is down", || balancer.endpoint("p", "a")["state"] == "down");
    (b, balancer, cookie)
}

/// Goal: users of a dead server go on, and the new server is told from where they come.
#[test]
fn a_soft_move_names_the_previous_server() {
    let (_b, balancer, cookie) = dead_server("soft");
    let mut client = balancer.connect();
    let moved = get(&mut client, &cookie);
    assert_eq!(moved.text(), "b from a");
    assert_eq!(balancer.endpoint("p", "b")["picks"]["affinity_moved"], 1);
    let bound = cookie_of(&moved).expect("it is bound anew");
    let kept = get(&mut client, &bound);
    assert_eq!((kept.text().as_str(), cookie_of(&kept)), ("b from -", None));
}

/// Goal: a session without state moves silently.
#[test]
fn a_move_without_state_is_silent() {
    let (_b, balancer, cookie) = dead_server("none");
    let moved = get(&mut balancer.connect(), &cookie);
    assert_eq!((moved.text().as_str(), cookie_of(&moved).is_some()), ("b from -", true));
}

/// Goal: even a hard session is not broken by the death of its server.
#[test]
fn a_hard_session_survives_its_server() {
    let (_b, balancer, cookie) = dead_server("hard");
    let moved = get(&mut balancer.connect(), &cookie);
    assert_eq!((moved.text().as_str(), cookie_of(&moved).is_some()), ("b from -", true));
}

/// Goal: before any probe has noticed, a refused connection moves the session at once.
#[test]
fn a_retry_binds_the_session_anew() {
    let (a, b) = (telling("a"), telling("b"));
    let balancer = Balancer::start("", "", &sticky("{}", "", &[a.address, b.address]));
    let cookie = session_on(&balancer, "a");
    let text = Balancer::text("", "", &sticky("{}", "", &[free_address(), b.address]));
    balancer.rewrite(&text);
    assert_eq!(balancer.reload().0, 200);
    let mut client = balancer.connect();
    let moved = get(&mut client, &cookie);
    assert_eq!((moved.status, moved.text().as_str()), (200, "b from a"));
    let bound = cookie_of(&moved).expect("it is bound anew");
    assert_eq!(get(&mut client, &bound).text(), "b from -");
}

/// Goal: a client cannot tell a server that it was moved.
#[test]
fn nobody_else_names_a_previous_server() {
    let a = telling("a");
    let balancer = Balancer::start("", "", &sticky("{}", "", &[a.address]));
    let mut client = balancer.connect();
    client.send("GET / HTTP/1.1\r\nhost: test\r\nX-Previous-Endpoint: root\r\n\r\n");
    assert_eq!(client.response().text(), "a from -");
}

/// Goal: users of a removed server go on. Method: a reload without it, on a kept connection.
#[test]
fn a_removed_server_s_users_go_on() {
    let (a, b) = (telling("a"), telling("b"));
    let balancer = Balancer::start("", "", &sticky("{}", "", &[a.address, b.address]));
    let cookies = ["a", "b"].map(|name| session_on(&balancer, name));
    let mut client = balancer.connect();
    assert_eq!(get(&mut client, &cookies[0]).text(), "a from -");
    let only_b = sticky("{}", "", &[a.address, b.address]);
    let at = only_b.find("[[pools.p.endpoints]]\nname = \"a\"").expect("a");
    let to = only_b.find("[[pools.p.endpoints]]\nname = \"b\"").expect("b");
    let only_b = format!("{}{}", &only_b[..at], &only_b[to..]);
    balancer.rewrite(&Balancer::text("", "", &only_b));
    assert_eq!(balancer.reload().0, 200);
    let moved = get(&mut client, &cookies[0]);
    assert!(moved.status == 200 && moved.text().starts_with("b from"), "{}", moved.text());
    let bound = cookie_of(&moved).expect("it is bound anew");
    assert_eq!(get(&mut client, &bound).text(), "b from -");
    assert_eq!(cookie_of(&get(&mut client, &cookies[1])), None, "b's own users stay");
}

/// Goal: a draining server keeps its sessions and takes no new ones.
#[test]
fn a_drain_honours_sessions() {
    let (a, b) = (telling("a"), telling("b"));
    let pool = sticky("{}", "", &[a.address, b.address]);
    let balancer = Balancer::start("", "", &pool);
    let cookie = session_on(&balancer, "a");
    let address = format!("address = \"{}\"\n", a.address);
    let draining = pool.replace(&address, &format!("{address}drain = true\n"));
    balancer.rewrite(&Balancer::text("", "", &draining));
    assert_eq!(balancer.reload().0, 200);
    assert_eq!(balancer.endpoint("p", "a")["state"], "drain");
    let mut client = balancer.connect();
    for _ in 0..20 {
        let kept = get(&mut client, &cookie);
        assert_eq!((kept.text().as_str(), cookie_of(&kept)), ("a from -", None));
        assert_eq!(client.get("/").text(), "b from -", "new sessions go elsewhere");
    }
    assert_eq!(balancer.endpoint("p", "a")["picks"]["drain"], 20);
}

/// Goal: a hard session waits for its own server, even beside a free one, and is counted.
/// Method: a server of one place, held by the test.
#[test]
fn a_hard_session_waits_for_its_server() {
    let (held, b) = (HandOrigin::open(), telling("b"));
    let pool = sticky("{ state = \"hard\" }", "", &[held.address, b.address]);
    let address = format!("address = \"{}\"\n", held.address);
    let pool = pool.replace(&address, &format!("{address}limit = 1\n"));
    // One worker, so that both requests use the one connection to the held server.
    let text = Balancer::text("", "", &pool).replace("workers = 2", "workers = 1");
    let balancer = Balancer::start_text(&text);
    let (mut first, mut server, cookie) = bind_to_hand(&balancer, &held);
    let ask = format!("GET / HTTP/1.1\r\nhost: test\r\ncookie: {cookie}\r\n\r\n");
    first.send(&ask);
    let _ = server.head();
    let mut second = balancer.connect();
    second.send(&ask);
    let waiting = || balancer.status()["pools"][0]["queue_waiting"].clone();
    until("the second waits", || waiting() == 1);
    assert_eq!(balancer.connect().get("/").text(), "b from -", "others do not wait");
    const HAND: &str = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nhand";
    server.send(HAND);
    assert_eq!(first.response().text(), "hand");
    let _ = server.head();
    server.send(HAND);
    let response = second.response();
    assert_eq!((response.text().as_str(), cookie_of(&response)), ("hand", None));
    assert_eq!(balancer.status()["pools"][0]["unmovable"], 1, "once, however often it asked");
}

/// A session on the held server, its kept connection, and its cookie.
fn bind_to_hand(balancer: &Balancer, held: &HandOrigin) -> (Client, Client, String) {
    for _ in 0..100 {
        let before = balancer.endpoint("p", "b")["requests"].clone();
        let mut client = balancer.connect();
        client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
        let mut accepted = None;
        until("either server has it", || {
            accepted = held.try_accept();
            accepted.is_some() || balancer.endpoint("p", "b")["requests"] != before
        });
        if let Some(mut server) = accepted {
            let _ = server.head();
            server.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
            let cookie = cookie_of(&client.response()).expect("a new session");
            return (client, server, cookie);
        }
        let _ = client.response();
    }
    panic!("no session came to the held server");
}
