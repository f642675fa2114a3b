//! The heaviest keys of a stream, from 2 KiB: SpaceSaving.
//!
//! Metwally, Agrawal, El Abbadi 2005; merged after Agarwal et al. 2012, *Mergeable Summaries*.
//! Every key that has more than 1 ÷ 64 of the weight is found, and no count is wrong by more
//! than that part of the weight.

/// Counters.
const COUNTERS: usize = 64;
/// Cells of the index from keys to counters: a quarter of them is taken at most.
const CELLS: usize = 256;
const FREE: u8 = u8::MAX;

/// A key that may be heavy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hitter {
    /// The key.
    pub key: u64,
    /// Its weight at most.
    pub count: u64,
    /// How much of the count may belong to other keys: its weight is at least `count − error`.
    pub error: u64,
}

/// Finds the heaviest keys of a stream. It allocates nothing.
///
/// Keys may be plain numbers such as [`client_key`](crate::client_key). Whoever guesses the seed
/// can have every note look at all counters, and no more than that.
#[derive(Clone, Debug)]
pub struct Heavy {
    keys: [u64; COUNTERS],
    counts: [u64; COUNTERS],
    errors: [u64; COUNTERS],
    /// Counter of a key, open addressing with linear probing.
    index: [u8; CELLS],
    taken: usize,
    total: u64,
    /// The smallest count of a full summary, as of the last search for it.
    least: u64,
    /// Counters that still have it, one bit each. Counts only grow, so a search is due only
    /// when this is empty: as a rule once per many evictions.
    lightest: u64,
    multiplier: u64,
}

impl Heavy {
    /// An empty summary; the seed decides where keys are in its index.
    pub fn new(seed: u64) -> Self {
        Heavy {
            keys: [0; COUNTERS],
            counts: [0; COUNTERS],
            errors: [0; COUNTERS],
            index: [FREE; CELLS],
            taken: 0,
            total: 0,
            least: 0,
            lightest: 0,
            multiplier: crate::sketch::Mixer::new(seed).word(0) | 1,
        }
    }

    /// Adds weight to a key.
    #[inline]
    pub fn note(&mut self, key: u64, weight: u64) {
        self.total = self.total.saturating_add(weight);
        match self.find(key) {
            Ok(counter) => {
                self.counts[counter] = self.counts[counter].saturating_add(weight);
                self.lightest &= !(1 << counter);
            }
            Err(cell) if self.taken < COUNTERS => self.open(cell, key, weight, 0),
            Err(_) => self.replace(key, weight),
        }
    }

    /// All weight noted.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The heaviest keys, heaviest first.
    pub fn top(&self, most: usize) -> Vec<Hitter> {
        let mut hitters: Vec<Hitter> = (0..self.taken).map(|at| self.hitter(at)).collect();
        hitters.sort_unstable_by_key(|hitter| (u64::MAX - hitter.count, hitter.key));
        hitters.truncate(most);
        hitters
    }

    /// The part of the weight, 0 to 1, that the heaviest keys have at least.
    pub fn top_share(&self, most: usize) -> f64 {
        let sure: u64 = self.top(most).iter().map(|hitter| hitter.count - hitter.error).sum();
        sure as f64 / self.total.max(1) as f64
    }

    /// Adds what another summary saw. All bounds hold for the sum.
    pub fn merge(&mut self, other: &Heavy) {
        let (own_floor, other_floor) = (self.floor(), other.floor());
        let mut sums: Vec<Hitter> = (0..self.taken)
            .map(|at| self.hitter(at).plus(other.of(self.keys[at]), other_floor))
            .collect();
        sums.extend(
            (0..other.taken)
                .filter(|&at| self.find(other.keys[at]).is_err())
                .map(|at| other.hitter(at).plus(None, own_floor)),
        );
        sums.sort_unstable_by_key(|hitter| (u64::MAX - hitter.count, hitter.key));
        sums.truncate(COUNTERS);
        let total = self.total.saturating_add(other.total);
        self.clear();
        self.total = total;
        for Hitter { key, count, error } in sums {
            if let Err(cell) = self.find(key) {
                self.open(cell, key, count, error);
            }
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.index.fill(FREE);
        (self.taken, self.total, self.least, self.lightest) = (0, 0, 0, 0);
    }

    /// The most that a key without a counter can have.
    fn floor(&self) -> u64 {
        if self.taken < COUNTERS { 0 } else { self.counts.iter().copied().min().unwrap_or(0) }
    }

    fn hitter(&self, at: usize) -> Hitter {
        Hitter { key: self.keys[at], count: self.counts[at], error: self.errors[at] }
    }

    fn of(&self, key: u64) -> Option<Hitter> {
        self.find(key).ok().map(|at| self.hitter(at))
    }

    fn home(&self, key: u64) -> usize {
        // Twice, so that keys that differ in their upper bits only have different homes.
        let folded = (key ^ (key >> 32)).wrapping_mul(self.multiplier);
        (folded >> 56) as usize
    }

    /// The key's counter, or the cell where its number belongs.
    #[inline]
    fn find(&self, key: u64) -> Result<usize, usize> {
        let mut cell = self.home(key);
        loop {
            let counter = usize::from(self.index[cell]);
            if counter >= COUNTERS {
                return Err(cell);
            }
            if self.keys[counter] == key {
                return Ok(counter);
            }
            cell = (cell + 1) % CELLS;
        }
    }

    fn open(&mut self, cell: usize, key: u64, count: u64, error: u64) {
        self.index[cell] = self.taken as u8;
        self.keys[self.taken] = key;
        self.counts[self.taken] = count;
        self.errors[self.taken] = error;
        self.taken += 1;
    }

    /// Gives the lightest key's counter to a new key, which inherits its count.
    fn replace(&mut self, key: u64, weight: u64) {
        if self.lightest == 0 {
            self.search();
        }
        let counter = self.lightest.trailing_zeros() as usize % COUNTERS;
        self.lightest &= self.lightest - 1;
        self.vacate(self.keys[counter]);
        if let Err(cell) = self.find(key) {
            self.index[cell] = counter as u8;
        }
        self.keys[counter] = key;
        self.counts[counter] = self.least.saturating_add(weight);
        self.errors[counter] = self.least;
    }

    fn search(&mut self) {
        self.least = self.floor();
        let has = |count: u64| u64::from(count == self.least);
        let bits = self.counts.iter().enumerate();
        self.lightest = bits.fold(0, |bits, (at, &count)| bits | has(count) << at);
    }

    /// Frees a key's cell, and closes the gap so that no probe ends early.
    fn vacate(&mut self, key: u64) {
        let mut gap = self.home(key);
        while self.keys[usize::from(self.index[gap]) % COUNTERS] != key {
            gap = (gap + 1) % CELLS;
        }
        let mut cell = gap;
        loop {
            cell = (cell + 1) % CELLS;
            let counter = usize::from(self.index[cell]);
            if counter >= COUNTERS {
                break;
            }
            let walked = (cell + CELLS - self.home(self.keys[counter])) % CELLS;
            if walked >= (cell + CELLS - gap) % CELLS {
                self.index[gap] = self.index[cell];
                gap = cell;
            }
        }
        self.index[gap] = FREE;
    }
}

impl Hitter {
    fn plus(self, other: Option<Hitter>, floor: u64) -> Hitter {
        let (count, error) = other.map_or((floor, floor), |other| (other.count, other.error));
        let count = self.count.saturating_add(count);
        Hitter { count, error: self.error.saturating_add(error), ..self }
    }
}

#[cfg(test)]
mod tests;
