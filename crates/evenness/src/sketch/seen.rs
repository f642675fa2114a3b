//! Which clients were here in the last seven days: Bloom filters, one per day.
//!
//! Bloom 1970; positions by double hashing after Kirsch and Mitzenmacher 2006. The filters of
//! eight days share their positions, one byte each with a bit per day, so that one look answers
//! for all days, and a new day is a shift.
//!
//! **The rule.** A client is *new* from its first request to the end of the clock hour after: an
//! hour at least, two at most, as what it does first is what tells a crowd from a flood. From then
//! on it is *known*, as long as it was here today or on one of the seven days (UTC) before.

use core::fmt;

const DAYS: usize = 8;
const HOUR_S: u64 = 3600;
/// A note that is late by less than this counts as of the latest hour.
const LATE_HOURS: u64 = 2;
const MAGIC: [u8; 6] = *b"EKSEEN";
const VERSION: u16 = 1;
/// Magic, version, positions, probes, hour.
const HEADER: usize = 6 + 2 + 8 + 8 + 8;
const POSITIONS_MIN: u64 = 64;
const PROBES_MAX: u64 = 32;

/// Remembers clients for seven days, in fixed memory.
///
/// A day takes in as many clients as it was made for. What comes after is forgotten, so that a
/// flood of made-up addresses cannot make everybody look known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    probes: u64,
    /// The latest hour, since the Unix epoch.
    hour: u64,
    /// Bit `a` of a position: set on the day `a` days ago.
    days: Vec<u8>,
    /// Positions set today.
    today_set: u64,
    /// Clients that were first here in this hour, and in the one before.
    newcomers: [Filter; 2],
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Filter {
    words: Vec<u64>,
    set: u64,
}

/// Why bytes are no memory of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// They are something else.
    Foreign,
    /// They are of another version of this form.
    Version(u16),
    /// They are cut short, too long, or damaged.
    Damaged,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Foreign => f.write_str("this is no memory of clients"),
            Unreadable::Version(version) => {
                write!(f, "the memory of clients has version {version}, not {VERSION}")
            }
            Unreadable::Damaged => f.write_str("the memory of clients is damaged"),
        }
    }
}

impl core::error::Error for Unreadable {}

impl Seen {
    /// A memory for so many clients a day. `error` is the part of the new clients that it takes
    /// for known when all days are full, 0 to 1: 0.01 for one in a hundred.
    ///
    /// A million clients at 0.01 take 17 MB, ten thousand 170 KB.
    pub fn new(clients_per_day: u64, error: f64) -> Self {
        let per_day = (error / DAYS as f64).clamp(1e-9, 0.5);
        let probes = (-per_day.log2()).round().clamp(1.0, PROBES_MAX as f64);
        let bits = clients_per_day as f64 * probes / core::f64::consts::LN_2;
        Seen::empty((bits.ceil() as u64).max(POSITIONS_MIN), probes as u64, 0)
    }

    fn empty(positions: u64, probes: u64, hour: u64) -> Self {
        let filter = Filter { words: vec![0; positions.div_ceil(64) as usize], set: 0 };
        Seen {
            probes,
            hour,
            days: vec![0; positions as usize],
            today_set: 0,
            newcomers: [filter.clone(), filter],
        }
    }

    /// Notes a client at a time, seconds since the Unix epoch, and says whether it is new.
    ///
    /// Where the clock runs back, what was known stays known.
    pub fn note(&mut self, hash: u64, now_s: u64) -> bool {
        self.advance(now_s / HOUR_S);
        let days = self.days_of(hash);
        let is_new = days == 0 || self.newcomers.iter().any(|filter| self.holds(filter, hash));
        // Whoever cannot be told from the known later on is not remembered at all.
        let has_room = days != 0 || !is_full(self.newcomers[0].set, self.days.len());
        if days & 1 == 0 && has_room && !self.is_full() {
            for position in positions(hash, self.probes, self.days.len()) {
                self.today_set += u64::from(self.days[position] & 1 == 0);
                self.days[position] |= 1;
                if days == 0 {
                    self.newcomers[0].put(position);
                }
            }
        }
        is_new
    }

    /// Whether a client is known at a time, seconds since the Unix epoch, without noting it.
    pub fn was_seen_before(&self, hash: u64, now_s: u64) -> bool {
        let now = (now_s / HOUR_S).max(self.hour);
        let days = shifted(self.days_of(hash), now / 24 - self.hour / 24);
        let fresh = 2usize.saturating_sub((now - self.hour) as usize);
        days != 0 && !self.newcomers[..fresh].iter().any(|filter| self.holds(filter, hash))
    }

    /// Whether today took in as many clients as it was made for: later ones are not remembered.
    pub fn is_full(&self) -> bool {
        is_full(self.today_set, self.days.len())
    }

    /// Adds what another balancer's memory holds. Memories of another size change nothing and
    /// give `false`.
    ///
    /// A client that is new there and known here counts as new for its two hours.
    pub fn merge(&mut self, other: &Seen) -> bool {
        if (self.days.len(), self.probes) != (other.days.len(), other.probes) {
            return false;
        }
        let hour = self.hour.max(other.hour);
        self.advance(hour);
        let mut other = other.clone();
        other.advance(hour);
        self.days.iter_mut().zip(&other.days).for_each(|(own, more)| *own |= more);
        for (own, more) in self.newcomers.iter_mut().zip(&other.newcomers) {
            own.words.iter_mut().zip(&more.words).for_each(|(own, more)| *own |= more);
        }
        self.count();
        true
    }

    /// The form for the store. The hashes' seed is not in it, and without it this is of no use.
    pub fn to_bytes(&self) -> Vec<u8> {
        let words: usize = self.newcomers.iter().map(|filter| filter.words.len()).sum();
        let mut bytes = Vec::with_capacity(HEADER + self.days.len() + words * 8);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        for number in [self.days.len() as u64, self.probes, self.hour] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(&self.days);
        for filter in &self.newcomers {
            filter.words.iter().for_each(|word| bytes.extend(word.to_le_bytes()));
        }
        bytes
    }

    /// Reads what [`Seen::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// When the bytes are something else, of another version, or of the wrong length. Bytes that
    /// were changed otherwise make some clients known that are not.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unreadable> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(Unreadable::Foreign)?;
        let (version, rest) = rest.split_first_chunk().ok_or(Unreadable::Damaged)?;
        match u16::from_le_bytes(*version) {
            VERSION => Seen::from_body(rest).ok_or(Unreadable::Damaged),
            other => Err(Unreadable::Version(other)),
        }
    }

    fn from_body(bytes: &[u8]) -> Option<Self> {
        let (positions, rest) = number(bytes)?;
        let (probes, rest) = number(rest)?;
        let (hour, rest) = number(rest)?;
        let filter_bytes = positions.div_ceil(64).checked_mul(8)?;
        let length = filter_bytes.checked_mul(2)?.checked_add(positions)?;
        let is_sane = positions >= POSITIONS_MIN && (1..=PROBES_MAX).contains(&probes);
        if !is_sane || length != rest.len() as u64 {
            return None;
        }
        let mut seen = Seen::empty(positions, probes, hour);
        let (days, rest) = rest.split_at_checked(positions as usize)?;
        seen.days.copy_from_slice(days);
        let parts = rest.chunks_exact(filter_bytes as usize);
        for (filter, part) in seen.newcomers.iter_mut().zip(parts) {
            let words = part.as_chunks().0.iter().map(|&word| u64::from_le_bytes(word));
            filter.words.iter_mut().zip(words).for_each(|(own, word)| *own = word);
        }
        seen.count();
        Some(seen)
    }

    fn advance(&mut self, hour: u64) {
        // Notes of several threads come in nearly the right order; a clock that was put right
        // goes back further.
        if (hour..=hour.saturating_add(LATE_HOURS)).contains(&self.hour) {
            return;
        }
        let days = (hour / 24).saturating_sub(self.hour / 24);
        if days > 0 {
            self.days.iter_mut().for_each(|position| *position = shifted(*position, days));
            self.today_set = 0;
        }
        for _ in 0..hour.saturating_sub(self.hour).min(2) {
            self.newcomers.swap(0, 1);
            self.newcomers[0].clear();
        }
        self.hour = hour;
    }

    fn days_of(&self, hash: u64) -> u8 {
        let mut days = u8::MAX;
        for position in positions(hash, self.probes, self.days.len()) {
            days &= self.days[position];
            if days == 0 {
                break;
            }
        }
        days
    }

    fn holds(&self, filter: &Filter, hash: u64) -> bool {
        positions(hash, self.probes, self.days.len()).all(|position| filter.has(position))
    }

    fn count(&mut self) {
        self.today_set = self.days.iter().map(|days| u64::from(days & 1)).sum();
        for filter in &mut self.newcomers {
            filter.set = filter.words.iter().map(|word| u64::from(word.count_ones())).sum();
        }
    }
}

impl Filter {
    fn put(&mut self, position: usize) {
        self.set += u64::from(!self.has(position));
        self.words[position / 64] |= 1 << (position % 64);
    }

    fn has(&self, position: usize) -> bool {
        self.words[position / 64] >> (position % 64) & 1 == 1
    }

    fn clear(&mut self) {
        self.words.fill(0);
        self.set = 0;
    }
}

/// A filter with as many clients as it was made for has half of its positions set.
fn is_full(set: u64, positions: usize) -> bool {
    set * 2 > positions as u64
}

fn shifted(days: u8, by: u64) -> u8 {
    u32::try_from(by).ok().and_then(|by| days.checked_shl(by)).unwrap_or(0)
}

fn positions(hash: u64, probes: u64, among: usize) -> impl Iterator<Item = usize> {
    let step = hash.rotate_left(32) | 1;
    (0..probes).map(move |probe| {
        let mixed = hash.wrapping_add(step.wrapping_mul(probe));
        ((u128::from(mixed) * among as u128) >> 64) as usize
    })
}

fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u64::from_le_bytes(*number), rest))
}

#[cfg(test)]
mod tests;
