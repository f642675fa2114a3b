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

use super::sparse;

const DAYS: usize = 8;
const HOUR_S: u64 = 3600;
/// A note that is late by less than this counts as of the latest hour.
const LATE_HOURS: u64 = 2;
const MAGIC: [u8; 6] = *b"EKSEEN";
const VERSION: u16 = 2;
const POSITIONS_MIN: u64 = 64;
const POSITIONS_MAX: u64 = 1 << 28;
const PROBES_MAX: u64 = 32;
/// Once a day is full, one client in so many stands for the others.
const ONE_IN_BITS: u32 = 4;
/// Part of the positions that may be set, of all clients and of those few.
const FULL: f64 = 0.5;
const OVERFULL: f64 = 0.6;

/// Remembers clients for seven days, in fixed memory.
///
/// A day takes in as many clients as it was made for. From then on, and for the seven days after,
/// it is told of one client in sixteen only whether it is new, chosen by its hash; of these, days
/// take in a third more, which stand for five times as many as the day was made for. Of whoever
/// comes then nothing can be told. So neither can a flood of made-up addresses make everybody look
/// known, nor a crowd make those who were forgotten look new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    probes: u64,
    /// The latest hour, since the Unix epoch.
    hour: u64,
    /// Bit `a` of a position: set on the day `a` days ago.
    days: Vec<u8>,
    /// Bit `a`: more came on the day `a` days ago than it was made for.
    overflowed: u8,
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

/// What is known of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acquaintance {
    /// It was here before.
    Known,
    /// It was not.
    New,
    /// There are too many clients to tell.
    Untold,
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
    /// A million clients at 0.02 take 16 MB, ten thousand 160 KB.
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
            overflowed: 0,
            today_set: 0,
            newcomers: [filter.clone(), filter],
        }
    }

    /// Notes a client at a time, seconds since the Unix epoch, and says whether it is new.
    ///
    /// Where the clock runs back, what was known stays known.
    pub fn note(&mut self, hash: u64, now_s: u64) -> Acquaintance {
        self.advance(now_s / HOUR_S);
        let days = self.days_of(hash);
        let is_fresh = || self.newcomers.iter().any(|filter| self.holds(filter, hash));
        let is_new = days == 0 || is_fresh();
        if days & 1 == 0 {
            self.remember(hash, days == 0);
        }
        match is_new {
            _ if !self.tells_of(hash) => Acquaintance::Untold,
            true => Acquaintance::New,
            false => Acquaintance::Known,
        }
    }

    /// Takes a client in for today, where there is room.
    fn remember(&mut self, hash: u64, is_new: bool) {
        if !self.has_room(self.today_set, FULL) {
            self.overflowed |= 1;
        }
        let most = if stands_for_others(hash) { OVERFULL } else { FULL };
        // Whoever cannot be told from the known later on is not remembered at all.
        let fits = !is_new || self.has_room(self.newcomers[0].set, most);
        if fits && self.has_room(self.today_set, most) {
            for position in positions(hash, self.probes, self.days.len()) {
                self.today_set += u64::from(self.days[position] & 1 == 0);
                self.days[position] |= 1;
                if is_new {
                    self.newcomers[0].put(position);
                }
            }
        }
    }

    /// Whether all that is like this client was remembered as long as it should be.
    fn tells_of(&self, hash: u64) -> bool {
        self.overflowed == 0 || stands_for_others(hash) && self.has_room(self.today_set, OVERFULL)
    }

    /// Whether a client is known at a time, seconds since the Unix epoch, without noting it.
    pub fn was_seen_before(&self, hash: u64, now_s: u64) -> bool {
        let now = (now_s / HOUR_S).max(self.hour);
        let days = shifted(self.days_of(hash), now / 24 - self.hour / 24);
        let fresh = 2usize.saturating_sub((now - self.hour) as usize);
        days != 0 && !self.newcomers[..fresh].iter().any(|filter| self.holds(filter, hash))
    }

    /// Whether today took in as many clients as it was made for: of later ones, few are remembered.
    pub fn is_full(&self) -> bool {
        !self.has_room(self.today_set, FULL)
    }

    /// Whether another memory has its size, so that the two can be merged.
    pub fn is_like(&self, other: &Seen) -> bool {
        (self.days.len(), self.probes) == (other.days.len(), other.probes)
    }

    /// Adds what another balancer's memory holds. Memories of another size change nothing and
    /// give `false`.
    ///
    /// A client that is new there and known here counts as new for its two hours.
    pub fn merge(&mut self, other: &Seen) -> bool {
        if !self.is_like(other) {
            return false;
        }
        let hour = self.hour.max(other.hour);
        self.advance(hour);
        let mut other = other.clone();
        other.advance(hour);
        self.overflowed |= other.overflowed;
        self.days.iter_mut().zip(&other.days).for_each(|(own, more)| *own |= more);
        for (own, more) in self.newcomers.iter_mut().zip(&other.newcomers) {
            own.words.iter_mut().zip(&more.words).for_each(|(own, more)| *own |= more);
        }
        self.count();
        true
    }

    /// The form for the store: as large as what is remembered, and 16 bytes for each client of a
    /// full day at most. The hashes' seed is not in it, and without it this is of no use.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        for number in [self.days.len() as u64, self.probes, self.hour, u64::from(self.overflowed)] {
            bytes.extend(number.to_le_bytes());
        }
        sparse::put(&mut bytes, self.days.iter().copied());
        for filter in &self.newcomers {
            sparse::put(&mut bytes, filter.words.iter().flat_map(|word| word.to_le_bytes()));
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
        let (overflowed, mut rest) = number(rest)?;
        let is_sane = (POSITIONS_MIN..=POSITIONS_MAX).contains(&positions)
            && (1..=PROBES_MAX).contains(&probes);
        if !is_sane {
            return None;
        }
        let mut seen = Seen::empty(positions, probes, hour);
        seen.overflowed = u8::try_from(overflowed).ok()?;
        let days = &mut seen.days;
        rest = sparse::read(rest, days.len(), |at, byte| days[at] = byte)?;
        for filter in &mut seen.newcomers {
            let words = &mut filter.words;
            rest = sparse::read(rest, words.len() * 8, |at, byte| {
                words[at / 8] |= u64::from(byte) << (at % 8 * 8);
            })?;
        }
        seen.count();
        rest.is_empty().then_some(seen)
    }

    fn advance(&mut self, hour: u64) {
        // Notes of several threads come in nearly the right order; a clock that was put right
        // goes back further.
        if (hour..=hour.saturating_add(LATE_HOURS)).contains(&self.hour) {
            return;
        }
        let days = (hour / 24).saturating_sub(self.hour / 24);
        if days > 0 {
            // What was never written to takes no memory: it is left alone.
            let used = self.days.iter_mut().filter(|position| **position != 0);
            used.for_each(|position| *position = shifted(*position, days));
            self.overflowed = shifted(self.overflowed, days);
            self.today_set = 0;
        }
        for _ in 0..hour.saturating_sub(self.hour).min(2) {
            self.newcomers.swap(0, 1);
            self.newcomers[0].clear();
        }
        self.hour = hour;
    }

    /// A filter with as many clients as it was made for has half of its positions set.
    fn has_room(&self, set: u64, part: f64) -> bool {
        set as f64 <= part * self.days.len() as f64
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
        if self.set > 0 {
            self.words.fill(0);
        }
        self.set = 0;
    }
}

/// By bits that positions have little to do with.
fn stands_for_others(hash: u64) -> bool {
    hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - ONE_IN_BITS) == 0
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
