//! Limits on connections, in total and per client, and the rules that a door hands out.

use std::io::{Read, Write};

use super::*;
use crate::worker::testing;

const ONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

fn limited(most: u32, most_per_client: u32) -> Admission {
    let admission = Admission::default();
    admission.limit(most, most_per_client);
    admission
}

#[test]
fn the_total_is_a_limit() {
    let admission = limited(2, 0);
    let first = admission.enter(ONE).expect("room");
    let second = admission.enter(ONE).expect("room");
    assert!(admission.enter(OTHER).is_none());
    assert_eq!(admission.open(), 2, "who is refused is not counted");
    admission.leave(ONE, first);
    let third = admission.enter(OTHER).expect("room again");
    admission.leave(ONE, second);
    admission.leave(OTHER, third);
    assert_eq!(admission.open(), 0);
    assert!(admission.per_client.lock().expect("not poisoned").is_empty());
}

#[test]
fn each_client_has_a_limit_of_its_own() {
    let admission = limited(100, 2);
    let entered = [admission.enter(ONE), admission.enter(ONE), admission.enter(OTHER)];
    assert!(entered.iter().all(Option::is_some));
    assert!(admission.enter(ONE).is_none());
    assert_eq!(admission.open(), 3, "who is refused is not counted");
    admission.leave(ONE, entered[0].expect("entered"));
    let again = admission.enter(ONE).expect("room again");
    for (client, entered) in [(ONE, entered[1]), (OTHER, entered[2]), (ONE, Some(again))] {
        admission.leave(client, entered.expect("entered"));
    }
    assert_eq!(admission.open(), 0);
    assert!(admission.per_client.lock().expect("not poisoned").is_empty(), "nobody is remembered");
}

/// Goal: counts stay right when a reload turns the limit per client on or off. Method: enter
/// under one limit, leave under another.
#[test]
fn limits_may_change_while_connections_are_open() {
    let admission = limited(100, 0);
    let uncounted = admission.enter(ONE).expect("room");
    admission.limit(100, 1);
    let counted = admission.enter(ONE).expect("the first that is counted");
    assert!(admission.enter(ONE).is_none());
    admission.leave(ONE, uncounted);
    assert!(admission.enter(ONE).is_none(), "the counted one is still here");
    admission.limit(1, 0);
    assert!(admission.enter(OTHER).is_none());
    admission.leave(ONE, counted);
    assert_eq!(admission.open(), 0);
    assert!(admission.per_client.lock().expect("not poisoned").is_empty());
}

#[test]
fn open_connections_see_new_rules() {
    let rules = |name: &str| ListenerRules {
        name: name.to_owned(),
        head_bytes: 1,
        head_fields: 1,
        body_bytes: 1,
        head_ms: 1,
        idle_ms: 1,
        body_ms: 1,
        send_ms: 1,
        forwarded: false,
        allow_connect: false,
    };
    let door = Door::new(rules("before"));
    let connection = door.clone();
    let during = connection.rules();
    door.replace(rules("after"));
    assert_eq!((during.name.as_str(), connection.rules().name.as_str()), ("before", "after"));
}

fn worker() -> (Rc<Worker>, Door) {
    let rules = ListenerRules {
        name: "web".to_owned(),
        head_bytes: 1024,
        head_fields: 10,
        body_bytes: 0,
        head_ms: 10_000,
        idle_ms: 10_000,
        body_ms: 10_000,
        send_ms: 10_000,
        forwarded: false,
        allow_connect: false,
    };
    (testing::worker(limited(100, 0)), Door::new(rules))
}

/// Goal: who is connected before a listener closes is served, not reset.
/// Method: it closes before it has accepted anybody; each client sends a request to be refused.
#[test]
fn who_waits_to_be_accepted_is_let_in() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("an open socket");
    let address = listener.local_addr().expect("bound");
    let connect = || {
        let mut client = std::net::TcpStream::connect(address).expect("connected");
        client.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("sent");
        client.shutdown(std::net::Shutdown::Write).expect("ended");
        client
    };
    let clients: Vec<_> = (0..20).map(|_| connect()).collect();
    let (worker, door) = worker();
    let served = async {
        let listener = TcpListener::from_std(listener).expect("a runtime");
        let (open, closing) = oneshot::channel();
        drop(open);
        accept(Rc::clone(&worker), listener, door, closing).await;
        assert_eq!(worker.open().get(), clients.len());
        while worker.open().get() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::task::LocalSet::new().block_on(&runtime.expect("a runtime"), served);
    for mut client in clients {
        let mut answer = String::new();
        client.read_to_string(&mut answer).expect("a clean end");
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    assert!(std::net::TcpStream::connect(address).is_err(), "it is closed");
}
