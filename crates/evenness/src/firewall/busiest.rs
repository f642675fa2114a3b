//! Who did most, in a fixed number of places: the counters of Misra and Gries.
//!
//! Misra, Gries, 1982; that they merge is from Agarwal et al., "Mergeable summaries", 2012.

/// The busiest of many keys. A key's count is never more than it truly did, and less by at most
/// what was counted ÷ (`PLACES` + 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Busiest<const PLACES: usize> {
    keys: [u128; PLACES],
    counts: [u64; PLACES],
    missed: u64,
}

impl<const PLACES: usize> Default for Busiest<PLACES> {
    fn default() -> Self {
        Busiest { keys: [0; PLACES], counts: [0; PLACES], missed: 0 }
    }
}

impl<const PLACES: usize> Busiest<PLACES> {
    /// Counts `amount` for a key.
    pub fn count(&mut self, key: u128, amount: u64) {
        if amount == 0 {
            return;
        }
        let mut free = None;
        for place in 0..PLACES {
            if self.counts[place] == 0 {
                free = free.or(Some(place));
            } else if self.keys[place] == key {
                self.counts[place] = self.counts[place].saturating_add(amount);
                return;
            }
        }
        match free {
            Some(place) => (self.keys[place], self.counts[place]) = (key, amount),
            None => self.displace(key, amount),
        }
    }

    /// Everybody pays for a key that has no place, until one of them has nothing left.
    fn displace(&mut self, key: u128, amount: u64) {
        let least = self.counts.iter().fold(amount, |least, count| least.min(*count));
        self.counts.iter_mut().for_each(|count| *count -= least);
        self.missed = self.missed.saturating_add(least);
        let free = self.counts.iter().position(|count| *count == 0);
        if let Some(place) = free.filter(|_| amount > least) {
            (self.keys[place], self.counts[place]) = (key, amount - least);
        }
    }

    /// Adds what another one has counted.
    pub fn add<const OTHERS: usize>(&mut self, other: &Busiest<OTHERS>) {
        self.missed = self.missed.saturating_add(other.missed);
        other.kept().for_each(|(key, count)| self.count(key, count));
    }

    /// The key that did most, and what it did at least.
    pub fn top(&self) -> Option<(u128, u64)> {
        self.kept().max_by_key(|(key, count)| (*count, std::cmp::Reverse(*key)))
    }

    /// Those that did most, the busiest first; at most `PLACES`.
    pub fn ranking(&self) -> Vec<(u128, u64)> {
        let mut ranking: Vec<(u128, u64)> = self.kept().collect();
        ranking.sort_unstable_by_key(|(key, count)| (std::cmp::Reverse(*count), *key));
        ranking
    }

    /// By how much any count may be too low.
    pub fn missed(&self) -> u64 {
        self.missed
    }

    fn kept(&self) -> impl Iterator<Item = (u128, u64)> + '_ {
        let places = self.keys.iter().copied().zip(self.counts.iter().copied());
        places.filter(|(_, count)| *count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_keys_are_counted_exactly() {
        let mut busiest = Busiest::<4>::default();
        for key in [1, 2, 3, 2, 2, 1] {
            busiest.count(key, 10);
        }
        busiest.count(9, 0);
        assert_eq!(busiest.ranking(), [(2, 30), (1, 20), (3, 10)]);
        assert_eq!((busiest.top(), busiest.missed()), (Some((2, 30)), 0));
        assert_eq!(Busiest::<4>::default().top(), None);
    }

    /// Goal: the bound holds, also of sums of parts. Method: one key does a third among many
    /// strangers, split over parts that are merged into more places.
    #[test]
    fn one_among_many_is_found() {
        let (mut whole, mut all, mut busy) = (Busiest::<64>::default(), 0, 0);
        for part in 0..60_u128 {
            let mut second = Busiest::<16>::default();
            for stranger in 0..200 {
                second.count(1000 + part * 200 + stranger, 2);
                second.count(7, 1);
                (all, busy) = (all + 3, busy + 1);
            }
            whole.add(&second);
        }
        let (key, count) = whole.top().expect("somebody");
        assert_eq!(key, 7);
        assert!(count <= busy && count + whole.missed() >= busy, "{count} {}", whole.missed());
        assert!(whole.missed() <= all / 17 + all / 65, "{} of {all}", whole.missed());
    }
}
