//! The report's tables.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::case::HEALTHY_S;
use super::case::HELD_OUT;
use super::figures::{count, percent, quantile, seconds};
use super::kind::Kind;
use super::page::Scored;
use super::plays::Played;
use super::score::{Outcome, Score};

/// Simulated hours of these plays.
pub(super) fn hours(healthy: &[&Played]) -> f64 {
    healthy.len() as f64 * HEALTHY_S as f64 / 3600.0
}

/// Alarms of a severity in all of these plays.
pub(super) fn alarms(healthy: &[&Played], severity: &str) -> usize {
    let fired = healthy.iter().flat_map(|one| one.said["alarms"].as_array().into_iter().flatten());
    fired.filter(|alarm| alarm["severity"] == severity).count()
}

/// How often each kind is named, and how soon.
pub(super) fn kinds(text: &mut String, held: &[&Scored<'_>]) {
    *text += "\n## Kinds of faults, held out\n\n*Silent*: there was no alarm in the minute that it \
              lasted. Delays are median and p90, in seconds from the fault's first moment.\n\n\
              | | cases | right | top 2 | unknown | silent | wrong | alarm | named |\n\
              |---|---:|---:|---:|---:|---:|---:|---:|---:|\n";
    for kind in Kind::FAULTS {
        let scores: Vec<&Score> =
            held.iter().filter(|one| one.0.case.kind == kind).map(|one| &one.1).collect();
        let delay = |of: fn(&Score) -> Option<f64>| {
            let at = |part| seconds(quantile(scores.iter().copied().filter_map(of), part));
            format!("{} / {}", at(0.5), at(0.9))
        };
        let two = scores.iter().filter(|score| score.is_top_two).count();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | {:.0} % | {:.0} % | {} | {} | {} | {} | {} |",
            kind.name(),
            scores.len(),
            percent(count(&scores, Outcome::Right), scores.len()),
            percent(two, scores.len()),
            count(&scores, Outcome::Unknown),
            count(&scores, Outcome::Silent),
            count(&scores, Outcome::Wrong),
            delay(|score| score.alarm_s),
            delay(|score| score.named_s),
        );
    }
}

/// What came of the cases that were played on real sockets.
pub(super) fn floor(text: &mut String, drilled: &[Played]) {
    if drilled.is_empty() {
        return;
    }
    let right = drilled.iter().filter(|one| Score::of(one).outcome == Outcome::Right).count();
    let _ = write!(
        text,
        "\n## On real sockets\n\nThe first case of each kind that is held out, as a drill: \
         processes, connections, a firewall's log that is tailed, and a balancer that serves. \
         {right} of {} are named exactly.\n\n\
         | | named | runner-up | denial of service | alarm, s | named, s |\n\
         |---|---|---|---|---:|---:|\n",
        drilled.len()
    );
    for one in drilled {
        let score = Score::of(one);
        let word = if score.outcome == Outcome::Right { "" } else { " (**not right**)" };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| `{}:{}` | {}{word} | {} | {} | {} | {} |",
            one.case.kind.name(),
            one.case.seed,
            score.told(),
            score.runner_up.as_deref().unwrap_or("–"),
            score.ddos.replace('_', " "),
            seconds(score.alarm_s),
            seconds(score.named_s),
        );
    }
}

/// What was done against what was named.
pub(super) fn confusion(text: &mut String, held: &[&Scored<'_>]) {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (played, score) in held {
        let told = match score.outcome {
            Outcome::Right => label(played),
            _ => score.told(),
        };
        *counts.entry((label(played), told)).or_default() += 1;
    }
    let columns: BTreeSet<&String> = counts.keys().map(|(_, told)| told).collect();
    let rows: BTreeSet<&String> = counts.keys().map(|(done, _)| done).collect();
    let names: Vec<&str> = columns.iter().map(|name| name.as_str()).collect();
    let _ = write!(
        text,
        "\n## What was named for what, held out\n\n| | {} |\n|---|{}\n",
        names.join(" | "),
        "---:|".repeat(names.len())
    );
    for row in rows {
        let cell = |column: &&String| {
            let seen = counts.get(&(row.clone(), (*column).clone()));
            seen.map_or(String::new(), ToString::to_string)
        };
        let cells: Vec<String> = columns.iter().map(cell).collect();
        let _ = writeln!(text, "| {row} | {} |", cells.join(" | "));
    }
}

fn label(played: &Played) -> String {
    let mut label = played.case.kind.label().to_vec();
    label.sort_unstable();
    label.join(" + ")
}

/// What is said of a denial of service.
pub(super) fn attacks(text: &mut String, held: &[&Scored<'_>]) {
    *text += "\n## Is it a denial of service? Held out\n\n| | supported | inconclusive | ruled out \
              |\n|---|---:|---:|---:|\n";
    for kind in Kind::FAULTS {
        let of = |word: &str| {
            let own = held.iter().filter(|one| one.0.case.kind == kind);
            own.filter(|one| one.1.ddos == word).count()
        };
        let (yes, open, no) = (of("supported"), of("inconclusive"), of("ruled_out"));
        let _ = writeln!(text, "| {} | {yes} | {open} | {no} |", kind.name());
    }
}

/// Healthy hours, and what raised an alarm in them.
pub(super) fn calm(text: &mut String, healthy: &[&Played]) {
    *text += "\n## Healthy hours\n\n| | hours | pages | tickets | raised by |\n\
              |---|---:|---:|---:|---|\n";
    for kind in Kind::HEALTHY {
        let own: Vec<&Played> =
            healthy.iter().copied().filter(|one| one.case.kind == kind).collect();
        let fired = own.iter().flat_map(|one| {
            let alarms = one.said["alarms"].as_array().into_iter().flatten();
            alarms.map(move |alarm| (one.case.seed, alarm))
        });
        let mut raised: Vec<String> = fired
            .map(|(seed, alarm)| {
                let word = |key: &str| alarm[key].as_str().unwrap_or_default().to_owned();
                format!("`{}:{seed}` {}: {}", kind.name(), word("kind"), word("summary"))
            })
            .collect();
        raised.truncate(8);
        let (pages, tickets) = (alarms(&own, "page"), alarms(&own, "ticket"));
        let (name, hours, raised) = (kind.name(), hours(&own), raised.join("; "));
        let _ = writeln!(text, "| {name} | {hours:.0} | {pages} | {tickets} | {raised} |");
    }
}

/// Every case that was not right, held out or not.
pub(super) fn cases(text: &mut String, scored: &[Scored<'_>]) {
    let _ = writeln!(
        text,
        "\n## Every case that was not right\n\nOf all; those of seeds below {HELD_OUT} are for \
         fitting.\n\n| case | named | runner-up | what it was |\n|---|---|---|---|",
    );
    for (played, score) in scored.iter().filter(|one| one.1.outcome != Outcome::Right) {
        let case = &played.case;
        let runner_up = score.runner_up.as_deref().unwrap_or("–");
        let _ = writeln!(
            text,
            "| `{}:{}` | {} | {runner_up} | {} |",
            case.kind.name(),
            case.seed,
            score.told(),
            case.drawn
        );
    }
}
