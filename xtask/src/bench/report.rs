//! Writes the results as Markdown.

use std::fmt::Write;

use crate::bench::acceptance;
use crate::bench::contender::Contender;
use crate::bench::figures::Spread;
use crate::bench::idle::megabytes;
use crate::bench::latency::RATES;
use crate::bench::machine::Version;
use crate::bench::options::Extent;
use crate::bench::results::{Latency, Measured, Results, Sample};
use crate::bench::scenario::{Part, SCENARIOS, Scenario};

pub(crate) fn markdown(results: &Results, extent: &Extent, versions: &[Version]) -> String {
    let mut sections = vec![
        "# HTTP/1.1: cost against peers\n\nWritten by `cargo xtask bench http1`. CPU time is the \
         proxy's, in microseconds per request;\nratios are to HAProxy in the same round. Every \
         figure is the median, with the range in brackets.\n"
            .to_owned(),
        acceptance_table(results),
    ];
    let measured = SCENARIOS.iter().filter(|one| extent.parts.contains(&one.part));
    sections.extend(measured.map(|scenario| cpu_table(scenario, results)));
    if extent.parts.contains(&Part::Latency) {
        sections.extend(RATES.map(|rate| latency_table(rate, results)));
    }
    if extent.parts.contains(&Part::Idle) {
        sections.push(idle_table(results));
    }
    sections.extend([method(extent), version_table(versions), RERUN.to_owned()]);
    sections.join("\n")
}

fn acceptance_table(results: &Results) -> String {
    let mut text =
        "## Bounds\n\n| Evenkeel's share | measured | bound | |\n|---|---:|---:|---|\n".to_owned();
    for line in acceptance::judge(results) {
        let ratio = match &line.ratio {
            Some(Ok(ratio)) => format!("{ratio:.3}"),
            _ => "–".to_owned(),
        };
        let _ = writeln!(
            text,
            "| {} | {ratio} | ≤ {:.2} | {} |",
            line.title,
            line.limit,
            line.verdict()
        );
    }
    text
}

fn cpu_table(scenario: &Scenario, results: &Results) -> String {
    let mut text = format!(
        "## {}\n\n| | CPU µs/request | ratio to HAProxy | user time | requests/s |\n\
         |---|---:|---:|---:|---:|\n",
        scenario.title
    );
    for who in scenario.contenders {
        let row = match results.samples(scenario.part, *who) {
            None => continue,
            Some(Err(why)) => format!("invalid: {} | | |", cell(&why)),
            Some(Ok(samples)) => cpu_row(scenario.part, *who, &samples, results),
        };
        let _ = writeln!(text, "| {} | {row} |", who.title());
    }
    text
}

fn cpu_row(part: Part, who: Contender, samples: &[Sample], results: &Results) -> String {
    let spread = |value: fn(&Sample) -> f64| Spread::of(samples.iter().map(value));
    let ratio = match results.ratio(part, who, Contender::Haproxy) {
        Some(Ok(ratio)) => Some(ratio),
        _ => None,
    };
    let show = |spread: Option<Spread>, decimals: usize| {
        spread.map_or("–".to_owned(), |spread| format!("{spread:.decimals$}"))
    };
    let median = |spread: Option<Spread>, unit: f64, after: &str| {
        spread.map_or("–".to_owned(), |spread| format!("{:.0}{after}", spread.median * unit))
    };
    [
        show(spread(|sample| sample.cpu_us_per_request), 2),
        show(ratio, 2),
        median(spread(|sample| sample.user_share), 100.0, " %"),
        median(spread(|sample| sample.requests_per_s), 1.0, ""),
    ]
    .join(" | ")
}

fn latency_table(rate: u32, results: &Results) -> String {
    let mut text = format!(
        "## Latency at {rate} requests/s, open loop, 64 kept connections\n\n\
         | | p50 µs | p99 µs | generator late by, p99 µs |\n|---|---:|---:|---:|\n"
    );
    let rows = results.latency.iter().filter(|((of, _), _)| *of == rate);
    for ((_, who), runs) in rows {
        let runs: Measured<Vec<Latency>> = runs.iter().cloned().collect();
        let row = match runs {
            Err(why) => format!("invalid: {} | |", cell(&why)),
            Ok(runs) => [
                |run: &Latency| run.p50_us,
                |run: &Latency| run.p99_us,
                |run: &Latency| run.lag_p99_us,
            ]
            .map(|value| Spread::of(runs.iter().map(value)))
            .map(|spread| spread.map_or("–".to_owned(), |spread| format!("{spread:.0}")))
            .join(" | "),
        };
        let _ = writeln!(text, "| {} | {row} |", who.title());
    }
    text
}

fn idle_table(results: &Results) -> String {
    let mut text = "## Memory: RSS in MB with idle connections, one request made on each\n\n\
                    | | 0 | 64 | 2,000 | 8,000 |\n|---|---:|---:|---:|---:|\n"
        .to_owned();
    for (who, sizes) in &results.idle {
        let row = match sizes {
            Ok(sizes) => megabytes(sizes).join(" | "),
            Err(why) => format!("invalid: {} | | |", cell(why)),
        };
        let _ = writeln!(text, "| {} | {row} |", who.title());
    }
    text + "\nThe sum over all processes of a proxy; nginx has two, which share some pages.\n"
}

/// A table's cell is one line of bounded length, without the sign that ends it.
fn cell(text: &str) -> String {
    let line = text.replace('|', "/").split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(160) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

fn method(extent: &Extent) -> String {
    format!(
        "## How it was measured\n\n\
         - All on 127.0.0.1. The proxy is bound to core 0; client and origin share core 1.\n\
         - The origin is nginx on five ports; its bodies come from memory or the page cache.\n\
         - Everybody runs with one worker, the same five servers, kept connections to them, no \
         logs\n  and no health checks. Evenkeel has its default features on, the admin listener \
         included,\n  and adds `X-Forwarded-*`; HAProxy and nginx add nothing. HAProxy has\n  \
         `http-reuse always`: by its default, clients that close cost it half as much again. The \
         tuned\n  one has `tune.bufsize 65536` and `option splice-auto` as well. The bare relay \
         forwards\n  bytes unread.\n\
         - Rounds: {}, each {} s of wrk on a fresh process after {} s of warm-up. Within a round \
         everybody\n  runs once, and each round is started by another one.\n\
         - CPU time is the time on a core that the kernel kept for all threads of the proxy\n  \
         (`schedstat`), divided by the requests that wrk completed. A run with a socket error or \
         an\n  answer other than 2xx or 3xx makes the row invalid.\n\
         - Latency: rounds: {}, each {} s, counted from the moment a request was due. Generator, \
         origin\n  and kernel share core 1, so differences below a millisecond at p99 rank \
         nobody.\n",
        extent.rounds,
        extent.seconds,
        extent.warm_up_seconds,
        extent.latency_rounds,
        extent.latency_seconds
    )
}

fn version_table(versions: &[Version]) -> String {
    let rows: String = versions
        .iter()
        .map(|(name, version)| format!("| {name} | {} |\n", cell(version)))
        .collect();
    format!("## Versions\n\n| | |\n|---|---|\n{rows}")
}

const RERUN: &str = "## Again\n\n```sh\ncargo xtask bench http1            # all of it\n\
                     cargo xtask bench http1 --quick    # fewer and shorter rounds\n```\n";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::results::sample;

    fn extent(parts: &[Part]) -> Extent {
        Extent {
            parts: parts.to_vec(),
            contenders: Contender::ALL.to_vec(),
            rounds: 2,
            seconds: 6,
            warm_up_seconds: 1,
            latency_rounds: 1,
            latency_seconds: 5,
        }
    }

    #[test]
    fn a_row_shows_median_range_and_ratio() {
        let mut results = Results::default();
        let haproxy = vec![sample(10.0), sample(12.0)];
        results.cpu.insert((Part::Small, Contender::Haproxy), haproxy);
        results.cpu.insert((Part::Small, Contender::Evenkeel), vec![sample(8.0), sample(9.0)]);
        let text = markdown(&results, &extent(&[Part::Small]), &[("CPU", "a | b".into())]);
        let row = "| Evenkeel | 8.50 [8.00-9.00] | 0.78 [0.75-0.80] | 25 % | 20000 |";
        assert!(text.contains(row), "{text}");
        assert!(text.contains("| CPU, small keep-alive / HAProxy | 0.775 | ≤ 0.90 | met |"));
        assert!(text.contains("| CPU | a / b |"));
        assert!(!text.contains("nginx |") && !text.contains("## Latency"), "{text}");
        assert!(text.ends_with("```\n"));
    }

    #[test]
    fn what_is_invalid_says_why_in_its_cell() {
        let mut results = Results::default();
        let why = Err("error: wrk saw errors:\n  read | 3".to_owned());
        results.cpu.insert((Part::Close, Contender::Evenkeel), vec![why]);
        results.idle.insert(Contender::Nginx, Err("gone".into()));
        let text = markdown(&results, &extent(&[Part::Close, Part::Idle]), &[]);
        assert!(text.contains("| Evenkeel | invalid: error: wrk saw errors: read / 3 | | | |"));
        assert!(text.contains("| nginx | invalid: gone | | | |"), "{text}");
    }
}
