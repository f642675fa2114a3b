//! Shows a running demo: a live table on a terminal, lines elsewhere.

use std::collections::VecDeque;
use std::env;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use drill::ProgressCounts;
use ledger::Status;

use super::Format;
use super::journal::Event;
use super::site::POOL;
use crate::table::{self, Style};
use crate::window;

const TABLE_EVERY: Duration = Duration::from_millis(500);
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Rates are shown over this many tables: over one alone they jump.
const RATE_TABLES: usize = 4;

/// What is to be seen at one moment.
pub(super) struct Moment {
    /// After the start of the traffic.
    pub(super) at: Duration,
    pub(super) status: Status,
    pub(super) counts: ProgressCounts,
}

/// Where and how a demo is shown.
pub(super) struct View {
    out: Box<dyn Write>,
    length: Duration,
    form: Form,
    next_at: Duration,
}

enum Form {
    /// The table, drawn over the one before it.
    Table { lines: usize, earlier: VecDeque<Status> },
    /// A line from time to time.
    Lines,
}

impl View {
    /// Fit for where the output goes. With JSON, standard output is kept for that object.
    pub(super) fn of(format: Format, length: Duration) -> View {
        let dumb = env::var_os("TERM").is_none_or(|term| term == "dumb");
        let out: Box<dyn Write> = match format {
            Format::Text => Box::new(io::stdout()),
            Format::Json => Box::new(io::stderr()),
        };
        let form = if format == Format::Text && io::stdout().is_terminal() && !dumb {
            Form::Table { lines: 0, earlier: VecDeque::new() }
        } else {
            Form::Lines
        };
        View { out, length, form, next_at: Duration::ZERO }
    }

    /// Writes something that stays; the table moves below it.
    pub(super) fn note(&mut self, text: &str) -> io::Result<()> {
        let text = match &mut self.form {
            Form::Table { lines, .. } => {
                self.next_at = Duration::ZERO;
                format!("{}{text}\n", erase(std::mem::take(lines)))
            }
            Form::Lines => format!("{text}\n"),
        };
        self.write(&text)
    }

    pub(super) fn event(&mut self, event: &Event) -> io::Result<()> {
        self.note(&format!("{:>7.1} s  {}", event.at.as_secs_f64(), event.what))
    }

    /// Shows `moment` when it is time for the next table or line.
    pub(super) fn frame(&mut self, moment: Moment) -> io::Result<()> {
        if moment.at < self.next_at {
            return Ok(());
        }
        let first = self.next_at.is_zero();
        let text = match &mut self.form {
            Form::Lines => {
                self.next_at = moment.at + LINE_EVERY;
                // Nothing can be said about the first moment.
                if first { String::new() } else { line(&moment) }
            }
            Form::Table { lines, earlier } => {
                self.next_at = moment.at + TABLE_EVERY;
                let drawn = table(&moment, self.length, earlier.front(), Style::of_stdout());
                let drawn = fitted(&drawn, window::size().1);
                let over = redraw(&drawn, *lines);
                *lines = drawn.lines().count();
                earlier.push_back(moment.status);
                if earlier.len() > RATE_TABLES {
                    earlier.pop_front();
                }
                over
            }
        };
        self.write(&text)
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

/// What of a table the window holds: the cursor cannot go up beyond its first line, so a table
/// that is higher would be drawn below itself again and again. The last line counts requests.
fn fitted(text: &str, height: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let room = height.saturating_sub(1).max(2);
    if lines.len() <= room {
        return text.to_owned();
    }
    let mut kept = lines[..room - 2].to_vec();
    let hidden = format!("… {} more lines: the window is too low", lines.len() - room + 1);
    kept.extend([hidden.as_str(), lines[lines.len() - 1]]);
    kept.join("\n") + "\n"
}

/// Removes a table of so many lines that ends above the cursor.
fn erase(lines: usize) -> String {
    match lines {
        0 => String::new(),
        _ => format!("\x1b[{lines}A\r\x1b[J"),
    }
}

/// Writes over a table of `before` lines, each line cut at the edge: a wrapped one would be two.
fn redraw(text: &str, before: usize) -> String {
    let mut over = String::from("\x1b[?7l");
    if before > 0 {
        over.push_str(&format!("\x1b[{before}A\r"));
    }
    for line in text.lines() {
        over.extend([line, "\x1b[0m\x1b[K\n"]);
    }
    over + "\x1b[J\x1b[?7h"
}

fn table(moment: &Moment, length: Duration, earlier: Option<&Status>, style: Style) -> String {
    let earlier = earlier.map(|status| (status, moment.status.uptime_s - status.uptime_s));
    format!(
        "\n{}\n{:.0} s of {:.0} s · {} requests sent, {} answered, {} failed · Ctrl-C ends it\n",
        table::render(&moment.status, earlier, style).trim_end(),
        moment.at.as_secs_f64(),
        length.as_secs_f64(),
        moment.counts.requests,
        moment.counts.responses,
        moment.counts.failed
    )
}

fn line(moment: &Moment) -> String {
    let mut text = format!(
        "{:>7.1} s  {} requests, {} failed",
        moment.at.as_secs_f64(),
        moment.counts.requests,
        moment.counts.failed
    );
    let pool = moment.status.pools.iter().find(|pool| pool.name == POOL);
    for one in pool.map_or(&[][..], |pool| pool.endpoints.as_slice()) {
        let (share, intended) = (one.share_10s * 100.0, one.intended_share * 100.0);
        text.push_str(&format!(" · {} {share:.0} % of {intended:.0} %", one.name));
        if one.state != "up" {
            text.push_str(&format!(" ({})", one.state));
        }
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use ledger::{EndpointStatus, PoolStatus};

    use super::*;

    fn moment() -> Moment {
        let endpoint = |name: &str, state: &str, share_10s: f64, intended_share: f64| {
            let (name, state) = (name.to_owned(), state.to_owned());
            EndpointStatus { name, state, share_10s, intended_share, ..Default::default() }
        };
        let endpoints =
            vec![endpoint("web1", "up", 0.268, 0.333), endpoint("web2", "down", 0.0, 0.0)];
        let pool = PoolStatus { name: POOL.to_owned(), endpoints, ..PoolStatus::default() };
        let status = Status { pools: vec![pool], ..Status::default() };
        let counts = ProgressCounts { requests: 2001, responses: 1990, ..Default::default() };
        Moment { at: Duration::from_millis(5040), status, counts }
    }

    #[test]
    fn a_line_says_shares_and_states() {
        assert_eq!(
            line(&moment()),
            "    5.0 s  2001 requests, 0 failed · web1 27 % of 33 % · web2 0 % of 0 % (down)\n"
        );
    }

    /// Goal: a table takes the place of the one before it. Method: control by control.
    #[test]
    fn tables_are_drawn_over_each_other() {
        assert_eq!(redraw("a\nb\n", 0), "\x1b[?7la\x1b[0m\x1b[K\nb\x1b[0m\x1b[K\n\x1b[J\x1b[?7h");
        assert_eq!(redraw("a\n", 2), "\x1b[?7l\x1b[2A\ra\x1b[0m\x1b[K\n\x1b[J\x1b[?7h");
        assert_eq!((erase(0).as_str(), erase(3).as_str()), ("", "\x1b[3A\r\x1b[J"));
    }

    /// Goal: a low window keeps the end in view. Method: every height that is too low.
    #[test]
    fn tables_fit_the_window() {
        assert_eq!(fitted("a\nb\nc\n", 4), "a\nb\nc\n");
        assert_eq!(fitted("a\nb\nc\nd\n", 4), "a\n… 2 more lines: the window is too low\nd\n");
        assert_eq!(fitted("a\nb\nc\n", 0), "… 2 more lines: the window is too low\nc\n");
    }

    #[test]
    fn the_last_line_of_a_table_counts_requests() {
        let text = table(&moment(), Duration::from_secs(30), None, Style::PLAIN);
        let last = "5 s of 30 s · 2001 requests sent, 1990 answered, 0 failed · Ctrl-C ends it";
        assert_eq!(text.lines().last(), Some(last));
    }
}
