//! Everything at once, at random: what is left afterwards is what was there before.

mod client;
mod director;
mod origin;
mod rng;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::support::{Balancer, Site, constant_ms, until};

use director::Director;
use rng::Rng;

const CLIENTS: u64 = 24;

/// What the clients share.
struct Stage {
    over: AtomicBool,
    requests: AtomicU64,
    responses: AtomicU64,
}

fn setting(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// A number of `/proc/PID/status`, in kB.
fn memory_kb(balancer: &Balancer, key: &str) -> u64 {
    let path = format!("/proc/{}/status", balancer.pid());
    let status = std::fs::read_to_string(path).expect("the balancer runs");
    let line = status.lines().find(|line| line.starts_with(key)).expect("the key");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
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
    let mut halfway_kb = 0;
    std::thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (stage, address) = (&stage, balancer.address);
            scope.spawn(move || client::run(stage, address, Rng::new(seed << 32 | number)));
        }
        // Dropped also when a check in here fails, so that the clients end.
        let _over = Over(&stage.over);
        halfway_kb = director.run(&balancer, Rng::new(!seed), end);
    });
    director.settle(&balancer);
    until("nothing is left", || remains(&balancer).is_empty());
    let after_kb = memory_kb(&balancer, "VmRSS");
    println!(
        "{} requests, {} responses; files {files_before} then {}; RSS {halfway_kb} kB halfway, \
         {after_kb} kB at the end, {} kB at most",
        stage.requests.load(Relaxed),
        stage.responses.load(Relaxed),
        files(&balancer),
        memory_kb(&balancer, "VmHWM")
    );
    until("all files are closed", || files(&balancer) <= files_before);
    assert!(!balancer.log().contains("panicked"), "{}", balancer.log());
    assert!(after_kb <= halfway_kb + halfway_kb / 4 + 8192, "{after_kb} after {halfway_kb} kB");
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
