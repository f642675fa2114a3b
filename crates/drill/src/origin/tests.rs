//! Origins on real sockets: slots, faults, kill and revival.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use hyper::StatusCode;
use sim::Demand;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::{Fault, Origin, OriginSpec};

const HOUR: Duration = Duration::from_secs(3600);
const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

async fn start(slots: usize, service: Duration) -> Origin {
    let service = Demand::Constant { mean: service };
    let spec = OriginSpec {
        name: "web1".to_owned(),
        slots,
        service,
        slowness: 1.0,
        body_bytes: 5,
        seed: 1,
    };
    Origin::start(spec, ANY_PORT).await.unwrap()
}

/// Sends one request on a connection of its own and returns the whole answer.
async fn ask(address: SocketAddr, head: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("{head}\r\nHost: a\r\nConnection: close\r\n\r\n").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

async fn until(mut condition: impl FnMut() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

/// Goal: no more requests in slots than there are. Method: 40 at once on 3 slots.
#[tokio::test]
async fn slots_bound_what_is_in_flight() {
    let origin = start(3, Duration::from_millis(2)).await;
    let address = origin.addr();
    let mut clients = JoinSet::new();
    for _ in 0..40 {
        clients.spawn(async move { ask(address, "GET / HTTP/1.1").await.unwrap() });
    }
    while let Some(answer) = clients.join_next().await {
        assert!(answer.unwrap().starts_with("HTTP/1.1 200"));
    }
    let counters = origin.counters();
    assert_eq!((counters.served, counters.in_flight_max), (40, 3));
    assert_eq!((counters.in_flight, counters.waiting, counters.aborted), (0, 0, 0));
}

/// Goal: the answer's form. Method: GET, HEAD, a chosen length, a body in the request.
#[tokio::test]
async fn answers_carry_name_and_length() {
    let origin = start(1, Duration::ZERO).await;
    let get = ask(origin.addr(), "GET /a HTTP/1.1").await.unwrap();
    assert!(get.contains("x-origin: web1\r\n") && get.contains("content-length: 5\r\n"), "{get}");
    assert!(get.ends_with("\r\n\r\neeeee"), "{get}");
    let head = ask(origin.addr(), "HEAD /a HTTP/1.1").await.unwrap();
    assert!(head.contains("content-length: 5\r\n") && head.ends_with("\r\n\r\n"), "{head}");
    let long = ask(origin.addr(), "GET /a?bytes=200000 HTTP/1.1").await.unwrap();
    assert_eq!(long.split_once("\r\n\r\n").unwrap().1.len(), 200_000);
    let bad = ask(origin.addr(), "GET /a?bytes=x HTTP/1.1").await.unwrap();
    assert!(bad.starts_with("HTTP/1.1 400"), "{bad}");
}

/// Goal: a probe needs no slot. Method: the only slot is taken for an hour.
#[tokio::test]
async fn probes_pass_a_full_origin() {
    let origin = start(1, HOUR).await;
    let address = origin.addr();
    let _busy = tokio::spawn(async move { ask(address, "GET / HTTP/1.1").await });
    until(|| origin.in_flight() == 1).await;
    let probe = ask(address, "GET /healthz HTTP/1.1").await.unwrap();
    assert!(probe.starts_with("HTTP/1.1 200"), "{probe}");
    assert_eq!(origin.counters().probes, 1);
}

/// Goal: a server does not see that nobody waits any more. Method: two clients who leave at once,
/// before one slot; the third waits for the work of both.
#[tokio::test]
async fn work_goes_on_in_vain() {
    let origin = start(1, Duration::from_millis(10)).await;
    let begun = std::time::Instant::now();
    for number in 1..=2 {
        let mut stream = TcpStream::connect(origin.addr()).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        until(|| origin.counters().in_flight + origin.counters().waiting == number).await;
    }
    until(|| origin.counters().aborted == 2).await;
    ask(origin.addr(), "GET / HTTP/1.1").await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(30));
    assert_eq!((origin.served(), origin.in_flight()), (1, 0));
}

/// Goal: a kill resets what is in flight, refuses what is new, and a revival takes the same port.
/// Method: one request in service for an hour and one idle connection, then kill.
#[tokio::test]
async fn kill_resets_and_revive_listens_again() {
    let origin = start(1, HOUR).await;
    let address = origin.addr();
    let busy = tokio::spawn(async move { ask(address, "GET / HTTP/1.1").await });
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    until(|| origin.in_flight() == 1 && origin.counters().probes == 1).await;
    assert!(idle.read(&mut [0; 1024]).await.unwrap() > 0);

    origin.kill().await;
    assert_eq!(busy.await.unwrap().unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(idle.read(&mut [0; 8]).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(TcpStream::connect(address).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    let counters = origin.counters();
    assert_eq!((counters.in_flight, counters.aborted, counters.served), (0, 1, 0));
    origin.kill().await;

    origin.revive().await.unwrap();
    origin.revive().await.unwrap();
    assert_eq!(origin.addr(), address);
    let probe = ask(address, "GET /healthz HTTP/1.1").await.unwrap();
    assert!(probe.starts_with("HTTP/1.1 200"), "{probe}");
}

/// Goal: fail-fast costs no slot, passes probes and ends with its lease. Method: long, then short.
#[tokio::test]
async fn fail_fast_answers_without_a_slot_until_its_lease_ends() {
    let origin = start(1, Duration::ZERO).await;
    let delay = Duration::from_micros(200);
    let fault = Fault::FailFast { status: StatusCode::SERVICE_UNAVAILABLE, delay };
    origin.fault(fault, HOUR).await;
    let answer = ask(origin.addr(), "GET / HTTP/1.1").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("x-origin: web1"), "{answer}");
    let probe = ask(origin.addr(), "GET /healthz HTTP/1.1").await.unwrap();
    assert!(probe.starts_with("HTTP/1.1 200"), "{probe}");
    let counters = origin.counters();
    assert_eq!((counters.failed_fast, counters.in_flight_max), (1, 0));

    origin.fault(fault, Duration::ZERO).await;
    let answer = ask(origin.addr(), "GET / HTTP/1.1").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Goal: a slow origin takes `factor` times as long. Method: 1 ms × 20 is not done before 20 ms.
#[tokio::test]
async fn slow_stretches_the_service_time() {
    let origin = start(1, Duration::from_millis(1)).await;
    origin.fault(Fault::Slow { factor: 20.0 }, HOUR).await;
    let start = std::time::Instant::now();
    ask(origin.addr(), "GET / HTTP/1.1").await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(20));
    origin.heal();
    assert_eq!(origin.served(), 1);
}

/// Goal: a share of the answers are errors, after the work, and probes fail alone. Method: all and
/// none of the answers, then the probe.
#[tokio::test]
async fn errors_and_probes_fail_apart() {
    let origin = start(1, Duration::ZERO).await;
    let (page, probe) = ("GET / HTTP/1.1", "GET /healthz HTTP/1.1");
    for (share, status) in [(1.0, "HTTP/1.1 503"), (0.0, "HTTP/1.1 200")] {
        origin.fault(Fault::Errors { share }, HOUR).await;
        let answer = ask(origin.addr(), page).await.unwrap();
        assert!(answer.starts_with(status), "{share}: {answer}");
        assert!(ask(origin.addr(), probe).await.unwrap().starts_with("HTTP/1.1 200"));
    }
    assert_eq!(origin.served(), 2);
    origin.fault(Fault::ProbeFails, HOUR).await;
    assert!(ask(origin.addr(), probe).await.unwrap().starts_with("HTTP/1.1 503"));
    assert!(ask(origin.addr(), page).await.unwrap().starts_with("HTTP/1.1 200"));
}

/// Goal: a hang holds probes too and lets them go when the lease ends. Method: both, waited for.
#[tokio::test]
async fn hang_ends_with_its_lease() {
    let origin = start(1, Duration::ZERO).await;
    let start = std::time::Instant::now();
    origin.fault(Fault::Hang, Duration::from_millis(20)).await;
    let (probe, page) = tokio::join!(
        ask(origin.addr(), "GET /healthz HTTP/1.1"),
        ask(origin.addr(), "GET / HTTP/1.1"),
    );
    assert!(
        probe.unwrap().starts_with("HTTP/1.1 200") && page.unwrap().starts_with("HTTP/1.1 200")
    );
    assert!(start.elapsed() >= Duration::from_millis(20));
}

/// Goal: refusing ends by itself. Method: a short lease, then connect until it is taken again.
#[tokio::test]
async fn refuse_revives_when_its_lease_ends() {
    let origin = start(1, Duration::ZERO).await;
    let start = std::time::Instant::now();
    origin.fault(Fault::Refuse, Duration::from_millis(20)).await;
    let refused = TcpStream::connect(origin.addr()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    while TcpStream::connect(origin.addr()).await.is_err() {
        tokio::task::yield_now().await;
    }
    assert!(start.elapsed() >= Duration::from_millis(20));
}

/// Goal: a kill by hand outlasts the lease of an older refusal. Method: both, then the lease ends.
#[tokio::test]
async fn an_old_lease_does_not_revive_a_later_death() {
    let origin = start(1, Duration::ZERO).await;
    let lease = Duration::from_millis(5);
    origin.fault(Fault::Refuse, lease).await;
    origin.kill().await;
    crate::timer::sleep_until(std::time::Instant::now() + 2 * lease).await;
    assert!(TcpStream::connect(origin.addr()).await.is_err());
    origin.revive().await.unwrap();
    assert!(TcpStream::connect(origin.addr()).await.is_ok());
}

/// Goal: what cannot work is refused with a reason. Method: no slots, no name, a taken port.
#[tokio::test]
async fn bad_specifications_are_refused() {
    let service = Demand::Constant { mean: Duration::ZERO };
    let good = OriginSpec {
        name: "a".to_owned(),
        slots: 1,
        service,
        slowness: 1.0,
        body_bytes: 0,
        seed: 1,
    };
    let origin = Origin::start(good.clone(), ANY_PORT).await.unwrap();
    let message = |result: Result<Origin, crate::Error>| result.err().unwrap().to_string();
    let none = Origin::start(OriginSpec { slots: 0, ..good.clone() }, ANY_PORT).await;
    assert!(message(none).contains("cannot have 0 slots"));
    let never = OriginSpec { slowness: 0.0, ..good.clone() };
    assert!(message(Origin::start(never, ANY_PORT).await).contains("cannot be 0 times slower"));
    let unnamed = Origin::start(OriginSpec { name: "\n".into(), ..good.clone() }, ANY_PORT).await;
    assert!(message(unnamed).contains("cannot be named"));
    let taken = Origin::start(good, origin.addr()).await;
    assert!(message(taken).contains("port 0 takes a free one"));
}
