//! Loads against origins on real sockets, and against servers that misbehave on purpose.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use hyper::{Method, StatusCode};
use sim::{Demand, Retries};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{Connections, Load, LoadSpec, Pace, Planned, Report, RequestKind};
use crate::origin::{Fault, Origin, OriginSpec};
use crate::stop::Stop;

const HOUR: Duration = Duration::from_secs(3600);
const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

async fn origin(name: &str, service: Duration) -> Origin {
    let service = Demand::Constant { mean: service };
    let spec = OriginSpec {
        name: name.to_owned(),
        slots: 64,
        service,
        slowness: 1.0,
        body_bytes: 100,
        seed: 1,
    };
    Origin::start(spec, ANY_PORT).await.unwrap()
}

/// 200 requests in 0.2 s.
fn spec() -> LoadSpec {
    LoadSpec {
        duration: Duration::from_millis(200),
        pace: Pace::Constant,
        rate: 1000.0,
        users: 20,
        timeout: Duration::from_secs(5),
        ..LoadSpec::default()
    }
}

async fn run(spec: LoadSpec, target: SocketAddr) -> Report {
    let load = Load::new(spec).unwrap();
    let progress = load.progress();
    let report = load.run(target, Stop::new()).await;
    let counts = progress.now();
    assert_eq!(report.requests, report.responses + report.failures.total());
    assert_eq!(report.responses, report.statuses.values().sum::<u64>());
    assert_eq!(report.responses, report.latency.count());
    assert_eq!(counts.requests, report.requests);
    assert_eq!(counts.responses, report.responses);
    assert_eq!(counts.failed, report.failed());
    report
}

/// Goal: every request is counted once, on both sides. Method: three methods, one healthy origin.
#[tokio::test]
async fn a_healthy_run_adds_up() {
    let origin = origin("web1", Duration::from_millis(1)).await;
    let post = RequestKind { method: Method::POST, body: vec![b'k'; 300].into(), ..get("/form") };
    let mix = vec![get("/?bytes=70000"), RequestKind::new(Method::HEAD, "/", 1.0), post];
    let report = run(LoadSpec { mix, ..spec() }, origin.addr()).await;
    assert_eq!((report.requests, report.failed(), report.dropped), (200, 0, 0));
    assert_eq!(report.origins["web1"].responses, 200);
    assert_eq!(report.origins["web1"].latency.count(), 200);
    assert_eq!((report.share("web1"), report.share("web2"), report.moved), (1.0, 0.0, 0));
    assert_eq!(origin.served(), 200);
    assert!(report.latency.quantile(0.01) >= Duration::from_millis(1));
    assert!(report.users > 1 && report.users <= 20);
}

fn get(path: &str) -> RequestKind {
    RequestKind::new(Method::GET, path, 1.0)
}

/// Goal: the same totals with connections and addresses of each user's own.
#[tokio::test]
async fn users_may_have_connections_and_addresses_of_their_own() {
    for connections in [Connections::PerUser, Connections::PerUserAddress] {
        let origin = origin("web1", Duration::ZERO).await;
        let report = run(LoadSpec { connections, ..spec() }, origin.addr()).await;
        assert_eq!((report.requests, report.failed()), (200, 0), "{connections:?}");
    }
}

/// Goal: users come from the addresses that were planned. Method: two behind one address and one
/// behind another, before a server that asks who is there.
#[tokio::test]
async fn users_come_from_their_addresses() {
    let listener = TcpListener::bind(ANY_PORT).await.unwrap();
    let target = listener.local_addr().unwrap();
    let seen = tokio::spawn(async move {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..3 {
            let (mut stream, from) = listener.accept().await.unwrap();
            read_head(&mut stream).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
            seen.insert(from.ip().to_string());
        }
        seen
    });
    let planned = [(0, 258), (1, 258), (2, 5)].map(|(user, address)| Planned {
        at: Duration::ZERO,
        user,
        kind: 0,
        address,
        work: Duration::ZERO,
    });
    let spec = LoadSpec { connections: Connections::PerUserAddress, ..spec() };
    let load = Load::replay(spec, planned.to_vec()).unwrap();
    assert_eq!(load.run(target, Stop::new()).await.failed(), 0);
    let seen: Vec<String> = seen.await.unwrap().into_iter().collect();
    assert_eq!(seen, ["127.1.5.0", "127.2.2.0"]);
}

/// Goal: failures of each kind are told apart. Method: servers that each fail in one way.
#[tokio::test]
async fn failures_are_classified() {
    let sick = origin("sick", Duration::ZERO).await;
    let fault = Fault::FailFast {
        status: StatusCode::SERVICE_UNAVAILABLE,
        delay: Duration::from_micros(200),
    };
    sick.fault(fault, HOUR).await;
    let report = run(spec(), sick.addr()).await;
    assert_eq!((report.statuses[&503], report.failed()), (200, 200));
    assert_eq!(report.origins["sick"].errors, 200);

    sick.kill().await;
    let report = run(spec(), sick.addr()).await;
    assert_eq!((report.failures.connect, report.responses), (200, 0));

    let hung = origin("hung", HOUR).await;
    let timeout = Duration::from_millis(20);
    let report = run(LoadSpec { timeout, ..spec() }, hung.addr()).await;
    assert_eq!(report.failures.timeout, 200);

    let closing = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", false).await;
    assert_eq!(run(spec(), closing).await.failures.reset, 200);

    let babble = serve(b"good morning\r\n\r\n", false).await;
    assert_eq!(run(spec(), babble).await.failures.protocol, 200);
}

/// Goal: in-flight requests of a killed origin fail as resets. Method: one second of service.
#[tokio::test]
async fn a_kill_resets_the_requests_in_flight() {
    let origin = origin("web1", HOUR).await;
    let load = Load::new(LoadSpec { duration: HOUR, rate: 10_000.0, ..spec() }).unwrap();
    let (progress, stop) = (load.progress(), Stop::new());
    let running = tokio::spawn(load.run(origin.addr(), stop.clone()));
    while origin.in_flight() < 50 {
        tokio::task::yield_now().await;
    }
    stop.trip();
    origin.kill().await;
    let report = running.await.unwrap();
    assert!(report.failures.reset >= 50, "{:?}", report.failures);
    assert_eq!(report.requests, report.failures.total());
    assert_eq!(progress.now().failed, report.requests);
}

/// Goal: a closed kept connection costs an idempotent request nothing, and only such a one.
/// Method: a server that answers once on each connection, then resets on the second request.
#[tokio::test]
async fn reconnects_are_for_idempotent_requests_only() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let one_at_a_time = LoadSpec { rate: 200.0, in_flight_max: 1, ..spec() };
    let target = serve(answer, true).await;
    let report = run(one_at_a_time.clone(), target).await;
    assert_eq!(report.failed(), 0);
    assert!(report.reconnects >= report.requests / 2 - 1, "{report:?}");

    let target = serve(answer, true).await;
    let post = RequestKind { method: Method::POST, ..get("/") };
    let report = run(LoadSpec { mix: vec![post], ..one_at_a_time }, target).await;
    assert_eq!(report.reconnects, 0);
    assert!(report.failures.reset >= report.requests / 2 - 1, "{report:?}");
}

/// A server that answers the first request of each connection with `answer`, then closes it:
/// at once, or when the next request has arrived.
async fn serve(answer: &'static [u8], second: bool) -> SocketAddr {
    let listener = TcpListener::bind(ANY_PORT).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                read_head(&mut stream).await?;
                stream.write_all(answer).await?;
                if second {
                    read_head(&mut stream).await?;
                }
                stream.shutdown().await
            });
        }
    });
    address
}

async fn read_head(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(())
}

/// Goal: cookies are sent back and moves are seen. Method: a server that names a new origin
/// until it is shown the cookie it set.
#[tokio::test]
async fn users_return_their_cookies() {
    let listener = TcpListener::bind(ANY_PORT).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).await.unwrap();
            let known = String::from_utf8_lossy(&head[..length]).contains("cookie: ek=7\r\n");
            let name = if known { "b" } else { "a" };
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\
                 Set-Cookie: ek=7; Path=/\r\nx-origin: {name}\r\n\r\n"
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let one_user = LoadSpec { users: 1, rate: 100.0, in_flight_max: 1, ..spec() };
    let report = run(one_user, address).await;
    assert_eq!(report.failed(), 0);
    assert_eq!((report.origins["a"].responses, report.moved), (1, 1));
    assert_eq!(report.origins["b"].responses, report.responses - 1);
}

/// Goal: users ask again after an error and after a long wait, each request counts once, and the
/// last outcome is what they got. Method: an origin that always errs, then one that hangs.
#[tokio::test]
async fn users_ask_again() {
    let origin = origin("web1", Duration::ZERO).await;
    let retries = Retries { most: 2, after_ns: 20_000_000 };
    let spec = LoadSpec { rate: 100.0, retries, timeout: Duration::from_millis(20), ..spec() };
    for (fault, errors, timeouts) in [(Fault::Errors { share: 1.0 }, 20, 0), (Fault::Hang, 0, 20)] {
        origin.fault(fault, HOUR).await;
        let report = run(spec.clone(), origin.addr()).await;
        assert_eq!((report.requests, report.retried), (20, 40), "{report:?}");
        assert_eq!((report.errors(), report.failures.timeout), (errors, timeouts), "{report:?}");
    }
}

/// Goal: what servers call themselves does not fill a report. Method: a name of 2,000 letters, and
/// another one on each connection.
#[tokio::test]
async fn names_of_origins_are_bounded() {
    let listener = TcpListener::bind(ANY_PORT).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut number = 0;
        while let Ok((mut stream, _)) = listener.accept().await {
            number += 1;
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\
                 x-origin: {number}{:a>2000}\r\n\r\n",
                ""
            );
            tokio::spawn(async move {
                read_head(&mut stream).await?;
                stream.write_all(answer.as_bytes()).await?;
                stream.shutdown().await
            });
        }
    });
    let duration = Duration::from_millis(400);
    let report = run(LoadSpec { duration, ..spec() }, address).await;
    assert_eq!((report.requests, report.failed()), (400, 0));
    assert_eq!(report.origins.len(), 257);
    assert!(report.origins.keys().all(|name| name.len() <= 128));
    assert_eq!(report.origins["others"].responses, 400 - 256);
}

/// Goal: a full generator says so. Method: one request in flight for ever, ten due.
#[tokio::test]
async fn what_is_not_sent_is_counted_as_dropped() {
    let origin = origin("web1", HOUR).await;
    let timeout = Duration::from_secs(1);
    let spec = LoadSpec { rate: 50.0, in_flight_max: 1, timeout, ..spec() };
    let report = run(spec, origin.addr()).await;
    assert_eq!((report.requests, report.dropped, report.failures.timeout), (1, 9, 1));
}

/// Goal: lateness is seen, and latency includes it. Method: hold the only thread for 40 ms.
#[tokio::test]
async fn a_generator_that_falls_behind_says_so() {
    let origin = origin("web1", Duration::ZERO).await;
    let load = Load::new(LoadSpec { rate: 100.0, ..spec() }).unwrap();
    let progress = load.progress();
    let running = tokio::spawn(load.run(origin.addr(), Stop::new()));
    while progress.now().responses < 5 {
        tokio::task::yield_now().await;
    }
    std::thread::sleep(Duration::from_millis(40));
    let report = running.await.unwrap();
    assert!(report.late >= 2, "{report:?}");
    assert!(report.latency.max() >= Duration::from_millis(20), "{report:?}");
    assert!(report.latency.max() >= report.latency_from_start.max());
}

#[test]
fn what_cannot_be_sent_is_refused() {
    let check = |spec: LoadSpec, expected: &str| {
        let message = Load::new(spec).err().unwrap().to_string();
        assert!(message.contains(expected) && message.contains("hint: "), "{message}");
    };
    check(LoadSpec { rate: 0.0, ..spec() }, "0 requests per second");
    check(LoadSpec { rate: f64::NAN, ..spec() }, "requests per second");
    check(LoadSpec { users: 0, ..spec() }, "0 users");
    check(LoadSpec { mix: Vec::new(), ..spec() }, "the mix");
    check(LoadSpec { mix: vec![get("no slash")], ..spec() }, "\"no slash\"");
    check(LoadSpec { host: "\n".into(), ..spec() }, "is no host");
    check(LoadSpec { in_flight_max: 0, ..spec() }, "room");
}
