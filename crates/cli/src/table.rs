//! Tables: that of pools and endpoints, which `status`, `top` and the demo show, and plain ones.

pub(crate) mod bar;
mod grid;
mod heading;
pub(crate) mod number;
mod plain;
mod style;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use ledger::{EndpointStatus, PoolStatus, Status};

use grid::{Cell, Grid};
use style::Colour;

pub(crate) use plain::{Column, plain};
pub(crate) use style::{Style, plain as visible};

/// Requests counted so far, of each endpoint by pool and name.
type Counts<'a> = BTreeMap<(&'a str, &'a str), u64>;

/// Draws everything a person wants to see of `status`, lines ended by `\n`.
///
/// With `previous`, an earlier status and the seconds since then, there is a column of rates.
pub(crate) fn render(status: &Status, previous: Option<(&Status, f64)>, style: Style) -> String {
    let mut text = heading::render(status, style);
    let rates = previous.map(|(earlier, seconds)| Rates::new(status, earlier, seconds));
    let (mut pools, mut hidden) = (String::new(), Vec::new());
    for pool in &status.pools {
        pools.push('\n');
        pools.push_str(&pool_line(pool, rates.as_ref(), style));
        let mut grid = pool_grid(pool, rates.as_ref(), Share::Bar);
        if grid.width() > style.width {
            grid = pool_grid(pool, rates.as_ref(), Share::Number);
            hidden.push(grid.narrow(style.width, &EXPENDABLE));
        }
        pools.push_str(&grid.render(style));
    }
    // They are taken away in one order: the longest list holds the others.
    if let Some(most) = hidden.into_iter().max_by_key(Vec::len).filter(|most| !most.is_empty()) {
        let note = format!("too narrow for: {}", most.join(", "));
        text.extend([style.paint(&note, Some(Colour::Dim)).as_str(), "\n"]);
    }
    text + &pools
}

/// Columns that a narrow window can do without, the first of them first. What fails and who
/// gets how much stays in view.
const EXPENDABLE: [&str; 6] = ["in flight", "intended", "p99 10 s", "pressure", "retries", "state"];

/// How a share is drawn.
#[derive(Clone, Copy)]
enum Share {
    Bar,
    Number,
}

/// Rates between two statuses of one process.
struct Rates<'a> {
    earlier: Counts<'a>,
    seconds: f64,
}

impl<'a> Rates<'a> {
    fn new(status: &Status, earlier: &'a Status, seconds: f64) -> Self {
        // Counters of another process say nothing about this one.
        let same = earlier.started_at.total_cmp(&status.started_at).is_eq() && seconds > 0.0;
        let pools = if same { earlier.pools.as_slice() } else { &[] };
        let counts = pools.iter().flat_map(|pool| {
            let name = |endpoint: &'a EndpointStatus| (pool.name.as_str(), endpoint.name.as_str());
            let endpoints = pool.endpoints.iter().map(move |one| (name(one), one.requests));
            endpoints.chain([((pool.name.as_str(), ""), pool.requests)])
        });
        Self { earlier: counts.collect(), seconds }
    }

    /// Requests per second of an endpoint, or of the pool itself when `endpoint` is empty.
    fn of(&self, pool: &str, endpoint: &str, now: u64) -> Option<f64> {
        let before = self.earlier.get(&(pool, endpoint))?;
        Some(now.checked_sub(*before)? as f64 / self.seconds)
    }
}

fn pool_line(pool: &PoolStatus, rates: Option<&Rates<'_>>, style: Style) -> String {
    let mut parts = vec![style::plain(&pool.policy)];
    parts.push(format!("{} requests", number::count(pool.requests)));
    if let Some(rate) = rates.and_then(|rates| rates.of(&pool.name, "", pool.requests)) {
        parts.push(format!("{}/s", number::rate(rate)));
    }
    let refused = number::count(pool.retries_refused);
    parts.push(format!("{} retries ({refused} refused)", number::count(pool.retries)));
    if pool.queue_waited > 0 {
        let waited = number::count(pool.queue_waited);
        parts.push(format!("{} queued now, {waited} so far", number::count(pool.queue_waiting)));
    }
    if pool.unmovable > 0 {
        parts.push(format!("{} unmovable", number::count(pool.unmovable)));
    }
    parts.push(match pool.errors.values().sum() {
        0 => "0 errors".to_owned(),
        errors => {
            let text =
                format!("{} errors: {}", number::count(errors), heading::tally(&pool.errors));
            style.paint(&text, Some(Colour::Red))
        }
    });
    if pool.panic {
        parts.push(style.paint("PANIC: unhealthy endpoints in use", Some(Colour::Red)));
    }
    let name = style.paint(&style::plain(&pool.name), Some(Colour::Bold));
    format!("{name}  {}\n", parts.join(" · "))
}

fn pool_grid(pool: &PoolStatus, rates: Option<&Rates<'_>>, drawn: Share) -> Grid {
    // A pool at rest has no shares of its last 10 s; those since the start say more then.
    let at_rest = pool.endpoints.iter().all(|endpoint| endpoint.share_10s <= 0.0);
    let share =
        |endpoint: &EndpointStatus| if at_rest { endpoint.share } else { endpoint.share_10s };
    let scale = bar::scale(pool.endpoints.iter().map(|one| (share(one), one.intended_share)));
    let mut header = vec![Cell::left("endpoint"), Cell::left("state")];
    header.push(match drawn {
        Share::Bar if at_rest => Cell::left("share since start"),
        Share::Bar => Cell::left("share of last 10 s"),
        Share::Number => Cell::right(if at_rest { "share" } else { "10 s share" }),
    });
    header.extend(["intended", "pressure", "in flight", "p99 10 s", "requests"].map(Cell::right));
    if rates.is_some() {
        header.push(Cell::right("req/s"));
    }
    header.extend(["5xx", "failed", "retries"].map(Cell::right));
    let rows = pool.endpoints.iter().map(|endpoint| {
        let rate = rates.map(|rates| rates.of(&pool.name, &endpoint.name, endpoint.requests));
        let share = share(endpoint);
        let number = number::percent(share);
        let shown = match drawn {
            Share::Bar => {
                let bar = bar::draw(share, endpoint.intended_share, scale);
                Cell::left(format!("{bar} {number:>6}"))
            }
            Share::Number => Cell::right(number),
        };
        endpoint_row(endpoint, shown, rate)
    });
    Grid { header, rows: rows.collect() }
}

/// `rate`: `None` without that column, `Some(None)` when it is not known.
fn endpoint_row(endpoint: &EndpointStatus, share: Cell, rate: Option<Option<f64>>) -> Vec<Cell> {
    let pressure = Cell::right(format!("{:.2}", endpoint.pressure));
    let mut row = vec![
        Cell::left(style::plain(&endpoint.name)),
        Cell::left(style::plain(&endpoint.state)).painted(state_colour(&endpoint.state)),
        share,
        Cell::right(number::percent(endpoint.intended_share)),
        pressure.painted((endpoint.pressure > 1.0).then_some(Colour::Red)),
        Cell::right(number::count(endpoint.in_flight)),
        Cell::right(number::latency(endpoint.latency.p99_10s_s)),
        Cell::right(number::count(endpoint.requests)),
    ];
    row.extend(rate.map(|rate| Cell::right(rate.map_or("-".to_owned(), number::rate))));
    let bad =
        |count: u64| Cell::right(number::count(count)).painted((count > 0).then_some(Colour::Red));
    row.extend([bad(endpoint.statuses[4]), bad(endpoint.failures)]);
    row.push(Cell::right(number::count(endpoint.retries)));
    row
}

fn state_colour(state: &str) -> Option<Colour> {
    match state {
        "up" => Some(Colour::Green),
        "slow_start" | "drain" => Some(Colour::Yellow),
        "ejected" | "down" => Some(Colour::Red),
        _ => None,
    }
}
