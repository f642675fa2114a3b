//! Tables of shares, for people.

use super::figures::{EndpointFigures, PoolFigures};
use super::time::Stretch;
use super::{Past, who};
use crate::table::number::{count, latency, percent};
use crate::table::{Column, bar, plain, visible};

const COLUMNS: [Column; 13] = [
    Column::left("endpoint"),
    Column::left("share"),
    Column::right("approved"),
    Column::right("in force"),
    Column::right("÷ intended"),
    Column::right("requests"),
    Column::right("bindings"),
    Column::right("of all"),
    Column::right("pressure"),
    Column::right("÷ mean"),
    Column::right("errors"),
    Column::right("p50"),
    Column::right("p99"),
];

/// What a narrow window can do without, the first of them first.
const EXPENDABLE: [&str; 6] = ["p50", "of all", "bindings", "in force", "p99", "pressure"];

const NOTHING: &str = "-";

/// Every pool's table; lines ended by `\n`.
pub(super) fn render(pools: &[Past], stretch: Stretch) -> String {
    let mut text = format!("{}\n", stretch.said());
    for pool in pools {
        text.push('\n');
        let name = visible(&pool.name);
        match pool.windows.first() {
            Some(figures) => {
                text.push_str(&format!("{name}  {}\n", heading(figures, stretch)));
                text.push_str(&table(figures));
                text.push_str(&who::lines(figures));
            }
            None => text.push_str(&format!("{name}  no data\n")),
        }
    }
    text
}

fn heading(pool: &PoolFigures, stretch: Stretch) -> String {
    let mut parts = vec![
        stretch.measured(pool.measured_s),
        format!("{} requests", count(pool.requests)),
        format!("{} retries", count(pool.retries)),
        format!("{} errors", count(pool.errors)),
    ];
    parts.extend(pool.jain.map(|jain| format!("Jain {jain:.3}")));
    parts.extend(pool.peak_to_mean.map(|peak| format!("peak ÷ mean {peak:.2}")));
    parts.join(" · ")
}

fn table(pool: &PoolFigures) -> String {
    let shares = pool
        .endpoints
        .iter()
        .map(|one| (one.share.unwrap_or_default(), one.intended_share().unwrap_or_default()));
    let scale = bar::scale(shares);
    let rows = pool.endpoints.iter().map(|endpoint| row(endpoint, scale));
    plain(&COLUMNS, rows, &EXPENDABLE)
}

fn row(endpoint: &EndpointFigures, scale: f64) -> Vec<String> {
    let part = |value: Option<f64>| value.map_or(NOTHING.to_owned(), percent);
    let times = |value: Option<f64>| value.map_or(NOTHING.to_owned(), |v| format!("{v:.2}"));
    let answered = |value: Option<f64>| value.map_or(NOTHING.to_owned(), latency);
    let share = endpoint.share.map_or(NOTHING.to_owned(), |share| {
        let bar = bar::draw(share, endpoint.intended_share().unwrap_or_default(), scale);
        format!("{bar} {:>6}", percent(share))
    });
    vec![
        visible(&endpoint.name),
        share,
        part(endpoint.approved_share),
        part(endpoint.effective_share),
        times(endpoint.share_to_intended),
        count(endpoint.requests),
        count(endpoint.bindings),
        part(endpoint.bindings_share),
        times(endpoint.pressure),
        times(endpoint.pressure_to_mean),
        count(endpoint.errors),
        answered(endpoint.p50_s),
        answered(endpoint.p99_s),
    ]
}
