//! What the firewall saw, for people.

use std::fmt::Write;

use config::FirewallFormat;
use evenness::{AlertClass, Busy, Covers, FileCoverage};
use jiff::Timestamp;

use super::view::{Row, View};
use crate::table::number::{count, percent, rate};
use crate::table::{Column, plain, visible};

/// Sources that are named.
const SOURCES: usize = 5;
/// Gaps of a file that are named.
const GAPS: usize = 3;
const BAR: usize = 20;

pub(super) fn render(view: &View) -> String {
    let mut text = String::new();
    heading(view, &mut text);
    counts(view, &mut text);
    sources(view, &mut text);
    text.push('\n');
    text.push_str(&table(&view.rows));
    text.push('\n');
    for (file, format) in view.coverage.files.iter().zip(&view.formats) {
        log(file, *format, view, &mut text);
    }
    text
}

fn heading(view: &View, text: &mut String) {
    let covered = match view.covers {
        Covers::Full => "covered".to_owned(),
        Covers::Part(part) => format!("{} of it covered", percent(part)),
        Covers::None => "NOT COVERED: what was there is not known".to_owned(),
    };
    let (from, to) = (date(view.from_s), date(view.to_s));
    let _ = writeln!(text, "firewall, {from} to {to}: {covered}");
}

fn counts(view: &View, text: &mut String) {
    if view.covers == Covers::None {
        return;
    }
    let (window, counts) = (&view.window, &view.window.counts);
    let per_s = rate(window.dropped_per_s());
    let floor = if view.coverage.limited() { "at least " } else { "" };
    let _ = writeln!(
        text,
        "  dropped   {floor}{} packets, {per_s}/s; {} of them SYNs; {} bytes",
        count(counts.dropped),
        count(counts.dropped_syns),
        count(counts.dropped_bytes),
    );
    let more = [
        (counts.dropped_elsewhere, "  dropped on the way to other ports"),
        (counts.undecided, "  logged without a verdict; name their prefix with drop_prefixes"),
        (counts.suppressed, "  lines left out by the logger itself"),
    ];
    for (number, what) in more.into_iter().filter(|(number, _)| *number > 0) {
        let _ = writeln!(text, "          {}{what}", count(number));
    }
    if counts.accepted > 0 {
        let (packets, bytes) = (count(counts.accepted), count(counts.accepted_bytes));
        let _ = writeln!(text, "  accepted  {packets} packets; {bytes} bytes");
    }
    if counts.alerts_total() > 0 {
        let alerts: Vec<String> = AlertClass::ALL
            .into_iter()
            .filter(|class| counts.alerts[class.index()] > 0)
            .map(|class| format!("{} {}", count(counts.alerts[class.index()]), class.name()))
            .collect();
        let _ = writeln!(text, "  alerts    {}", alerts.join(", "));
    }
}

fn sources(view: &View, text: &mut String) {
    let window = &view.window;
    let Some(network) = window.top_network() else { return };
    let about = count(window.sources().round() as u64);
    let named = |busy: &Busy| format!("{}/{}", busy.address, busy.prefix);
    let _ = writeln!(
        text,
        "  sources   about {about}; {} had {} of the drops",
        named(&network),
        percent(network.share)
    );
    for busy in window.top_sources(SOURCES) {
        let _ = writeln!(
            text,
            "            {}  {} ({})",
            busy.address,
            count(busy.dropped),
            percent(busy.share)
        );
    }
}

fn table(rows: &[Row]) -> String {
    const COLUMNS: [Column; 6] = [
        Column::left("from"),
        Column::right("dropped/min"),
        Column::right("accepted/min"),
        Column::right("alerts/min"),
        Column::right("sources"),
        Column::left(""),
    ];
    let most = rows.iter().map(|row| row.window.counts.dropped).max().unwrap_or(0).max(1);
    let expendable = ["accepted/min", "alerts/min", "sources"];
    plain(&COLUMNS, rows.iter().map(|row| cells(row, most)), &expendable)
}

fn cells(row: &Row, most: u64) -> Vec<String> {
    let (window, counts) = (&row.window, &row.window.counts);
    let per_minute = |number: u64| match row.covers {
        // No line where nobody wrote is not a zero.
        Covers::None if number == 0 => "?".to_owned(),
        _ => rate(number as f64 * 60.0 / window.length_s.max(1) as f64),
    };
    let covered = match row.covers {
        Covers::Full => String::new(),
        Covers::Part(part) => format!("{} covered", percent(part)),
        Covers::None => "not covered".to_owned(),
    };
    let cells = (counts.dropped as f64 / most as f64 * BAR as f64).ceil() as usize;
    let bar = "█".repeat(cells.min(BAR));
    let between = if bar.is_empty() || covered.is_empty() { "" } else { " " };
    vec![
        clock(window.from_s),
        per_minute(counts.dropped),
        per_minute(counts.accepted),
        per_minute(counts.alerts_total()),
        count(window.sources().round() as u64),
        format!("{bar}{between}{covered}"),
    ]
}

fn log(file: &FileCoverage, format: Option<FirewallFormat>, view: &View, text: &mut String) {
    let format = format.map_or("format not found out", FirewallFormat::name);
    let meaning = file.error.as_deref().unwrap_or(file.state.meaning());
    let name = visible(&file.file);
    let _ = writeln!(text, "{name} ({format}): {}", visible(meaning));
    let unknown = match file.not_understood {
        0 => "all understood".to_owned(),
        number => format!("{} not understood", count(number)),
    };
    let _ = writeln!(text, "  {} lines read, {unknown}", count(file.lines));
    if let Some(line) = &file.first_not_understood {
        let _ = writeln!(text, "  the first of those: {}", visible(line));
    }
    if file.limited {
        let _ = writeln!(text, "  it leaves lines out when there are many: counts are floors");
    }
    if file.lag_bytes > 0 {
        let _ = writeln!(text, "  {} bytes not read yet", count(file.lag_bytes));
    }
    let gaps = file.gaps(view.from_s, view.to_s);
    for (from_s, to_s) in gaps.iter().take(GAPS) {
        let _ = writeln!(text, "  not covered: {} to {}", date(*from_s), date(*to_s));
    }
    if gaps.len() > GAPS {
        let _ = writeln!(text, "  and {} more gaps", gaps.len() - GAPS);
    }
}

/// `2024-05-01T11:00:00Z`.
pub(super) fn date(at_s: u64) -> String {
    let at = i64::try_from(at_s).ok().and_then(|at_s| Timestamp::from_second(at_s).ok());
    at.map_or_else(|| at_s.to_string(), |at| at.to_string())
}

/// `11:00:00Z`.
fn clock(at_s: u64) -> String {
    let date = date(at_s);
    date.split_once('T').map_or(date.clone(), |(_, clock)| clock.to_owned())
}
