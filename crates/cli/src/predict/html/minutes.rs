//! Charts of what servers get minute by minute.

use audit::predict::{Minute, PoolPrediction};
use chart::{Axis, Lines, Series};

/// Lines that a chart can hold apart.
const LINES_MAX: usize = 8;

/// Share and pressure; nothing where the log is of one minute, or has no times.
pub(super) fn charts(pool: &PoolPrediction) -> Vec<Lines> {
    let Some(first) = pool.minutes.first().filter(|_| pool.minutes.len() > 1) else {
        return Vec::new();
    };
    let shown = busiest(pool);
    let chart = |title: &str, label: &str, of: fn(&Minute) -> &[f64], scale: f64| {
        let series = shown.iter().map(|&place| {
            let value = |minute: &Minute| of(minute).get(place).map_or(f64::NAN, |it| it * scale);
            Series::new(&pool.servers[place].name, points(pool, first.minute, value))
        });
        let title = match pool.minutes_a_row {
            0 | 1 => format!("{title}, minute by minute"),
            more => format!("{title}, means of {more} minutes"),
        };
        Lines {
            title,
            x: Axis::linear("minutes since the first request"),
            y: Axis::linear(label).including(0.0),
            series: series.collect(),
        }
    };
    vec![
        chart("Share of every server", "share of the requests, %", |it| &it.shares, 100.0),
        chart("Pressure", "requests at once ÷ what the server takes", |it| &it.pressure, 1.0),
    ]
}

/// How many servers are left out of the charts.
pub(super) fn left_out(pool: &PoolPrediction) -> usize {
    pool.servers.len().saturating_sub(LINES_MAX)
}

/// The places of those under the highest pressure, in the order of the file.
fn busiest(pool: &PoolPrediction) -> Vec<usize> {
    let mut places: Vec<usize> = (0..pool.servers.len()).collect();
    let pressure = |place: usize| pool.servers[place].peak_pressure;
    places.sort_by(|a, b| pressure(*b).total_cmp(&pressure(*a)));
    places.truncate(LINES_MAX);
    places.sort_unstable();
    places
}

/// Minutes without a request leave a gap.
fn points(pool: &PoolPrediction, first: i64, value: impl Fn(&Minute) -> f64) -> Vec<(f64, f64)> {
    let step = i64::from(pool.minutes_a_row.max(1));
    let (mut points, mut last) = (Vec::new(), None);
    for minute in &pool.minutes {
        let at = (minute.minute - first) as f64;
        if last.is_some_and(|last| minute.minute > last + step) {
            points.push((at, f64::NAN));
        }
        points.push((at, value(minute)));
        last = Some(minute.minute);
    }
    points
}
