//! A prediction as one object.

use audit::predict::{Capacity, Open, PoolPrediction, Prediction, ServerPrediction};
use serde_json::{Value, json};

/// The object.
pub(super) fn of(made: &Prediction) -> Value {
    let traffic = &made.traffic;
    let bad = traffic.bad.iter().map(|(line, what)| json!({ "line": line, "what": what }));
    let assumed = traffic.assumed.iter().map(|it| {
        let open = match it.open {
            Open::Pool => "pool",
            Open::Server => "server",
        };
        json!({ "pool": it.pool, "requests": it.requests, "open": open, "why": it.why })
    });
    json!({
        "traffic": {
            "synthetic": traffic.synthetic,
            "what": traffic.what,
            "lines": traffic.lines,
            "requests": traffic.requests,
            "malformed": traffic.malformed,
            "bad": bad.collect::<Vec<_>>(),
            "aside": traffic.aside,
            "unrouted": traffic.unrouted,
            "answered": traffic.answered,
            "assumed": assumed.collect::<Vec<_>>(),
            "sessions": traffic.sessions,
            "addresses": traffic.addresses,
            "span_s": traffic.span_s,
            "has_durations": traffic.has_durations,
        },
        "pools": made.pools.iter().map(pool).collect::<Vec<_>>(),
        "notes": made.notes,
    })
}

fn pool(pool: &PoolPrediction) -> Value {
    let lost = pool.n_minus_one.iter().map(|lost| {
        json!({
            "down": lost.down,
            "shares": lost.shares,
            "peak_pressure": lost.peak_pressure,
        })
    });
    let change = pool.change.as_ref().map(|change| {
        let servers = change.servers.iter().map(|(name, before, after)| {
            json!({ "name": name, "share_before": before, "share_after": after })
        });
        json!({
            "moved_share": change.moved_share,
            "moved_sessions": change.moved_sessions,
            "servers": servers.collect::<Vec<_>>(),
        })
    });
    json!({
        "name": pool.name,
        "method": pool.method,
        "exact": pool.exact,
        "requests": pool.requests,
        "servers": pool.servers.iter().map(server).collect::<Vec<_>>(),
        "top2_share_new": pool.top2_share_new,
        "top2_sessions_new": pool.top2_sessions_new,
        "n_minus_one": lost.collect::<Vec<_>>(),
        "share_reload": pool.share_reload,
        "share_nat": pool.share_nat,
        "keys": {
            "by": pool.keys.by,
            "distinct": pool.keys.distinct,
            "hottest_share": pool.keys.hottest_share,
            "hottest_server": pool.keys.hottest_server,
            "room": pool.keys.room,
            "crowded_out": pool.keys.crowded_out,
        },
        "change": change,
        "notes": pool.notes,
    })
}

fn server(server: &ServerPrediction) -> Value {
    let capacity = match server.capacity {
        Capacity::Limit(limit) => Some(limit),
        Capacity::FairPart => None,
    };
    json!({
        "name": server.name,
        "weight": server.weight,
        "share_intended": server.share_intended,
        "share_kept": server.share_kept,
        "share_new": server.share_new,
        "share_steady": server.share_steady,
        "peak_pressure": server.peak_pressure,
        "capacity": capacity,
    })
}
