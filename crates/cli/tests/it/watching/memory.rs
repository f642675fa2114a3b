//! Memory stays what it is, however many clients come.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::ops::Range;

use ledger::Store;

use crate::support::{Balancer, Origin, Reply, pool, until};

/// Distinct client addresses, unless EVENKEEL_ADDRESSES says otherwise.
const ADDRESSES: u32 = 1_000_000;
/// After so many everything is warm.
const WARM: u32 = 50_000;
/// What the rest may take.
const GROWTH_MAX_KB: u64 = 32 * 1024;
const CONNECTIONS: u32 = 4;
/// Requests that are sent before their answers are read.
const BATCH: usize = 50;

fn addresses() -> u32 {
    let value = std::env::var("EVENKEEL_ADDRESSES").ok();
    value.map_or(ADDRESSES, |text| text.parse().expect("a number of addresses"))
}

/// Answers whatever comes on a connection, as fast as it can.
fn answer_all(mut stream: TcpStream) {
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    let mut bytes = [0; 4096];
    let mut end = Vec::from(*b"\r\n\r\n");
    loop {
        // A head may come in two parts.
        if end.ends_with(b"\r\n\r\n") {
            end.clear();
            if stream.write_all(answer).is_err() {
                return;
            }
        }
        match stream.read(&mut bytes) {
            Ok(count) if count > 0 => end.extend_from_slice(&bytes[..count]),
            _ => return,
        }
    }
}

/// One request of each of these addresses, over one connection.
fn ask(balancer: &Balancer, clients: Range<u32>) {
    let mut client = balancer.connect();
    for batch in clients.collect::<Vec<u32>>().chunks(BATCH) {
        let request = |number: &u32| {
            let [_, a, b, c] = number.to_be_bytes();
            format!("GET / HTTP/1.1\r\nhost: test\r\nx-forwarded-for: 11.{a}.{b}.{c}\r\n\r\n")
        };
        client.send(&batch.iter().map(request).collect::<String>());
        for _ in batch {
            assert_eq!(client.response().status, 200);
        }
    }
}

/// The same over all connections at once.
fn ask_all(balancer: &Balancer, clients: Range<u32>) {
    let part = (clients.end - clients.start) / CONNECTIONS;
    std::thread::scope(|scope| {
        for number in 0..CONNECTIONS {
            let from = clients.start + number * part;
            scope.spawn(move || ask(balancer, from..from + part));
        }
    });
}

/// Goal: a botnet fills no memory. Method: requests of ever new addresses at full speed, all of
/// which count as clients of their own.
#[test]
fn ever_new_clients_take_no_memory() {
    let origin = Origin::start(|_| Reply::Take(Box::new(answer_all)));
    let server = "trusted_proxies = [\"127.0.0.0/8\"]";
    let balancer = Balancer::start(server, "", &pool("p", "", &[("a", origin.address)]));
    let start = std::time::Instant::now();
    ask_all(&balancer, 0..WARM);
    let before_kb = balancer.resident_kb();
    let all = addresses();
    ask_all(&balancer, WARM..all);
    let after_kb = balancer.resident_kb();
    println!("{all} addresses in {:?}: RSS {before_kb} kB, then {after_kb} kB", start.elapsed());
    assert!(after_kb < before_kb + GROWTH_MAX_KB, "{before_kb} kB, then {after_kb} kB");
    until("they were counted as clients", || {
        let store = Store::open_read_only(&balancer.folder().join("state")).expect("a history");
        let all = store.sum("p", 0, u64::MAX >> 1).expect("it can be read");
        // Each once, whatever second it came in: the sketch's error is 3 %.
        all.is_some_and(|window| (window.distinct() / f64::from(addresses()) - 1.0).abs() < 0.15)
    });
}
