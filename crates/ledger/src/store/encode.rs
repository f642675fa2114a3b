//! A window as one row's bytes: a format byte, the pool, its endpoints; each behind its length.
//!
//! A field that is new goes to the end of its part. What an older program wrote has zeros there,
//! and what it reads of a newer one it skips: neither needs another version of the tables.

use std::sync::Arc;

use evenness::{Clients, EndpointWindow, Latencies, PoolWindow};

use super::bytes::{Bytes, put_count, put_number, put_part};
use super::turnout;

const FORMAT: u8 = 1;

/// Everything of a window but its time.
pub(super) fn encode(window: &PoolWindow) -> Vec<u8> {
    let mut out = vec![FORMAT];
    let mut part = Vec::with_capacity(256);
    put_pool(&mut part, window);
    put_part(&mut out, &part);
    for (name, endpoint) in &window.endpoints {
        part.clear();
        put_part(&mut part, name.as_bytes());
        put_endpoint(&mut part, endpoint);
        put_part(&mut out, &part);
    }
    out
}

/// The window again; `None` of bytes that are none.
pub(super) fn decode(from_s: u64, body: &[u8]) -> Option<PoolWindow> {
    let (&format, rest) = body.split_first()?;
    if format != FORMAT {
        return None;
    }
    let mut bytes = Bytes(rest);
    let mut window = pool(&mut Bytes(bytes.part()?));
    window.from_s = from_s;
    window.clients.top_client = window.turnout.clients.first().map(|(client, _)| *client);
    while !bytes.is_empty() {
        let mut part = Bytes(bytes.part()?);
        let name = Arc::from(str::from_utf8(part.part()?).ok()?);
        window.endpoints.push((name, endpoint(&mut part)));
    }
    Some(window)
}

// Taken apart without `..`: a field that is added to a window must be given its place here.
fn put_pool(out: &mut Vec<u8>, window: &PoolWindow) {
    let PoolWindow {
        from_s: _,
        length_s,
        requests,
        asked_again,
        retries,
        retries_refused,
        own_errors,
        waited,
        clients,
        turnout,
        endpoints: _,
    } = window;
    put_number(out, *length_s);
    for count in [requests, asked_again, retries, retries_refused, own_errors, waited] {
        put_count(out, *count);
    }
    put_clients(out, clients);
    turnout::put(out, turnout, *requests);
}

fn pool(part: &mut Bytes<'_>) -> PoolWindow {
    PoolWindow {
        from_s: 0,
        length_s: part.number(),
        requests: part.count(),
        asked_again: part.count(),
        retries: part.count(),
        retries_refused: part.count(),
        own_errors: part.count(),
        waited: part.count(),
        clients: clients(part),
        turnout: Box::new(turnout::read(part)),
        endpoints: Vec::new(),
    }
}

fn put_clients(out: &mut Vec<u8>, clients: &Clients) {
    let Clients {
        distinct,
        new,
        new_requests,
        top_share,
        // It is in the turnout, as long as addresses are kept.
        top_client: _,
        entropy_bits,
        followed,
        assets,
        top_path_share,
        top_agent_share,
        top_connections_share,
        untold_requests,
        concentration,
    } = clients;
    put_number(out, *distinct);
    put_number(out, *new);
    put_count(out, *new_requests);
    put_number(out, *top_share);
    put_number(out, *entropy_bits);
    put_count(out, *followed);
    put_count(out, *assets);
    put_number(out, *top_path_share);
    put_number(out, *top_agent_share);
    put_number(out, *top_connections_share);
    put_count(out, *untold_requests);
    put_number(out, *concentration);
}

fn clients(part: &mut Bytes<'_>) -> Clients {
    Clients {
        distinct: part.number(),
        new: part.number(),
        new_requests: part.count(),
        top_share: part.number(),
        top_client: None,
        entropy_bits: part.number(),
        followed: part.count(),
        assets: part.count(),
        top_path_share: part.number(),
        top_agent_share: part.number(),
        top_connections_share: part.number(),
        untold_requests: part.count(),
        concentration: part.number(),
    }
}

fn put_endpoint(out: &mut Vec<u8>, endpoint: &EndpointWindow) {
    let EndpointWindow {
        attempts,
        retries,
        bindings,
        claims,
        picks,
        propensity,
        surprise,
        present_s,
        taken_s: _,
        cost_s,
        statuses,
        failures,
        latencies,
        capacity_s,
        usable_s,
        approved_s,
        effective_s,
    } = endpoint;
    for count in [attempts, retries, bindings, claims] {
        put_count(out, *count);
    }
    put_counts(out, picks);
    for number in [propensity, surprise, present_s, cost_s] {
        put_number(out, *number);
    }
    put_counts(out, statuses);
    put_count(out, *failures);
    put_latencies(out, latencies);
    for number in [capacity_s, usable_s, approved_s, effective_s] {
        put_number(out, *number);
    }
}

fn endpoint(part: &mut Bytes<'_>) -> EndpointWindow {
    EndpointWindow {
        attempts: part.count(),
        retries: part.count(),
        bindings: part.count(),
        claims: part.count(),
        picks: counts(part),
        propensity: part.number(),
        surprise: part.number(),
        present_s: part.number(),
        taken_s: 0.0,
        cost_s: part.number(),
        statuses: counts(part),
        failures: part.count(),
        latencies: latencies(part),
        capacity_s: part.number(),
        usable_s: part.number(),
        approved_s: part.number(),
        effective_s: part.number(),
    }
}

/// With their number before them, so that a list can grow.
fn put_counts(out: &mut Vec<u8>, counts: &[u64]) {
    put_count(out, counts.len() as u64);
    counts.iter().for_each(|&count| put_count(out, count));
}

fn counts<const N: usize>(part: &mut Bytes<'_>) -> [u64; N] {
    let mut all = [0; N];
    for index in 0..part.count() {
        let count = part.count();
        if let Some(place) = usize::try_from(index).ok().and_then(|index| all.get_mut(index)) {
            *place = count;
        }
        if part.is_empty() {
            break;
        }
    }
    all
}

/// Most cells are empty: the number of the others, and for each the gap before it and its count.
fn put_latencies(out: &mut Vec<u8>, latencies: &Latencies) {
    let full = || latencies.0.iter().enumerate().filter(|(_, count)| **count > 0);
    put_count(out, full().count() as u64);
    let mut next = 0;
    for (cell, &count) in full() {
        put_count(out, (cell - next) as u64);
        put_count(out, u64::from(count));
        next = cell + 1;
    }
}

fn latencies(part: &mut Bytes<'_>) -> Latencies {
    let mut latencies = Latencies::default();
    let mut cell = 0usize;
    for _ in 0..part.count() {
        let gap = usize::try_from(part.count()).unwrap_or(usize::MAX);
        cell = cell.saturating_add(gap);
        let count = u32::try_from(part.count()).unwrap_or(u32::MAX);
        if let Some(place) = latencies.0.get_mut(cell) {
            *place = count;
        }
        cell = cell.saturating_add(1);
        if part.is_empty() {
            break;
        }
    }
    latencies
}
