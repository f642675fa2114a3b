//! A history of the outage of 2024-05-01: two of five servers get four fifths of the requests.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use evenness::{Clients, EndpointWindow, Latencies, Mixer, PoolWindow, Ranking, client_key};
use ledger::{Record, Store};

/// Begins at a whole hour.
pub(crate) const START_S: u64 = 1_714_550_400;

/// A second of a pool: 300 requests, 2 of them failed and tried again.
pub(crate) fn second(from_s: u64) -> PoolWindow {
    let endpoints = [120, 120, 20, 20, 20].into_iter().enumerate().map(|(index, attempts)| {
        let mut latencies = Latencies::default();
        latencies.note_many(20_000_000, attempts as u32);
        let window = EndpointWindow {
            attempts,
            bindings: attempts / 20,
            present_s: attempts as f64 / 2.0,
            statuses: [0, attempts, 0, 0, u64::from(index == 0)],
            latencies,
            capacity_s: 100.0,
            usable_s: 100.0,
            approved_s: 0.2,
            effective_s: if index < 2 { 0.4 } else { 0.2 / 3.0 },
            ..EndpointWindow::default()
        };
        (format!("web{}", index + 1).into(), window)
    });
    PoolWindow {
        from_s,
        length_s: 1.0,
        requests: 300,
        retries: 1,
        own_errors: 2,
        endpoints: endpoints.collect(),
        ..PoolWindow::default()
    }
}

/// The same with what is known of who asked: a hundred clients, ten of them new.
pub(crate) fn second_with_clients(from_s: u64) -> PoolWindow {
    let mixer = Mixer::new(1);
    let mut second = second(from_s);
    second.clients = Clients {
        distinct: 100.0,
        new: 10.0,
        new_requests: 30,
        top_share: 0.05,
        entropy_bits: 6.25,
        top_connections_share: 0.2,
        ..Clients::default()
    };
    let turnout = &mut second.turnout;
    turnout.length_s = 1.0;
    (turnout.new_heard, turnout.new_there) = (10.0, 10.0);
    (0..100).for_each(|client| turnout.all.note(mixer.word(client)));
    (0..10).for_each(|client| turnout.new.note(mixer.word(client)));
    turnout.clients = Ranking::of([(client_key([203, 0, 113, 9].into()), 15)]);
    turnout.paths = Ranking::of([("/search".into(), 213), ("/".into(), 30)]);
    turnout.agents = Ranking::of([("A browser, \"new\"".into(), 240)]);
    for (_, endpoint) in &mut second.endpoints {
        endpoint.picks[1] = endpoint.attempts * 3 / 4;
        endpoint.picks[0] = endpoint.attempts / 4;
    }
    second
}

/// Writes such seconds of a pool into a state directory.
pub(crate) fn write(dir: &Path, pool: &str, seconds: impl Iterator<Item = u64>) {
    write_all(dir, pool, seconds.map(second));
}

/// Writes windows of a pool into a state directory.
pub(crate) fn write_all(dir: &Path, pool: &str, windows: impl Iterator<Item = PoolWindow>) {
    let store = Store::open(dir).expect("a store");
    let record = |window| Record::Window { pool: pool.into(), window };
    let records: Vec<Record> = windows.map(record).collect();
    store.write(&records).expect("it is written");
}

pub(crate) fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs()
}
