//! The report: what was promised and seen, then every table, losses as plainly as wins.

use std::fmt::Write as _;

use super::case::{HELD_OUT, MOVED};
use super::figures::{count, percent, quantile, seconds};
use super::plays::Played;
use super::score::{Outcome, Score};
use super::tables;

const HOURS_A_WEEK: f64 = 168.0;

/// A fault with its score.
pub(super) type Scored<'p> = (&'p Played, Score);

/// The report as Markdown.
pub(super) fn markdown(played: &[Played], drilled: &[Played], version: &str) -> String {
    let (faults, healthy): (Vec<&Played>, Vec<&Played>) =
        played.iter().partition(|one| !one.case.kind.label().is_empty());
    let scored: Vec<Scored<'_>> = faults.into_iter().map(|one| (one, Score::of(one))).collect();
    let held: Vec<&Scored<'_>> = scored.iter().filter(|one| one.0.case.is_held_out()).collect();
    let fitting: Vec<&Score> =
        scored.iter().filter(|one| !one.0.case.is_held_out()).map(|one| &one.1).collect();
    let hours = tables::hours(&healthy);
    let mut text = format!(
        "# Diagnosis: is the cause named, and is nobody woken for nothing?\n\n\
         Written by `cargo xtask evidence diagnosis`. {version}. {} faults and {hours:.0} healthy \
         hours, played in virtual time with the pool that serves, and judged second by second by \
         the code that serves. Servers, slots, load, users and sessions are drawn for each case. \
         The tables are about {} faults, and all of the hours, that are held out: seeds from \
         {HELD_OUT} on, which nobody had looked at when terms, thresholds and weights were chosen. \
         That boundary was moved on {MOVED} times: whenever something was changed because of cases \
         beyond it. Of the other {} faults, {:.1} % are named exactly.\n",
        scored.len(),
        held.len(),
        fitting.len(),
        percent(count(&fitting, Outcome::Right), fitting.len()),
    );
    promises(&mut text, &held, &healthy);
    text += LIMITS;
    tables::kinds(&mut text, &held);
    tables::confusion(&mut text, &held);
    tables::attacks(&mut text, &held);
    tables::calm(&mut text, &healthy);
    tables::floor(&mut text, drilled);
    tables::cases(&mut text, &scored);
    text += "\n## Again\n\n```sh\ncargo xtask evidence diagnosis           # the corpus\n\
             cargo xtask evidence diagnosis --floor   # and drills on real sockets\n\
             cargo xtask evidence diagnosis --quick   # a fifth\n\
             cargo xtask evidence diagnosis --fit     # what the fitting half would have the \
             weights be\n\
             cargo xtask evidence diagnosis --show flood:2 > flood.toml\n\
             evenkeel sim run flood.toml --judge --seed 2\n```\n";
    text
}

const LIMITS: &str = "\n### What this says nothing about\n\n\
    - *Connections* is not among the faults. The simulator's balancer picks for each request, and \
    so a pinned connection cannot make its traffic uneven.\n\
    - The balancer's limits are given, not made: nothing in the simulator slows down with them.\n\
    - The firewall is quiet and covers everything. Floods are told by requests alone.\n\
    - All users were there before the play. Those of a flood are new, and ask for one thing.\n\
    - A healthy deploy is a reload, and each server gone for 3 to 6 s. One that takes longer is \
    told as missing capacity, and that is intended.\n\
    - Before anything happens to it, the world is healthy: no user fills half a server, and the \
    load leaves a root of the slots spare (of all, or of one server where sessions stay with \
    theirs), as a pool that is built for its load does. With less room, or one user who is most of \
    the traffic, harm comes and goes by itself, and it is told.\n\
    - Whoever sets cookies wrongly does so once a second. A heavy client fills the pool. Both are \
    so because a milder fault shows nothing behind the bound, or is none.\n\
    - For a minute after an endpoint came or went, and in the first one, no unevenness is \
    told.\n\
    - A surge that the pool can carry is no fault; such crowds are among the healthy hours.\n";

fn promises(text: &mut String, held: &[&Scored<'_>], healthy: &[&Played]) {
    let scores: Vec<&Score> = held.iter().map(|one| &one.1).collect();
    let part = |outcome| percent(count(&scores, outcome), scores.len());
    let right = part(Outcome::Right);
    let two = percent(scores.iter().filter(|score| score.is_top_two).count(), scores.len());
    let rest = scores.len() - count(&scores, Outcome::Right);
    let unknown = count(&scores, Outcome::Unknown);
    let silent = count(&scores, Outcome::Silent);
    let wrong = count(&scores, Outcome::Wrong);
    let weeks = tables::hours(healthy) / HOURS_A_WEEK;
    let pages = tables::alarms(healthy, "page");
    let tickets = tables::alarms(healthy, "ticket") as f64 / weeks.max(1e-9);
    let delays = |of: fn(&Score) -> Option<f64>, part: f64| {
        seconds(quantile(scores.iter().copied().filter_map(of), part))
    };
    let alarm = |part| delays(|score| score.alarm_s, part);
    let named = |part| delays(|score| score.named_s, part);
    *text += "\n## Promised and seen\n\n| | promised | seen | |\n|---|---|---|---|\n";
    let mut row = |what: &str, bound: &str, seen: String, met: bool| {
        let word = if met { "met" } else { "**not met**" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {what} | {bound} | {seen} | {word} |");
    };
    row("cause named, exactly", "≥ 90 %", format!("{right:.1} %"), right >= 90.0);
    row("cause named or runner-up", "≥ 97 %", format!("{two:.1} %"), two >= 97.0);
    let met = 2 * wrong <= rest;
    let seen = format!("of {rest}: {unknown} unknown, {silent} without an alarm, {wrong} wrong");
    row("of the rest, unknown rather than wrong", "≥ 50 %", seen, met);
    row("pages in healthy hours", "0", pages.to_string(), pages == 0);
    row("tickets in a healthy week", "≤ 1", format!("{tickets:.1}"), tickets <= 1.0);
    let _ = writeln!(
        text,
        "\nFrom the fault's first moment to the alarm it takes {} s at the median and {} s for \
         nine of ten, until a cause is named {} s and {} s.",
        alarm(0.5),
        alarm(0.9),
        named(0.5),
        named(0.9),
    );
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::evidence::diagnosis::case::Case;
    use crate::evidence::diagnosis::kind::Kind;

    /// Goal: a loss is on the page, with what it takes to see it again.
    #[test]
    fn losses_are_printed() {
        let play = |kind: Kind, seed, causes: &[&str]| {
            let alarms = if kind.label().is_empty() { json!([]) } else { json!([{}]) };
            let said = json!({ "causes": causes, "alarm_after_s": 2.0, "diagnosed_after_s": 9.0,
                "ddos": "ruled_out", "alarms": alarms });
            Played { case: Case::new(kind, seed), said }
        };
        let all = [
            play(Kind::Weights, HELD_OUT + 1, &["weights"]),
            play(Kind::Flood, HELD_OUT + 1, &["surge"]),
            play(Kind::Flood, 3, &["unknown"]),
            play(Kind::Flat, HELD_OUT, &[]),
        ];
        let drilled = [play(Kind::Flood, HELD_OUT, &["surge"]), play(Kind::Surge, 1, &["surge"])];
        let page = markdown(&all, &drilled, "evenkeel 1");
        assert!(page.contains("1 of 2 are named exactly"), "{page}");
        let lost =
            format!("| `flood:{HELD_OUT}` | surge (**not right**) | – | ruled out | 2 | 9 |");
        assert!(page.contains(&lost), "{page}");
        assert!(
            page.contains("| cause named, exactly | ≥ 90 % | 50.0 % | **not met** |"),
            "{page}"
        );
        let lost = format!("`flood:{}`", HELD_OUT + 1);
        assert!(page.contains(&lost) && page.contains("`flood:3`"), "{page}");
        assert!(page.contains("| pages in healthy hours | 0 | 0 | met |"), "{page}");
    }
}
