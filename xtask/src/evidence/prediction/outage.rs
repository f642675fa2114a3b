//! The table of the outage of 2024-05-01: shares as HAProxy had them, and as they were predicted.

use std::fmt::Write as _;

use super::told::Step;

/// How far a share may be from the predicted one, in points.
pub(super) const POINTS_MAX: f64 = 1.0;
/// Its steps, in the order of their names.
pub(super) const STEPS: usize = 7;

/// The largest distance of a share from the predicted one, in points.
pub(super) fn farthest(steps: &[Step]) -> f64 {
    steps.iter().map(distance).fold(0.0, f64::max)
}

fn distance(step: &Step) -> f64 {
    let pairs = step.measured.iter().zip(&step.predicted);
    pairs.map(|(measured, predicted)| (measured - predicted).abs()).fold(0.0, f64::max)
}

pub(super) fn table(text: &mut String, steps: &[Step]) {
    *text += "\n## The outage of 2024-05-01, step by step\n\nFive equal servers behind a real \
              HAProxy. The requests of a log, 6,730 by 600 users from 278 addresses, 55 % of the \
              users behind 6 of them, are sent to it. The log is played through the imitation of \
              it, to which the same is done over the socket; both keep their sessions from step \
              to step. Shares in percent, w1 to w5.\n\n\
              | | step | measured | predicted | top 2, measured | predicted | distance, points |\n\
              |---|---|---|---|---:|---:|---:|\n";
    for step in steps {
        let Step { step: name, what, measured, predicted } = step;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {name} | {what} | {} | {} | {:.1} | {:.1} | {:.2} |",
            shares(measured),
            shares(predicted),
            top_two(measured),
            top_two(predicted),
            distance(step),
        );
    }
}

fn shares(shares: &[f64]) -> String {
    shares.iter().map(|share| format!("{share:.1}")).collect::<Vec<_>>().join(" / ")
}

fn top_two(shares: &[f64]) -> f64 {
    let mut shares = shares.to_vec();
    shares.sort_by(f64::total_cmp);
    shares.iter().rev().take(2).sum()
}
