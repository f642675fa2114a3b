//! Maglev hashing (Eisenbud et al., NSDI 2016): a table of 65,537 places, each endpoint filling
//! its own permutation's places in turns proportional to its weight.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::{Choice, View};
use crate::hash::{hash_bytes, mix};

const PLACES: usize = 65_537;
const EMPTY: u16 = u16::MAX;

/// The table of one pool's endpoints. Closed endpoints keep their places; their keys walk on.
#[derive(Debug)]
pub(crate) struct Maglev(Box<[u16]>);

impl Maglev {
    pub(crate) fn new(endpoints: &[(u64, f64)]) -> Self {
        let mut table = vec![EMPTY; PLACES];
        let most = endpoints.iter().map(|(_, w)| *w).fold(0.0, f64::max);
        if most <= 0.0 || !most.is_finite() {
            return Maglev(Box::default());
        }
        let mut turns: Vec<Turn> = endpoints.iter().map(|&(id, _)| Turn::new(id)).collect();
        let mut filled = 0;
        while filled < PLACES {
            for (index, &(_, weight)) in endpoints.iter().enumerate() {
                turns[index].credit += weight / most;
                while turns[index].credit >= 1.0 && filled < PLACES {
                    turns[index].credit -= 1.0;
                    let place = turns[index].next_free(&table);
                    table[place] = index as u16;
                    filled += 1;
                }
            }
        }
        Maglev(table.into())
    }

    pub(crate) fn choose(&self, view: &View<'_>, key: &[u8]) -> Option<Choice> {
        let hash = hash_bytes(key, 0);
        let walk = (0..PLACES.min(64 * view.len())).map(|step| {
            let place = if step == 0 { hash } else { mix(hash ^ step as u64) };
            usize::from(self.0[(place % PLACES as u64) as usize])
        });
        let mut last = usize::MAX;
        let distinct = walk.filter(move |&i| core::mem::replace(&mut last, i) != i);
        if self.0.is_empty() { None } else { view.first_within(distinct) }
    }
}

/// One endpoint's permutation of the table and how far it has come.
struct Turn {
    place: usize,
    skip: usize,
    credit: f64,
}

impl Turn {
    fn new(id: u64) -> Self {
        let place = (mix(id) % PLACES as u64) as usize;
        let skip = (mix(id ^ 0x5851_f42d_4c95_7f2d) % (PLACES as u64 - 1)) as usize + 1;
        Turn { place, skip, credit: 0.0 }
    }

    fn next_free(&mut self, table: &[u16]) -> usize {
        while table[self.place] != EMPTY {
            self.place = (self.place + self.skip) % PLACES;
        }
        self.place
    }
}
