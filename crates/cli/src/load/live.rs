//! How far a load is, on stderr, from a thread of its own: a terminal that does not take its lines
//! must not hold up the requests.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use drill::{Progress, ProgressCounts};

use crate::output;
use crate::table::number;

/// On a terminal one line is drawn anew, elsewhere lines follow each other.
const DRAWN_EVERY: Duration = Duration::from_secs(1);
const LINE_EVERY: Duration = Duration::from_secs(10);

/// A display that ends when it is dropped.
pub(super) struct Live {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Live {
    pub(super) fn start(progress: Arc<Progress>, length: Duration) -> Live {
        let (end, ended) = mpsc::channel();
        let terminal = std::io::stderr().is_terminal();
        let every = if terminal { DRAWN_EVERY } else { LINE_EVERY };
        let show = move || {
            let (start, mut before) = (Instant::now(), ProgressCounts::default());
            while ended.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                let now = progress.now();
                let rate = (now.requests - before.requests) as f64 / every.as_secs_f64();
                let line = line(start.elapsed(), length, &now, rate, progress.quantile(0.99));
                match terminal {
                    true => output::draw(format_args!("\r{line}\x1b[K")),
                    false => output::say(format_args!("{line}\n")),
                }
                before = now;
            }
            if terminal {
                output::draw("\r\x1b[K");
            }
        };
        let thread = std::thread::Builder::new().name("live".to_owned()).spawn(show).ok();
        Live { end: Some(end), thread }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        drop(self.end.take());
        // The report comes after the last line and not into it. A display that hangs in a
        // terminal which takes nothing would hold up the report too: it would not arrive either.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn line(at: Duration, length: Duration, now: &ProgressCounts, rate: f64, p99: Duration) -> String {
    let of = match at <= length + Duration::from_secs(1) {
        true => format!("of {}", number::span(length.as_secs_f64())),
        false => "waiting for answers".to_owned(),
    };
    format!(
        "{} {of} · {}/s · {} in flight · p99 {} · {} errors · {} late",
        number::span(at.as_secs_f64()),
        number::rate(rate),
        number::count(now.in_flight),
        number::latency(p99.as_secs_f64()),
        number::count(now.failed),
        number::count(now.late + now.dropped),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_it_is() {
        let now = ProgressCounts { in_flight: 12, failed: 3, ..ProgressCounts::default() };
        let (at, length) = (Duration::from_secs(7), Duration::from_secs(90));
        let line = line(at, length, &now, 498.6, Duration::from_millis(123));
        let expected = "7 s of 1 min 30 s · 499/s · 12 in flight · p99 123 ms · 3 errors · 0 late";
        assert_eq!(line, expected);
    }
}
