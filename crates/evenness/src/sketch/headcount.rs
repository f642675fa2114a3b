//! How many different clients stretches of time had together, in 1 KiB that can be kept.
//!
//! A [`Distinct`] folded to 1,024 registers, which is what the folded one would have seen itself
//! (Ertl 2017, section 4.2). Merged ones are as exact as one that saw everything: standard error
//! 3.3 %, at every length.

use super::distinct::{self, Distinct};

const INDEX_BITS: u32 = 10;
const REGISTERS: usize = 1 << INDEX_BITS;
const RANK_BITS: usize = 64 - INDEX_BITS as usize;
/// Registers of a [`Distinct`] that are folded to one, and the bits that tell them apart.
const FOLDED: usize = distinct::REGISTERS / REGISTERS;
const FOLDED_BITS: u32 = FOLDED.trailing_zeros();

/// Registers in use up to which they are kept one by one, in two bytes each.
const FEW: usize = 255;
const FEW_TAG: u8 = u8::MAX;
/// A rank of which four bits are kept ends here; what is above is kept beside.
const NIBBLE_MAX: u8 = 15;

/// Counts different hashes over any time; it takes no memory before the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headcount(Option<Box<[u8; REGISTERS]>>);

impl Headcount {
    /// What such a sketch would have seen.
    pub fn of(distinct: &Distinct) -> Headcount {
        let mut folded = Headcount::default();
        for (index, group) in distinct.registers().as_chunks::<FOLDED>().0.iter().enumerate() {
            let rank = |(at, &rank): (usize, &u8)| match (rank, at) {
                (0, _) => 0,
                (rank, 0) => rank + FOLDED_BITS as u8,
                // The bits of the index that are gone begin the hash's rest.
                (_, at) => (at as u32).leading_zeros() as u8 - (u32::BITS - FOLDED_BITS) as u8 + 1,
            };
            let most = group.iter().enumerate().map(rank).max().unwrap_or(0);
            folded.raise(index, most);
        }
        folded
    }

    /// Notes one occurrence. The hash must be uniform: see [`Mixer`](crate::Mixer).
    pub fn note(&mut self, hash: u64) {
        let rank = ((hash << INDEX_BITS) | (1 << (INDEX_BITS - 1))).leading_zeros() as u8 + 1;
        self.raise((hash >> RANK_BITS) as usize, rank);
    }

    /// Adds what another one saw, as if this one had seen it.
    pub fn merge(&mut self, other: &Headcount) {
        match (&mut self.0, &other.0) {
            (_, None) => {}
            (None, Some(_)) => self.0.clone_from(&other.0),
            (Some(own), Some(more)) => {
                own.iter_mut().zip(more.iter()).for_each(|(own, &more)| *own = (*own).max(more));
            }
        }
    }

    /// Different hashes noted so far.
    pub fn estimate(&self) -> f64 {
        self.0.as_deref().map_or(0.0, |ranks| distinct::estimate(ranks, RANK_BITS))
    }

    /// The form for the store: two bytes a client while they are few, half a kilobyte at most as a
    /// rule.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Some(ranks) = &self.0 else { return Vec::new() };
        let in_use = || ranks.iter().enumerate().filter(|(_, rank)| **rank > 0);
        if in_use().count() <= FEW {
            let mut bytes = vec![FEW_TAG];
            in_use().for_each(|(index, &rank)| bytes.extend(pair(index, rank)));
            return bytes;
        }
        let floor = ranks.iter().copied().min().unwrap_or(0);
        let above = |rank: u8| (rank - floor).min(NIBBLE_MAX);
        let mut bytes = vec![floor];
        let nibbles = ranks.as_chunks::<2>().0.iter();
        bytes.extend(nibbles.map(|&[low, high]| above(low) | above(high) << 4));
        let high = ranks.iter().enumerate().filter(|(_, rank)| above(**rank) == NIBBLE_MAX);
        high.for_each(|(index, &rank)| bytes.extend(pair(index, rank)));
        bytes
    }

    /// Reads what [`Headcount::to_bytes`] wrote; `None` of anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Headcount> {
        let Some((&first, rest)) = bytes.split_first() else { return Some(Headcount::default()) };
        let mut read = Headcount::default();
        let pairs = if first == FEW_TAG {
            rest
        } else {
            let (nibbles, pairs) = rest.split_at_checked(REGISTERS / 2)?;
            for (at, byte) in nibbles.iter().enumerate() {
                read.raise(2 * at, first.saturating_add(byte & 0xf));
                read.raise(2 * at + 1, first.saturating_add(byte >> 4));
            }
            pairs
        };
        let (pairs, odd) = pairs.as_chunks::<2>();
        for pair in pairs {
            let pair = u16::from_le_bytes(*pair);
            read.raise(usize::from(pair >> 6), (pair & 0x3f) as u8);
        }
        let is_sound = |ranks: &[u8; REGISTERS]| ranks.iter().all(|&r| r <= RANK_BITS as u8 + 1);
        (odd.is_empty() && read.0.as_deref().is_none_or(is_sound)).then_some(read)
    }

    fn raise(&mut self, index: usize, rank: u8) {
        if rank > 0 {
            let ranks = self.0.get_or_insert_with(|| Box::new([0; REGISTERS]));
            ranks[index] = ranks[index].max(rank);
        }
    }
}

/// Ten bits of a register's number, six of its rank.
fn pair(index: usize, rank: u8) -> [u8; 2] {
    ((index as u16) << 6 | u16::from(rank)).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::Mixer;

    fn of(keys: core::ops::Range<u64>, seed: u64) -> Headcount {
        let (mixer, mut count) = (Mixer::new(seed), Headcount::default());
        keys.for_each(|key| count.note(mixer.word(key)));
        count
    }

    /// Goal: no size is estimated badly. Method: root mean square of the relative error over
    /// seeds; √1024 registers promise 3.3 %.
    #[test]
    fn errors_are_small_at_every_size() {
        assert_eq!(Headcount::default().estimate(), 0.0);
        for (size, seeds) in [(10, 60), (100, 60), (1_000, 60), (10_000, 30), (100_000, 10)] {
            let error = |seed| of(0..size, seed).estimate() / size as f64 - 1.0;
            let square: f64 = (0..seeds).map(|seed| f64::powi(error(seed), 2)).sum();
            let deviation = (square / seeds as f64).sqrt();
            assert!(deviation < 0.045, "{size}: {deviation}");
        }
    }

    /// Goal: nothing is lost by folding late. Method: the same hashes, folded before and after.
    #[test]
    fn folding_is_seeing_them() {
        for size in [0, 1, 7, 500, 3_000, 100_000] {
            let (mixer, mut distinct) = (Mixer::new(3), Distinct::default());
            (0..size).for_each(|key| distinct.note(mixer.word(key)));
            assert_eq!(Headcount::of(&distinct), of(0..size, 3), "{size}");
        }
        let (mut distinct, mut count) = (Distinct::default(), Headcount::default());
        for hash in [0, u64::MAX, 1, 1 << 52, 1 << 53, 1 << 63] {
            distinct.note(hash);
            count.note(hash);
            assert_eq!(Headcount::of(&distinct), count, "{hash:x}");
        }
    }

    #[test]
    fn merging_is_seeing_both() {
        let mut merged = of(0..3_000, 1);
        merged.merge(&of(2_000..5_000, 1));
        merged.merge(&Headcount::default());
        assert_eq!(merged, of(0..5_000, 1));
        let mut none = Headcount::default();
        none.merge(&merged);
        assert_eq!(none, merged);
    }

    #[test]
    fn bytes_bring_it_back_and_are_few() {
        for (size, most) in [(0, 0), (20, 41), (200, 401), (400, 600), (50_000, 600)] {
            let count = of(0..size, 9);
            let bytes = count.to_bytes();
            assert!(bytes.len() <= most, "{size}: {} bytes", bytes.len());
            assert_eq!(Headcount::from_bytes(&bytes), Some(count), "{size}");
        }
    }

    /// Goal: garbage never panics. Method: every cut, and every first byte.
    #[test]
    fn garbage_is_refused() {
        let bytes = of(0..5_000, 2).to_bytes();
        for end in 1..REGISTERS / 2 {
            assert_eq!(Headcount::from_bytes(&bytes[..end]), None, "{end}");
        }
        for first in 0..=u8::MAX {
            let mut changed = bytes.clone();
            changed[0] = first;
            if let Some(count) = Headcount::from_bytes(&changed) {
                assert!(count.estimate() >= 0.0);
            }
        }
    }
}
