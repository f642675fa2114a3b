//! A prediction for people: bars, and what is not known.

use std::fmt::Write;

use audit::predict::{LostServer, PoolPrediction, Prediction, Traffic};

use crate::table::{Column, bar, number, plain, visible};

const COLUMNS: [Column; 7] = [
    Column::left("server"),
    Column::right("weight"),
    Column::left("new sessions"),
    Column::right("kept"),
    Column::right("steady"),
    Column::right("intended"),
    Column::right("peak pressure"),
];

/// Servers that are named with their shares after a reload, and behind one NAT.
const ELSEWHERE: usize = 5;

/// The whole text.
pub(super) fn render(made: &Prediction) -> String {
    let traffic = &made.traffic;
    let mut text = format!(
        "{}: {} requests, {} sessions, {} addresses\n",
        visible(&traffic.what),
        number::count(traffic.requests),
        number::count(traffic.sessions),
        number::count(traffic.addresses)
    );
    malformed(&mut text, traffic);
    made.pools.iter().for_each(|one| pool(&mut text, one));
    notes(&mut text, &made.notes);
    text
}

/// What is to be known of lines that are shown by themselves.
pub(super) fn beside(made: &Prediction) -> String {
    let mut text = String::new();
    malformed(&mut text, &made.traffic);
    for pool in &made.pools {
        for note in &pool.notes {
            let _ = writeln!(text, "note: {}: {}", visible(&pool.name), visible(note));
        }
    }
    notes(&mut text, &made.notes);
    text
}

/// What is said where no line tells of a request.
pub(super) fn nothing(made: &Prediction) -> String {
    let traffic = &made.traffic;
    let mut text = format!(
        "there is nothing to predict from: of {} lines none tells of a request\n",
        number::count(traffic.lines)
    );
    malformed(&mut text, traffic);
    text.trim_end().to_owned()
}

fn malformed(text: &mut String, traffic: &Traffic) {
    if traffic.malformed > 0 {
        let _ = writeln!(text, "{} lines cannot be read", number::count(traffic.malformed));
        for (line, what) in &traffic.bad {
            let _ = writeln!(text, "  line {line}: {}", visible(what));
        }
    }
}

fn pool(text: &mut String, pool: &PoolPrediction) {
    let requests = number::count(pool.requests);
    let (name, method) = (visible(&pool.name), visible(&pool.method));
    let _ = writeln!(text, "\n{name}  {method} · {requests} requests");
    if pool.requests == 0 {
        return notes(text, &pool.notes);
    }
    let scale = bar::scale(pool.servers.iter().map(|it| (it.share_new, it.share_intended)));
    let rows = pool.servers.iter().map(|server| {
        let drawn = bar::draw(server.share_new, server.share_intended, scale);
        vec![
            visible(&server.name),
            format!("{}", server.weight),
            format!("{drawn} {:>6}", number::percent(server.share_new)),
            number::percent(server.share_kept),
            number::percent(server.share_steady),
            number::percent(server.share_intended),
            format!("{:.2}", server.peak_pressure),
        ]
    });
    text.push_str(&plain(&COLUMNS, rows, &["intended", "weight"]));
    let sessions = number::percent(pool.top2_sessions_new);
    let requests = number::percent(pool.top2_share_new);
    let _ = writeln!(
        text,
        "the two busiest get {sessions} of new sessions, {requests} of their requests"
    );
    if let Some((lost, place, pressure)) = worst(pool) {
        let server = pool.servers.get(place).map_or("", |server| &server.name);
        let (lost, server) = (visible(&lost.down), visible(server));
        let _ = writeln!(text, "worst loss: without {lost}, {server} comes to {pressure:.2}");
    }
    elsewhere(text, pool, "after a reload", &pool.share_reload);
    elsewhere(text, pool, "behind one NAT", &pool.share_nat);
    if let Some(change) = &pool.change {
        let share = number::percent(change.moved_share);
        let _ = writeln!(text, "against before: {share} of sessions move when they bind anew");
        for (name, before, after) in &change.servers {
            let (before, after) = (number::percent(*before), number::percent(*after));
            let _ = writeln!(text, "  {}: {before} before, {after} after", visible(name));
        }
    }
    notes(text, &pool.notes);
}

/// The shares under another circumstance, the greatest first, as far as they are told of.
fn elsewhere(text: &mut String, pool: &PoolPrediction, when: &str, shares: &[f64]) {
    let mut all: Vec<(f64, &str)> =
        shares.iter().copied().zip(pool.servers.iter().map(|it| &*it.name)).collect();
    all.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let named = all.iter().take(ELSEWHERE).filter(|(share, _)| *share > 0.0);
    let named: Vec<String> = named
        .map(|(share, name)| format!("{} {}", visible(name), number::percent(*share)))
        .collect();
    if !named.is_empty() {
        let rest = if all.len() > ELSEWHERE { ", …" } else { "" };
        let _ = writeln!(text, "{when}: {}{rest}", named.join(", "));
    }
}

/// The server whose pressure is the highest when another one is lost; none where there is no other.
fn worst(pool: &PoolPrediction) -> Option<(&LostServer, usize, f64)> {
    let all = pool.n_minus_one.iter().flat_map(|lost| {
        let others = pool.servers.iter().zip(&lost.peak_pressure).enumerate();
        let others = others.filter(|(_, (server, _))| server.name != lost.down);
        others.map(move |(place, (_, pressure))| (lost, place, *pressure))
    });
    all.max_by(|(.., a), (.., b)| a.total_cmp(b))
}

fn notes(text: &mut String, notes: &[String]) {
    for note in notes {
        let _ = writeln!(text, "note: {}", visible(note));
    }
}
