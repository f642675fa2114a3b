//! Kept connections on real sockets: order, cap, age, and endpoints that close.

use std::io::{ErrorKind, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use config::Span;

use super::*;
use crate::plan::{self, Ground, Slots};
use crate::worker::Admission;
use crate::worker::testing::{CONFIG, worker};

const KEEP: KeepAlive = KeepAlive { idle: 2, timeout: Span(Duration::from_millis(150)) };

/// A kept connection: ours, and a second handle to watch its socket with.
struct Pair {
    upstream: Upstream,
    watch: TcpStream,
    endpoint: TcpStream,
}

impl Pair {
    fn open() -> Pair {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let ours = TcpStream::connect(listener.local_addr().expect("bound")).expect("connected");
        let (endpoint, _) = listener.accept().expect("accepted");
        ours.set_nonblocking(true).expect("an open socket");
        let watch = ours.try_clone().expect("a second handle");
        let stream = tokio::net::TcpStream::from_std(ours).expect("a runtime");
        Pair { upstream: Upstream { stream, reused: false }, watch, endpoint }
    }

    fn port(&self) -> u16 {
        self.watch.local_addr().expect("bound").port()
    }
}

/// Until the kernel has something to tell about the socket.
fn await_news(watch: &TcpStream) {
    while watch.peek(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock) {
        std::thread::yield_now();
    }
}

/// Runs with a worker and its plan's two endpoints, inside a runtime.
fn with_worker(test: impl AsyncFnOnce(&Worker, &PlannedEndpoint, &PlannedEndpoint)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
    let worker = worker(Admission::default());
    let plan = worker.plan();
    let endpoints = &plan.pools[0].endpoints;
    runtime.expect("a runtime").block_on(test(&worker, &endpoints[0], &endpoints[1]));
}

fn port(upstream: &Upstream) -> u16 {
    upstream.stream.local_addr().expect("bound").port()
}

#[test]
fn the_newest_comes_first_and_no_more_are_kept_than_may_be() {
    with_worker(async |worker, one, two| {
        let mut idle = Idle::default();
        let pairs = [Pair::open(), Pair::open(), Pair::open()];
        let ports: Vec<u16> = pairs.iter().map(Pair::port).collect();
        let mut endpoints = Vec::new();
        for pair in pairs {
            idle.put(one, &KEEP, pair.upstream, worker);
            endpoints.push(pair.endpoint);
        }
        assert!(idle.take(two, Check::Socket).is_none(), "each endpoint has its own");
        let taken = idle.take(one, Check::Socket).expect("kept");
        assert_eq!((port(&taken), taken.reused), (ports[1], true));
        assert_eq!(idle.take(one, Check::Readiness).map(|kept| port(&kept)), Some(ports[0]));
        assert!(idle.take(one, Check::Readiness).is_none(), "the third was one too many");
    });
}

#[test]
fn old_connections_are_pruned() {
    with_worker(async |worker, one, _| {
        let mut idle = Idle::default();
        worker.deadlines.tick(1000);
        let (first, second) = (Pair::open(), Pair::open());
        let kept = second.port();
        idle.put(one, &KEEP, first.upstream, worker);
        worker.deadlines.tick(1060);
        idle.put(one, &KEEP, second.upstream, worker);
        idle.tick(1099);
        idle.prune(&worker.plan());
        assert_eq!(idle.slots[&one.slot].len(), 2);
        idle.tick(1100);
        idle.prune(&worker.plan());
        assert_eq!(idle.take(one, Check::Readiness).map(|kept| port(&kept)), Some(kept));
        assert!(idle.take(one, Check::Readiness).is_none());
    });
}

/// Goal: a connection is not used after its time, whoever comes first, prune or request.
/// Method: kept at the end of a tick, and asked for one tick before its time and at it.
#[test]
fn old_connections_are_not_taken() {
    with_worker(async |worker, one, _| {
        for (asked_ms, expected) in [(1050, true), (1100, false)] {
            let mut idle = Idle::default();
            worker.deadlines.tick(1000);
            idle.put(one, &KEEP, Pair::open().upstream, worker);
            idle.tick(asked_ms);
            assert_eq!(idle.take(one, Check::Readiness).is_some(), expected, "at {asked_ms}");
        }
    });
}

/// Goal: a removed endpoint's connections are closed at the next prune, also those that a
/// request of the older plan leaves behind, and their places do not add up.
/// Method: a plan without the endpoint, a hundred times.
#[test]
fn removed_endpoints_keep_nothing() {
    let settings = |text: &str| config::parse(text, "test.toml").expect("a configuration");
    let less = CONFIG.rsplit_once("[[pools.p.endpoints]]").expect("two endpoints").0;
    let (both, less) = (settings(CONFIG), settings(less));
    with_worker(async |worker, _, _| {
        let ground = Ground { workers: 1, secret: b"", now_ns: 0, seed: 1 };
        let (mut idle, mut slots) = (Idle::default(), Slots::default());
        let mut plan = plan::build(&both, None, &mut slots, &ground);
        for _ in 0..100 {
            let next = plan::build(&less, Some(&plan), &mut slots, &ground);
            let removed = &plan.pools[0].endpoints[1];
            idle.put(removed, &KEEP, Pair::open().upstream, worker);
            idle.prune(&next);
            assert_eq!(idle.slots.len(), 0);
            let again = plan::build(&both, Some(&next), &mut slots, &ground);
            assert_eq!(plan.pools[0].endpoints[0].slot, again.pools[0].endpoints[0].slot);
            assert_ne!(removed.slot, again.pools[0].endpoints[1].slot, "nobody finds its way back");
            plan = again;
        }
        assert_eq!(slots.len(), 2);
    });
}

/// Goal: a connection that the endpoint closed is not lent. Method: close, let the runtime
/// notice, and ask the cheap way.
#[test]
fn closed_connections_are_noticed() {
    with_worker(async |worker, one, _| {
        let mut idle = Idle::default();
        let (lives, closed) = (Pair::open(), Pair::open());
        let port_that_lives = lives.port();
        drop(closed.endpoint);
        closed.upstream.stream.readable().await.expect("news");
        idle.put(one, &KEEP, lives.upstream, worker);
        idle.put(one, &KEEP, closed.upstream, worker);
        assert_eq!(idle.take(one, Check::Readiness).map(|kept| port(&kept)), Some(port_that_lives));
        assert!(idle.take(one, Check::Readiness).is_none());
    });
}

/// Goal: for a request that must not be sent twice the socket itself is asked. Method: close,
/// and never let the runtime look: readiness still says that nothing has happened.
#[test]
fn who_asks_the_socket_learns_what_readiness_does_not_know_yet() {
    with_worker(async |worker, one, _| {
        let mut idle = Idle::default();
        let mut pair = Pair::open();
        pair.endpoint.write_all(b"unasked").expect("sent");
        await_news(&pair.watch);
        idle.put(one, &KEEP, pair.upstream, worker);
        assert!(idle.take(one, Check::Socket).is_none(), "it spoke unasked");
        let pair = Pair::open();
        drop(pair.endpoint);
        await_news(&pair.watch);
        idle.put(one, &KEEP, pair.upstream, worker);
        assert!(idle.take(one, Check::Socket).is_none(), "it is closed");
    });
}

#[test]
fn nothing_is_left_after_clearing() {
    with_worker(async |worker, one, _| {
        let mut idle = Idle::default();
        let pair = Pair::open();
        idle.put(one, &KEEP, pair.upstream, worker);
        idle.clear();
        assert!(idle.take(one, Check::Readiness).is_none());
    });
}
