//! The prediction as a page: tables and charts in one file that needs nothing else.

mod minutes;

use audit::predict::{Capacity, Keys, PoolChange, PoolPrediction, Prediction, Traffic};
use chart::{Axis, BarSeries, Bars};

use crate::page::{self, escaped};

/// The page about this file; `against` is the one that it was compared with.
pub(super) fn render(prediction: &Prediction, file: &str, against: Option<&str>) -> String {
    let mut main = format!("<h1>What every server gets: {}</h1>\n", escaped(file));
    if let Some(other) = against {
        main += &format!("<p>Compared with {}.</p>\n", escaped(other));
    }
    main += &traffic(&prediction.traffic);
    main += &list(&prediction.notes);
    if prediction.pools.is_empty() {
        main += "<p><strong>No pool gets a request.</strong></p>\n";
    }
    prediction.pools.iter().for_each(|one| main += &pool(one));
    page::page(&format!("Prediction: {file}"), &main)
}

fn traffic(traffic: &Traffic) -> String {
    let Traffic { what, requests, sessions, addresses, malformed, unrouted, .. } = traffic;
    let mut text = match traffic.synthetic {
        true => "<p><strong>No log was given: these users are made up.</strong></p>\n".to_owned(),
        false => String::new(),
    };
    let what = escaped(what);
    text += &format!(
        "<p>{what}: {requests} requests, {sessions} sessions, {addresses} addresses.</p>\n"
    );
    if *malformed > 0 {
        let first = traffic.bad.first();
        let first = first.map_or(String::new(), |(line, why)| format!(" (line {line}: {why})"));
        text += &format!("<p>{malformed} lines could not be read{}.</p>\n", escaped(&first));
    }
    if *unrouted > 0 {
        text += &format!("<p>{unrouted} requests lead to no pool.</p>\n");
    }
    text
}

fn pool(pool: &PoolPrediction) -> String {
    let exact = if pool.exact { "each request is predicted" } else { "shares are predicted" };
    let mut text = format!(
        "<h2>{}</h2>\n<p>{}: {} requests; {exact}. The two busiest servers have {} of new \
         sessions, {} of their requests.</p>\n",
        escaped(&pool.name),
        escaped(&pool.method),
        pool.requests,
        percent(pool.top2_sessions_new),
        percent(pool.top2_share_new),
    );
    text += &keys(&pool.keys);
    text += &servers(pool);
    if !pool.servers.is_empty() {
        text += &page::figure(&shares(pool).svg());
        text += &page::figure(&pressure(pool).svg());
        text += &by_minute(pool);
    }
    text += &lost(pool);
    if let Some(change) = &pool.change {
        text += &changed(change);
    }
    text + &list(&pool.notes)
}

fn keys(keys: &Keys) -> String {
    if keys.by.is_empty() {
        return String::new();
    }
    let room = keys.room.map_or(String::new(), |room| format!(", with room for {room}"));
    let (by, distinct, hottest) = (escaped(&keys.by), keys.distinct, percent(keys.hottest_share));
    format!(
        "<p>Requests are told apart by {by}: {distinct} different ones{room}; the commonest has \
         {hottest} of the requests.</p>\n"
    )
}

fn servers(pool: &PoolPrediction) -> String {
    let at = |shares: &[f64], place: usize| {
        shares.get(place).map_or("–".to_owned(), |it| percent(*it))
    };
    let row = |(place, one): (usize, &audit::predict::ServerPrediction)| {
        let capacity = match one.capacity {
            Capacity::Limit(limit) => format!("{limit} at once"),
            Capacity::FairPart => "its fair part".to_owned(),
        };
        vec![
            one.name.clone(),
            format!("{}", one.weight),
            percent(one.share_intended),
            percent(one.share_kept),
            percent(one.share_new),
            percent(one.share_steady),
            at(&pool.share_reload, place),
            at(&pool.share_nat, place),
            format!("{:.2}", one.peak_pressure),
            capacity,
        ]
    };
    let rows: Vec<Vec<String>> = pool.servers.iter().enumerate().map(row).collect();
    let columns = [
        "server",
        "weight",
        "intended",
        "kept",
        "new",
        "steady",
        "after a reload",
        "behind one NAT",
        "peak pressure",
        "of",
    ];
    page::table(&columns, &rows)
}

fn shares(pool: &PoolPrediction) -> Bars {
    let series = |name: &str, of: fn(&audit::predict::ServerPrediction) -> f64| {
        BarSeries::new(name, pool.servers.iter().map(|one| Some(rounded(of(one)))))
    };
    Bars {
        title: "Share of every server".to_owned(),
        y: Axis::linear("share of the requests, %"),
        groups: pool.servers.iter().map(|one| one.name.clone()).collect(),
        series: vec![
            series("intended", |one| one.share_intended),
            series("kept sessions", |one| one.share_kept),
            series("new sessions", |one| one.share_new),
            series("steady", |one| one.share_steady),
        ],
    }
}

/// The worst minute, with all servers and with the one lost that makes it worst.
fn pressure(pool: &PoolPrediction) -> Bars {
    let hundredths = |value: f64| Some((value * 100.0).round() / 100.0);
    let all = pool.servers.iter().map(|one| hundredths(one.peak_pressure));
    let mut series = vec![BarSeries::new("all up", all)];
    if !pool.n_minus_one.is_empty() {
        let worst = |place: usize| {
            let each = pool.n_minus_one.iter().filter_map(|lost| lost.peak_pressure.get(place));
            hundredths(each.copied().fold(0.0, f64::max))
        };
        series.push(BarSeries::new("any one down", (0..pool.servers.len()).map(worst)));
    }
    Bars {
        title: "Peak pressure per minute".to_owned(),
        y: Axis::linear("requests at once ÷ what the server takes"),
        groups: pool.servers.iter().map(|one| one.name.clone()).collect(),
        series,
    }
}

fn by_minute(pool: &PoolPrediction) -> String {
    let charts = minutes::charts(pool);
    let left_out = minutes::left_out(pool);
    let mut text: String = charts.iter().map(|chart| page::figure(&chart.svg())).collect();
    if !charts.is_empty() && left_out > 0 {
        text += &format!("<p>{left_out} servers under less pressure are not drawn.</p>\n");
    }
    text
}

fn lost(pool: &PoolPrediction) -> String {
    if pool.n_minus_one.is_empty() {
        return String::new();
    }
    let mut columns = vec!["down"];
    columns.extend(pool.servers.iter().map(|one| one.name.as_str()));
    columns.push("highest pressure");
    let rows: Vec<Vec<String>> = pool
        .n_minus_one
        .iter()
        .map(|lost| {
            let mut row = vec![lost.down.clone()];
            row.extend(lost.shares.iter().map(|share| percent(*share)));
            let worst = lost.peak_pressure.iter().copied().fold(0.0, f64::max);
            row.push(format!("{worst:.2}"));
            row
        })
        .collect();
    format!("<h3>With one server down</h3>\n{}", page::table(&columns, &rows))
}

fn changed(change: &PoolChange) -> String {
    let row = |(name, before, after): &(String, f64, f64)| {
        let points = format!("{:+.1}", (after - before) * 100.0);
        vec![name.clone(), percent(*before), percent(*after), points]
    };
    let rows: Vec<Vec<String>> = change.servers.iter().map(row).collect();
    let before = change.servers.iter().map(|(_, before, _)| Some(rounded(*before)));
    let after = change.servers.iter().map(|(_, _, after)| Some(rounded(*after)));
    let bars = Bars {
        title: "Before and after".to_owned(),
        y: Axis::linear("share of the requests, %"),
        groups: change.servers.iter().map(|(name, ..)| name.clone()).collect(),
        series: vec![
            BarSeries::new("before", before),
            BarSeries::new("after, new sessions", after),
        ],
    };
    format!(
        "<h3>Before and after</h3>\n<p>{} sessions, {} of all, go elsewhere once they begin \
         anew.</p>\n{}{}",
        change.moved_sessions,
        percent(change.moved_share),
        page::table(&["server", "before", "after", "points"], &rows),
        page::figure(&bars.svg()),
    )
}

fn list(notes: &[String]) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let items: String = notes.iter().map(|note| format!("<li>{}</li>\n", escaped(note))).collect();
    format!("<ul>\n{items}</ul>\n")
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// In percent, to a tenth.
fn rounded(share: f64) -> f64 {
    (share * 1000.0).round() / 10.0
}

#[cfg(test)]
mod tests;
