//! Waiting for a server at its limit: in order, so many, so long.

use std::net::TcpStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use crate::support::{Balancer, Client, Origin, Reply, until};

/// An origin that answers each request when the test says so.
struct Held {
    origin: Origin,
    /// The waiting requests' paths and how to answer them, as they come.
    arrivals: Receiver<(String, Sender<()>)>,
}

fn held() -> Held {
    let (tell, arrivals) = channel();
    let tell = Arc::new(Mutex::new(tell));
    let origin = Origin::start(move |request| {
        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
        let (release, released) = channel();
        let body = path.clone();
        let _ = tell.lock().expect("the test").send((path, release));
        Reply::Take(Box::new(move |stream| answer(stream, &released, &body)))
    });
    Held { origin, arrivals }
}

fn answer(mut stream: TcpStream, released: &Receiver<()>, body: &str) {
    use std::io::Write;
    // The test may have ended: then there is nobody to answer.
    if released.recv().is_ok() {
        let length = body.len();
        let text =
            format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        let _ = stream.write_all((text + body).as_bytes());
    }
}

impl Held {
    fn next(&self) -> (String, Sender<()>) {
        self.arrivals.recv_timeout(crate::support::PATIENCE).expect("a request arrives")
    }
}

fn start(held: &Held, queue: &str) -> Balancer {
    let address = held.origin.address;
    Balancer::start(
        "",
        "",
        &format!(
            "[pools.p]\nqueue = {queue}\n\
         [[pools.p.endpoints]]\nname = \"a\"\naddress = \"{address}\"\nlimit = 1\n"
        ),
    )
}

fn waiting(balancer: &Balancer) -> u64 {
    balancer.status()["pools"][0]["queue_waiting"].as_u64().expect("a count")
}

fn ask(balancer: &Balancer, path: &str) -> Client {
    let mut client = balancer.connect();
    client.send(&format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n"));
    client
}

/// Goal: who waits longest is served first. Method: eight wait, on two workers, for some beats
/// of the pool's heart, and are let through one by one.
#[test]
fn served_in_the_order_of_arrival() {
    let held = held();
    let balancer = start(&held, "{ size = 8, timeout = \"15s\" }");
    let mut first = ask(&balancer, "/first");
    let (path, release) = held.next();
    assert_eq!(path, "/first");
    let mut clients = Vec::new();
    for number in 1..=8 {
        clients.push(ask(&balancer, &format!("/{number}")));
        until("it waits", || waiting(&balancer) == number);
    }
    let windows = balancer.status()["uptime_s"].as_f64().expect("seconds");
    until("the heart has beaten", || balancer.status()["uptime_s"].as_f64() > Some(windows + 0.1));
    assert!(release.send(()).is_ok());
    assert_eq!(first.response().text(), "/first");
    for (number, mut client) in (1..=8).zip(clients) {
        let (path, release) = held.next();
        assert_eq!(path, format!("/{number}"));
        assert!(release.send(()).is_ok());
        assert_eq!(client.response().text(), path);
    }
    assert_eq!(balancer.status()["pools"][0]["queue_waited"], 8);
    assert_eq!(waiting(&balancer), 0);
}

/// Goal: the queue has an end and a deadline, and says which. Method: two places, one second.
#[test]
fn full_and_late() {
    let held = held();
    let balancer = start(&held, "{ size = 2, timeout = \"1s\" }");
    let mut first = ask(&balancer, "/first");
    let (_, release) = held.next();
    let mut late: Vec<Client> = ["/1", "/2"].iter().map(|path| ask(&balancer, path)).collect();
    until("two wait", || waiting(&balancer) == 2);
    let refused = balancer.connect().get("/3");
    assert_eq!((refused.status, refused.field("x-evenkeel-error")), (503, Some("queue_full")));
    assert_eq!(refused.field("retry-after"), Some("1"));
    for client in &mut late {
        let response = client.response();
        let error = response.field("x-evenkeel-error");
        assert_eq!((response.status, error), (503, Some("queue_timeout")));
        assert_eq!(response.field("retry-after"), Some("1"));
    }
    assert!(release.send(()).is_ok());
    assert_eq!(first.response().status, 200);
    let errors = &balancer.status()["pools"][0]["errors"];
    assert_eq!((&errors["queue_full"], &errors["queue_timeout"]), (&1.into(), &2.into()));
    assert_eq!(waiting(&balancer), 0);
    let mut after = ask(&balancer, "/after");
    let (path, release) = held.next();
    assert_eq!(path, "/after", "nobody who gave up reaches the server");
    assert!(release.send(()).is_ok());
    assert_eq!(after.response().status, 200);
}

/// Goal: who leaves the queue makes room, and the next one is still served.
#[test]
fn leaving_the_queue() {
    let held = held();
    let balancer = start(&held, "{ size = 2, timeout = \"15s\" }");
    let mut first = ask(&balancer, "/first");
    let (_, release) = held.next();
    let leaves = ask(&balancer, "/leaves");
    until("it waits", || waiting(&balancer) == 1);
    let mut stays = ask(&balancer, "/stays");
    until("both wait", || waiting(&balancer) == 2);
    drop(leaves);
    until("one has left", || waiting(&balancer) == 1);
    assert!(release.send(()).is_ok());
    assert_eq!(first.response().status, 200);
    let (path, release) = held.next();
    assert_eq!(path, "/stays");
    assert!(release.send(()).is_ok());
    assert_eq!(stays.response().text(), "/stays");
}

/// Goal: those who wait for one server only do not keep others from one that has room, however
/// many wait. Method: hard sessions of a full server fill the queue; the other server is free.
#[test]
fn a_queue_for_one_server_bars_nobody_from_another() {
    let (held, free) = (held(), Origin::named("free"));
    let endpoint = |name: &str, address| {
        format!("[[pools.p.endpoints]]\nname = \"{name}\"\naddress = \"{address}\"\nlimit = 1\n")
    };
    let text = format!(
        "[pools.p]\naffinity = {{ state = \"hard\" }}\n\
         queue = {{ size = 2, timeout = \"15s\" }}\n{}{}",
        endpoint("held", held.origin.address),
        endpoint("free", free.address),
    );
    let balancer = Balancer::start("", "", &text);
    // A session of the held server, however the first requests fall.
    let mut first = ask(&balancer, "/first");
    let (_, release) = loop {
        match held.arrivals.try_recv() {
            Ok(arrival) => break arrival,
            Err(_) if first.is_answered() => first = ask(&balancer, "/first"),
            Err(_) => {}
        }
    };
    assert!(release.send(()).is_ok());
    let response = first.response();
    let cookie = response.field("set-cookie").and_then(|c| c.split(';').next()).expect("a cookie");
    let of_session = |path: &str| {
        let mut client = balancer.connect();
        client.send(&format!("GET {path} HTTP/1.1\r\nhost: test\r\ncookie: {cookie}\r\n\r\n"));
        client
    };
    let mut running = of_session("/running");
    let (_, release) = held.next();
    let mut waits = [of_session("/1"), of_session("/2")];
    until("two wait", || waiting(&balancer) == 2);
    for _ in 0..5 {
        assert_eq!(balancer.connect().get("/new").text(), "free");
        // Its place is free a moment after the answer has arrived.
        until("it is idle", || balancer.endpoint("p", "free")["in_flight"] == 0);
    }
    assert!(release.send(()).is_ok());
    assert_eq!(running.response().text(), "/running");
    for _ in 0..2 {
        assert!(held.next().1.send(()).is_ok());
    }
    assert!(waits.iter_mut().all(|client| client.response().status == 200));
}

/// Goal: a server that is added while requests wait serves them.
/// Method: one waits at a full server; a reload adds a free one.
#[test]
fn a_server_added_by_a_reload_serves_who_waits() {
    let (held, free) = (held(), Origin::named("free"));
    let balancer = start(&held, "{ size = 2, timeout = \"15s\" }");
    let mut first = ask(&balancer, "/first");
    let (_, release) = held.next();
    let mut waits = ask(&balancer, "/waits");
    until("it waits", || waiting(&balancer) == 1);
    let text = std::fs::read_to_string(balancer.folder().join("evenkeel.toml")).expect("its file");
    let added = format!("[[pools.p.endpoints]]\nname = \"b\"\naddress = \"{}\"\n", free.address);
    balancer.rewrite(&(text + &added));
    assert_eq!(balancer.reload().0, 200);
    assert_eq!(waits.response().text(), "free");
    assert!(release.send(()).is_ok());
    assert_eq!(first.response().text(), "/first");
}
