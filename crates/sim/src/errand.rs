//! What a request is for, and with which program: the same in a play and in a drill.

use crate::traffic::Arrival;

/// Paths that users ask for, and programs that they ask with.
const PATHS: u64 = 60;
const AGENTS: u64 = 12;
/// Part of the users' requests that fetch what pages consist of.
const PARTS: f64 = 0.6;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errand {
    /// Which of the site's paths.
    pub path: u64,
    /// Which user agent.
    pub agent: u64,
    /// It is for a part of a page.
    pub asset: bool,
}

impl Errand {
    /// How many there are.
    pub const COUNT: usize = ((PATHS + 1) * (AGENTS + 1) * 2) as usize;

    /// That of a request; the same when it is asked again. Newcomers of a flood ask for one thing,
    /// with one program, and take nothing along.
    pub fn of(arrival: &Arrival) -> Errand {
        if !arrival.returns {
            return Errand { path: PATHS, agent: AGENTS, asset: false };
        }
        let bits = mixed(arrival.at_ns ^ u64::from(arrival.user) << 40);
        // The lower of two is asked for more often.
        let path = (bits % PATHS).min((bits >> 32) % PATHS);
        let asset = (mixed(bits) as f64) < PARTS * u64::MAX as f64;
        Errand { path, agent: mixed(u64::from(arrival.user)) % AGENTS, asset }
    }

    /// Every one, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Errand> {
        (0..Errand::COUNT as u64).map(|number| Errand {
            path: number / 2 / (AGENTS + 1),
            agent: number / 2 % (AGENTS + 1),
            asset: number % 2 == 1,
        })
    }

    /// Its place among [`Errand::all`].
    pub fn number(self) -> usize {
        ((self.path * (AGENTS + 1) + self.agent) * 2 + u64::from(self.asset)) as usize
    }
}

/// Spreads the bits of a word evenly.
pub(crate) fn mixed(word: u64) -> u64 {
    let word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places() {
        assert!(Errand::all().enumerate().all(|(place, errand)| errand.number() == place));
        assert_eq!(Errand::all().count(), Errand::COUNT);
    }

    /// Goal: users want many things, and a flood one. Method: a thousand of each.
    #[test]
    fn users_want_many_things() {
        let numbers = |returns| {
            let arrivals = (0..1000).map(|at| Arrival {
                at_ns: at * 1_000_003,
                user: at as u32 % 90,
                address: 1,
                demand_ns: 1,
                returns,
            });
            let all: std::collections::BTreeSet<usize> =
                arrivals.map(|arrival| Errand::of(&arrival).number()).collect();
            all.len()
        };
        assert_eq!(numbers(false), 1);
        assert!(numbers(true) > 300, "{}", numbers(true));
    }
}
