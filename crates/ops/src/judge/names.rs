//! Names of what is asked for most: hashes come with each request, texts with a few.

use std::collections::HashMap;
use std::sync::Arc;

use evenness::{Heavy, RANKED, Ranking, Turnout};
use ledger::{Heard, Name};

/// Texts that are remembered. Of many more paths than these, none is heavy for long.
const TEXTS_MAX: usize = 2048;
const SEED: u64 = 0x6e_61_6d_65;

/// What hashes stand for.
#[derive(Debug, Default)]
pub(super) struct Names {
    texts: HashMap<u64, Arc<str>>,
}

impl Names {
    /// Takes in what a second brought.
    pub(super) fn learn(&mut self, names: &[Name]) {
        // What is heavy is named again within seconds.
        if self.texts.len() + names.len() > TEXTS_MAX {
            self.texts.clear();
        }
        for name in names.iter().take(TEXTS_MAX) {
            self.texts.entry(name.key).or_insert_with(|| Arc::from(&*name.text));
        }
    }

    /// Clients, paths and agents with most requests, each of which stands for `scale` times its
    /// weight.
    pub(super) fn busiest(&self, heard: &[Heard], scale: f64) -> Turnout {
        let top = |of: fn(&Heard) -> u64| {
            let mut heavy = Heavy::new(SEED);
            heard.iter().for_each(|one| heavy.note(of(one), u64::from(one.weight)));
            // What others may have had of a count is not this one's.
            let sure = |count: u64| (count as f64 * scale).round() as u64;
            let top = heavy.top(RANKED).into_iter();
            top.map(move |hitter| (hitter.key, sure(hitter.count - hitter.error)))
        };
        let named = |(key, requests)| Some((Arc::clone(self.texts.get(&key)?), requests));
        Turnout {
            clients: Ranking::of(top(|one| one.client)),
            paths: Ranking::of(top(|one| one.path).filter_map(named)),
            agents: Ranking::of(top(|one| one.agent).filter_map(named)),
            ..Turnout::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(path: u64) -> Heard {
        Heard {
            client: 7,
            path,
            agent: 0,
            connection: 1,
            followed: false,
            asset: false,
            at_ms: 0,
            weight: 16,
        }
    }

    /// Goal: what is heavy has its name and its count, in bounded memory. Method: a flood of paths
    /// that never come again, each with a name, and one that does.
    #[test]
    fn the_heavy_are_named() {
        let mut names = Names::default();
        for second in 0..200u64 {
            let name = |key| Name { key, text: format!("/{key}").into() };
            let once: Vec<u64> = (0..100).map(|at| 10 + second * 100 + at).collect();
            names.learn(&once.iter().copied().chain([1]).map(name).collect::<Vec<_>>());
            let all: Vec<Heard> = once.iter().copied().chain([1; 50]).map(heard).collect();
            let busiest = names.busiest(&all, 2.0);
            let first = busiest.paths.first().map(|(name, requests)| (&**name, *requests));
            assert_eq!(first, Some(("/1", 50 * 16 * 2)));
            assert_eq!(busiest.clients.first(), Some(&(7, 150 * 16 * 2)));
            assert!(busiest.agents.first().is_none() && names.texts.len() <= TEXTS_MAX);
        }
    }
}
