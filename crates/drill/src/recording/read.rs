//! A whole log as a plan: each request in its time, each client a user.

use std::collections::HashMap;
use std::io::{BufRead, Read};
use std::time::Duration;

use hyper::Method;

use super::entry::{self, Entry};
use crate::error::Error;
use crate::load::{Recorded, RequestKind};

/// Requests at most: they are held in memory, in the order of their times, with 24 bytes each.
const REQUESTS_MAX: usize = 10_000_000;
/// Different requests and different clients at most.
const KINDS_MAX: usize = 500_000;
const CLIENTS_MAX: usize = 1_000_000;
const LINE_BYTES_MAX: u64 = 64 * 1024;

const HINT: &str = "give a combined or common access log, or one that Evenkeel wrote";
const LESS: &str = "cut the log into parts and play one of them";

/// A log that was read.
#[derive(Clone, Debug)]
pub struct Recording {
    /// Its requests in the order of their times, the first one at 0.
    pub requests: Vec<Recorded>,
    /// The different ones among them.
    pub mix: Vec<RequestKind>,
    /// How many clients there were; each is a user.
    pub users: u32,
    /// Lines that hold no request that could be made again.
    pub skipped: u64,
}

#[derive(Default)]
struct Reader {
    /// Time, user and kind.
    entries: Vec<(i64, u32, u32)>,
    coarse: bool,
    users: HashMap<String, u32>,
    kinds: HashMap<(Method, String), u32>,
    mix: Vec<RequestKind>,
    skipped: u64,
}

impl Recording {
    /// Reads a log to its end. Times that are known to the second only are spread evenly within
    /// it. `speed` 2 plays it in half of its time.
    ///
    /// # Errors
    /// A log that cannot be read, that holds no request, or too many.
    pub fn read(log: impl BufRead, speed: f64) -> Result<Recording, Error> {
        if !(speed > 0.0 && speed.is_finite()) {
            return Err(Error::spec(format!("{speed} is no speed"), "write a number above 0"));
        }
        let mut reader = Reader::default();
        reader.read(log)?;
        reader.finish(speed)
    }
}

impl Reader {
    fn read(&mut self, mut log: impl BufRead) -> Result<(), Error> {
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = log.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
            let read = read
                .map_err(|error| Error::spec(format!("the log cannot be read: {error}"), HINT))?;
            if read == 0 {
                return Ok(());
            }
            let text = String::from_utf8_lossy(&line);
            if text.trim().is_empty() {
                continue;
            }
            match entry::parse(&text) {
                Some(entry) => self.add(entry)?,
                None => self.skipped += 1,
            }
        }
    }

    fn add(&mut self, entry: Entry) -> Result<(), Error> {
        let user = self.users.len() as u32;
        let user = *self.users.entry(entry.client).or_insert(user);
        let kind = match self.kinds.get(&(entry.method.clone(), entry.path.clone())) {
            Some(kind) => *kind,
            None => {
                let kind = self.mix.len() as u32;
                self.mix.push(RequestKind::new(entry.method.clone(), &entry.path, 1.0));
                self.kinds.insert((entry.method, entry.path), kind);
                kind
            }
        };
        self.coarse |= entry.is_coarse;
        self.entries.push((entry.time_ns, user, kind));
        let too_many = self.entries.len() > REQUESTS_MAX
            || self.mix.len() > KINDS_MAX
            || self.users.len() > CLIENTS_MAX;
        match too_many {
            true => Err(Error::spec("the log has more in it than can be held", LESS)),
            false => Ok(()),
        }
    }

    fn finish(mut self, speed: f64) -> Result<Recording, Error> {
        // Lines are written when requests end. Those of one moment stay as they were.
        self.entries.sort_by_key(|entry| entry.0);
        let Some(&(first, ..)) = self.entries.first() else {
            let what = format!("no request was found in the log, of {} lines", self.skipped);
            return Err(Error::spec(what, HINT));
        };
        if self.coarse {
            spread(&mut self.entries);
        }
        let at = |time_ns: i64| {
            let since_s = time_ns.abs_diff(first) as f64 / 1e9 / speed;
            Duration::try_from_secs_f64(since_s).unwrap_or(Duration::MAX)
        };
        let entries = self.entries.into_iter();
        let requests = entries.map(|(time, user, kind)| Recorded { at: at(time), user, kind });
        Ok(Recording {
            requests: requests.collect(),
            mix: self.mix,
            users: self.users.len() as u32,
            skipped: self.skipped,
        })
    }
}

/// Spreads what happened within a second over it: all at once is what nobody did.
fn spread(entries: &mut [(i64, u32, u32)]) {
    const SECOND: i64 = 1_000_000_000;
    for within in entries.chunk_by_mut(|a, b| a.0.div_euclid(SECOND) == b.0.div_euclid(SECOND)) {
        let gap = SECOND / within.len() as i64;
        for (number, entry) in within.iter_mut().enumerate() {
            entry.0 = entry.0.div_euclid(SECOND) * SECOND + gap * number as i64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(client: &str, second: u32, path: &str) -> String {
        format!(
            "{client} - - [10/Oct/2000:13:55:{second:02} +0000] \"GET {path} HTTP/1.1\" 200 1\n"
        )
    }

    /// Goal: order, spreading, users and kinds. Method: four requests, written as they ended.
    #[test]
    fn a_log_is_a_plan() {
        let log = line("a", 11, "/y")
            + &line("a", 10, "/x")
            + "nonsense\n\n"
            + &line("b", 10, "/x")
            + &line("a", 12, "/x");
        let recording = Recording::read(log.as_bytes(), 2.0).unwrap();
        let ms: Vec<u128> = recording.requests.iter().map(|one| one.at.as_millis()).collect();
        assert_eq!(ms, [0, 250, 500, 1000]);
        assert_eq!((recording.users, recording.mix.len(), recording.skipped), (2, 2, 1));
        let users: Vec<u32> = recording.requests.iter().map(|one| one.user).collect();
        assert_eq!(users, [0, 1, 0, 0]);
        assert_eq!(recording.mix[recording.requests[2].kind as usize].path, "/y");
    }

    #[test]
    fn what_is_no_log_is_refused() {
        let check = |text: &[u8], speed: f64, expected: &str| {
            let message = Recording::read(text, speed).unwrap_err().to_string();
            assert!(message.contains(expected) && message.contains("hint: "), "{message}");
        };
        check(b"", 1.0, "no request was found");
        check(&[0xff; 200_000], 1.0, "of 4 lines");
        check(b"", 0.0, "0 is no speed");
        check(b"", f64::NAN, "NaN is no speed");
    }
}
