//! Plays several logs as one, in the order of their times.

use std::rc::Rc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use foreign::logs::{Line, Reader, Summary};

use super::batch::Batch;
use super::prediction::Traffic;

/// A log that is open.
pub struct Log {
    /// What it is called in what is said of it.
    pub name: String,
    /// Its lines.
    pub reader: Reader,
}

/// Lines that are handed over at once.
const LINES: usize = 2048;
/// Batches of a log that wait to be played.
const WAITING: usize = 2;

/// Lines that could not be read and are shown.
const BAD_MAX: usize = 10;

/// What logs these are, in a few words.
pub(super) fn told(logs: &[Log]) -> String {
    let mut formats: Vec<&str> = logs.iter().map(|log| log.reader.found().format.name()).collect();
    formats.dedup();
    let formats = formats.join(", ");
    match logs.len() {
        1 => format!("an access log, format {formats}"),
        count => format!("{count} access logs, format {formats}"),
    }
}

/// What became of the lines of all logs, and which were not read to their ends.
pub(super) fn traffic(
    what: String,
    names: &[String],
    summaries: Vec<Summary>,
) -> (Traffic, Vec<String>) {
    let (mut traffic, mut broke) = (Traffic { what, ..Traffic::default() }, Vec::new());
    for (name, summary) in names.iter().zip(summaries) {
        traffic.lines += summary.lines();
        traffic.requests += summary.read;
        traffic.malformed += summary.malformed;
        traffic.aside += summary.aside;
        let room = BAD_MAX.saturating_sub(traffic.bad.len());
        traffic.bad.extend(summary.bad.iter().take(room).map(|bad| {
            let what = bad.malformed.what;
            // The number of a line tells enough where there is one log.
            let told = if names.len() == 1 { what.to_owned() } else { format!("{name}: {what}") };
            (bad.number, told)
        }));
        let error = summary.broke;
        broke.extend(error.map(|error| format!("{name} was not read to its end: {error}")));
    }
    (traffic, broke)
}

/// Reads each log in a thread of its own and takes their lines by time. Tells what became of each.
pub(super) fn by_time(
    readers: Vec<Reader>,
    visit: &(impl Fn(&mut Batch, u64, &Line<'_>) + Sync),
    mut take: impl FnMut(&Rc<Batch>, usize),
) -> Vec<Summary> {
    thread::scope(|scope| {
        let (mut heads, mut threads) = (Vec::new(), Vec::new());
        for reader in readers {
            let (to, from) = sync_channel(WAITING);
            threads.push(scope.spawn(move || send(reader, visit, &to)));
            heads.extend(Head::first(from));
        }
        let earliest = |heads: &[Head]| {
            let places = heads.iter().enumerate();
            places.min_by(|a, b| a.1.at_s().total_cmp(&b.1.at_s())).map(|(place, _)| place)
        };
        while let Some(place) = earliest(&heads) {
            let head = &mut heads[place];
            take(&head.batch, head.next);
            if !head.advance() {
                heads.remove(place);
            }
        }
        let joined = threads.into_iter().map(|thread| thread.join());
        joined.map(|it| it.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

fn send(
    reader: Reader,
    visit: &impl Fn(&mut Batch, u64, &Line<'_>),
    to: &SyncSender<Batch>,
) -> Summary {
    let mut batch = Batch::default();
    let summary = reader.each(|number, line| {
        visit(&mut batch, number, line);
        if batch.lines.len() >= LINES {
            // Nobody takes it when the one who plays has panicked.
            let _ = to.send(std::mem::take(&mut batch));
        }
    });
    let _ = to.send(batch);
    summary
}

/// The next line of a log.
struct Head {
    from: Receiver<Batch>,
    batch: Rc<Batch>,
    next: usize,
}

impl Head {
    /// At the first line; `None` where there is none.
    fn first(from: Receiver<Batch>) -> Option<Head> {
        let batch = from.recv().ok()?;
        let head = Head { from, batch: Rc::new(batch), next: 0 };
        (!head.batch.lines.is_empty()).then_some(head)
    }

    /// A line without a time follows the one before it at once.
    fn at_s(&self) -> f64 {
        let at_s = self.batch.lines.get(self.next).map_or(f64::NAN, |entry| entry.at_s);
        if at_s.is_nan() { f64::NEG_INFINITY } else { at_s }
    }

    /// Goes on to the next line; false where there is none.
    fn advance(&mut self) -> bool {
        self.next += 1;
        if self.next < self.batch.lines.len() {
            return true;
        }
        match self.from.recv() {
            Ok(batch) => (self.batch, self.next) = (Rc::new(batch), 0),
            Err(_) => return false,
        }
        !self.batch.lines.is_empty()
    }
}
