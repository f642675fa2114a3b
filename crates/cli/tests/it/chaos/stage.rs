//! The whole play: clients, servers and a director at random, then the books are compared.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::support::{Balancer, Site, constant_ms, until};

use super::client;
use super::director::Director;
use super::origin;
use super::rng::Rng;

const CLIENTS: u64 = 24;

/// What the clients share.
pub(super) struct Stage {
    pub(super) over: AtomicBool,
    pub(super) requests: AtomicU64,
    pub(super) responses: AtomicU64,
}

fn setting(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Means of the four quarters of a row.
fn quarters(row: &[u64]) -> [u64; 4] {
    let part = row.len() / 4;
    std::array::from_fn(|n| row[n * part..(n + 1) * part].iter().sum::<u64>() / part as u64)
}

fn files(balancer: &Balancer) -> usize {
    let path = format!("/proc/{}/fd", balancer.pid());
    std::fs::read_dir(path).expect("the balancer runs").count()
}

/// What must be zero when nobody is there.
fn remains(balancer: &Balancer) -> Vec<(String, u64)> {
    let status = balancer.status();
    let mut counts = vec![
        ("connections.open".to_owned(), status["connections"]["open"].as_u64()),
        ("connections.tunnels".to_owned(), status["connections"]["tunnels"].as_u64()),
    ];
    for pool in status["pools"].as_array().expect("a list") {
        counts.push(("queue_waiting".to_owned(), pool["queue_waiting"].as_u64()));
        for endpoint in pool["endpoints"].as_array().expect("a list") {
            counts.push((
                format!("in_flight of {}", endpoint["name"]),
                endpoint["in_flight"].as_u64(),
            ));
        }
    }
    let counts = counts.into_iter().map(|(name, count)| (name, count.expect("a count")));
    counts.filter(|(_, count)| *count > 0).collect()
}

/// Goal: acceptance 7. Method: seeded random clients, servers and reloads for
/// EVENKEEL_CHAOS_SECONDS (20), from EVENKEEL_CHAOS_SEED (1); then everything must be back at
/// its beginning, and the balancer must serve.
#[test]
fn nothing_is_left_of_chaos() {
    let (seconds, seed) =
        (setting("EVENKEEL_CHAOS_SECONDS", 20), setting("EVENKEEL_CHAOS_SEED", 1));
    println!("EVENKEEL_CHAOS_SECONDS={seconds} EVENKEEL_CHAOS_SEED={seed}");
    let site = Site::start(3, 16, constant_ms(5));
    let odd = [origin::odd(), origin::odd()];
    let director = Director::new(&site, &odd);
    let mut balancer = director.start();
    until("it serves", || balancer.connect().get("/").status == 200);
    until("the first client has left", || remains(&balancer).is_empty());
    let files_before = files(&balancer);
    let stage = Stage {
        over: AtomicBool::new(false),
        requests: AtomicU64::new(0),
        responses: AtomicU64::new(0),
    };
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut memory_kb = Vec::new();
    std::thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (stage, address) = (&stage, balancer.address);
            scope.spawn(move || client::run(stage, address, Rng::new(seed << 32 | number)));
        }
        // Dropped also when a check in here fails, so that the clients end.
        let _over = Over(&stage.over);
        memory_kb = director.run(&balancer, Rng::new(!seed), end);
    });
    director.settle(&balancer);
    until("nothing is left", || remains(&balancer).is_empty());
    let memory_kb = quarters(&memory_kb);
    println!(
        "{} requests, {} responses; files {files_before} then {}; RSS by quarters {memory_kb:?} kB",
        stage.requests.load(Relaxed),
        stage.responses.load(Relaxed),
        files(&balancer)
    );
    until("all files are closed", || files(&balancer) <= files_before);
    assert!(!balancer.log().contains("panicked"), "{}", balancer.log());
    // The first quarter warms up; what chance does to the others is less than this.
    let [_, second, _, fourth] = memory_kb;
    assert!(fourth <= second + second / 4 + 4096, "it grows: {memory_kb:?} kB");
    assert!(stage.responses.load(Relaxed) > 50 * seconds, "it was busy");
    until("it serves", || balancer.connect().get("/").status == 200);
    balancer.signal("TERM");
    assert_eq!(balancer.wait().code(), Some(0));
}

/// Tells the clients that it is over.
struct Over<'s>(&'s AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}
