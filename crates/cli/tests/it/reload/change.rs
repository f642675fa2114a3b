//! Servers and listeners that come and go.

use crate::support::{Balancer, Client, HandOrigin, Origin, free_address, pool, until};

fn named(servers: &[(&str, &Origin)]) -> String {
    let servers: Vec<_> = servers.iter().map(|(name, origin)| (*name, origin.address)).collect();
    pool("p", "slow_start = \"1s\"", &servers)
}

/// Goal: a new server is used at once, warming up; the old ones keep their counters.
#[test]
fn a_server_is_added() {
    let (a, b) = (Origin::named("a"), Origin::named("b"));
    let balancer = Balancer::start("", "", &named(&[("a", &a)]));
    let mut client = balancer.connect();
    for _ in 0..10 {
        assert_eq!(client.get("/").text(), "a");
    }
    balancer.rewrite(&Balancer::text("", "", &named(&[("a", &a), ("b", &b)])));
    assert_eq!(balancer.reload().0, 200);
    let fresh = balancer.endpoint("p", "b");
    assert_eq!(fresh["state"], "slow_start");
    assert!(fresh["intended_share"].as_f64().is_some_and(|share| share < 0.5), "{fresh}");
    assert_eq!(balancer.endpoint("p", "a")["requests"], 10, "counters survive");
    until("the new server is used", || client.get("/").text() == "b");
    until("it is warm", || balancer.endpoint("p", "b")["state"] == "up");
    assert_eq!(balancer.endpoint("p", "b")["intended_share"], 0.5);
}

/// Goal: a removed server finishes what it has, and gets nothing more.
/// Method: the test holds its answer over the reload.
#[test]
fn a_server_is_removed() {
    let (held, b) = (HandOrigin::open(), Origin::named("b"));
    let extra = "policy = \"random\"\nkeep_alive = { timeout = \"1s\" }";
    let both = pool("p", extra, &[("held", held.address), ("b", b.address)]);
    let balancer = Balancer::start("", "", &both);
    let (mut client, mut server) = loop {
        let mut client = balancer.connect();
        let before = balancer.endpoint("p", "b")["requests"].clone();
        client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
        let mut accepted = None;
        until("either server has it", || {
            accepted = held.try_accept();
            accepted.is_some() || balancer.endpoint("p", "b")["requests"] != before
        });
        if let Some(server) = accepted {
            break (client, server);
        }
    };
    let _ = server.head();
    balancer.rewrite(&Balancer::text("", "", &named(&[("b", &b)])));
    assert_eq!(balancer.reload().0, 200);
    let removed = balancer.endpoint("p", "held");
    assert_eq!((&removed["state"], &removed["in_flight"]), (&"removed".into(), &1.into()));
    for _ in 0..20 {
        assert_eq!(balancer.connect().get("/").text(), "b");
    }
    server.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate");
    assert_eq!(client.response().text(), "late");
    assert_eq!(client.get("/").text(), "b", "the client's connection goes on");
    until("it has left the status", || {
        balancer.status()["pools"][0]["endpoints"].as_array().is_some_and(|list| list.len() == 1)
    });
    assert!(server.is_closed(), "nobody keeps a connection to it for long");
    assert!(held.try_accept().is_none());
}

/// Goal: a listener opens and closes by a reload; connections of the others and even its own
/// go on.
#[test]
fn a_listener_comes_and_goes() {
    let origin = Origin::named("a");
    let address = free_address();
    let more = format!("[[listeners]]\nname = \"more\"\naddress = \"{address}\"\n");
    let pool = pool("p", "", &[("a", origin.address)]);
    let balancer = Balancer::start("", "", &pool);
    let mut steady = balancer.connect();
    assert_eq!(steady.get("/").text(), "a");
    assert!(std::net::TcpStream::connect(address).is_err());
    balancer.rewrite(&Balancer::text("", "", &format!("{more}{pool}")));
    assert_eq!(balancer.reload().0, 200);
    let mut own = Client::connect(address);
    assert_eq!(own.get("/").text(), "a");
    balancer.rewrite(&Balancer::text("", "", &pool));
    assert_eq!(balancer.reload().0, 200);
    until("it is closed", || std::net::TcpStream::connect(address).is_err());
    assert_eq!(own.get("/").text(), "a", "an open connection is not closed by a reload");
    assert_eq!(steady.get("/").text(), "a");
}

/// Goal: a listener moves between one address and all of them, and back, and the log says so.
#[test]
fn a_listener_moves() {
    let origin = Origin::named("a");
    let pool = pool("p", "", &[("a", origin.address)]);
    let one = free_address();
    let all = std::net::SocketAddr::from(([0, 0, 0, 0], one.port()));
    let at = |address: std::net::SocketAddr| {
        let asked = format!("name = \"web\"\naddress = \"{address}\"");
        let text = Balancer::text("", "", &pool);
        text.replacen("name = \"web\"\naddress = \"127.0.0.1:0\"", &asked, 1)
    };
    let balancer = Balancer::start_text(&at(one));
    let mut steady = balancer.connect();
    assert_eq!(steady.get("/").text(), "a");
    let elsewhere = std::net::SocketAddr::from(([127, 0, 0, 2], one.port()));
    assert!(std::net::TcpStream::connect(elsewhere).is_err());
    for (address, there) in [(all, true), (one, false), (all, true)] {
        balancer.rewrite(&at(address));
        let (status, body) = balancer.reload();
        assert_eq!(status, 200, "{body}");
        until("it has moved", || std::net::TcpStream::connect(elsewhere).is_ok() == there);
        assert_eq!(Client::connect(one).get("/").text(), "a");
        assert_eq!(steady.get("/").text(), "a", "an open connection goes on");
    }
    let log = balancer.log();
    for line in [format!("listening listener=web address={all}"), "no longer listening".into()] {
        assert!(log.contains(&line), "{line}:\n{log}");
    }
}

/// Goal: a pool's and a route's change reach a kept connection at its next request.
#[test]
fn routes_follow() {
    let (a, b) = (Origin::named("a"), Origin::named("b"));
    let first = pool("p", "", &[("a", a.address)]);
    let balancer = Balancer::start("", "", &first);
    let mut client = balancer.connect();
    assert_eq!(client.get("/shop/x").text(), "a");
    let second = pool("shop", "", &[("b", b.address)]);
    let route = "[[routes]]\npath_prefix = \"/shop\"\npool = \"shop\"\n";
    balancer.rewrite(&Balancer::text("", "", &format!("{route}{first}{second}")));
    assert_eq!(balancer.reload().0, 200);
    assert_eq!(client.get("/shop/x").text(), "b");
    assert_eq!(client.get("/shopping").text(), "a");
}

/// Goal: limits follow a reload. Method: a limit on heads, met by an open connection.
#[test]
fn listener_rules_follow() {
    let origin = Origin::named("a");
    let pool = pool("p", "", &[("a", origin.address)]);
    let balancer = Balancer::start("", "", &pool);
    let mut client = balancer.connect();
    let long = format!("GET / HTTP/1.1\r\nhost: test\r\nx-long: {}\r\n\r\n", "x".repeat(3000));
    client.send(&long);
    assert_eq!(client.response().status, 200);
    balancer.rewrite(&Balancer::text("", "limits = { head_size = \"2KiB\" }", &pool));
    assert_eq!(balancer.reload().0, 200);
    client.send(&long);
    assert_eq!(client.response().status, 431);
}

/// Goal: a server that is removed and added again counts from 0, and its window with it.
/// Method: two reloads at once, after requests that the window has seen.
#[test]
fn a_server_returns_at_once() {
    let (a, b) = (Origin::named("a"), Origin::named("b"));
    let both = named(&[("a", &a), ("b", &b)]);
    let balancer = Balancer::start("", "", &both);
    let mut client = balancer.connect();
    let window = || balancer.endpoint("p", "b")["share_10s"].as_f64();
    until("the window has seen it", || {
        assert_eq!(client.get("/").status, 200);
        window() > Some(0.0)
    });
    for text in [named(&[("a", &a)]), both] {
        balancer.rewrite(&Balancer::text("", "", &text));
        assert_eq!(balancer.reload().0, 200);
    }
    until("its window begins anew", || window() == Some(0.0));
    assert_eq!(balancer.endpoint("p", "b")["latency"]["p99_10s_s"], 0.0);
}
