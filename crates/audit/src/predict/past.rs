//! The configuration from before: the same requests through its pools, by its own rules.

use foreign::pick::Request;

use super::assumed::{self, Assumed};
use super::batch::{Batch, Entry, NOWHERE};
use super::counts::Told;
use super::play::{Play, Prior, Span};
use super::pool::Pool;
use super::read::Rules;
use super::route::Known;
use super::views;
use crate::subject::Subject;

/// Its pools, and those that are not played.
#[derive(Default)]
pub(super) struct OldPools {
    pub(super) pools: Vec<Pool>,
    refused: Vec<String>,
}

/// Its pools at work.
pub(super) struct Past {
    /// By the pools' places; only those that pools of now are held against.
    plays: Vec<Option<Play>>,
    names: Vec<String>,
    assumed: Assumed,
    unrouted: Told,
    notes: Vec<String>,
}

/// Where a request went: a pool's place, and that of the server in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Was {
    pub(super) pool: u16,
    pub(super) server: Option<usize>,
}

impl OldPools {
    /// Those of a configuration; where one pool alone is asked for, that.
    pub(super) fn read(old: &Subject, asked: Option<&str>, now: &[Pool]) -> OldPools {
        let mut read = OldPools::default();
        for (name, pool) in views::pools(old) {
            match pool {
                Ok(pool) => read.pools.push(pool),
                Err(why) => read.refused.push(format!("`{name}` is not played: {}", why.0)),
            }
        }
        if asked.is_some() {
            let kept = now.first().and_then(|now| read.partner(&now.name, true));
            let kept = kept.map(|place| read.pools.swap_remove(usize::from(place)));
            read.pools = kept.into_iter().collect();
        }
        read
    }

    /// The pool of that name; where both have one alone, that.
    pub(super) fn partner(&self, name: &str, is_only: bool) -> Option<u16> {
        let place = self.pools.iter().position(|pool| pool.name == name);
        let place = place.or((is_only && self.pools.len() == 1).then_some(0))?;
        u16::try_from(place).ok()
    }
}

impl Past {
    /// Plays the pools of these places, and knows the way to all.
    pub(super) fn new(
        old: &Subject,
        pools: OldPools,
        compared: &[u16],
        is_forced: bool,
    ) -> (Past, Rules) {
        let OldPools { pools, refused } = pools;
        let known = pools.iter().map(|pool| Known::of(pool, &[])).collect();
        let rules = Rules::new(old, &pools, known, is_forced);
        let mut notes = refused;
        let names = pools.iter().map(|pool| pool.name.clone()).collect();
        for pool in &pools {
            notes.extend(pool.notes.iter().map(|note| format!("`{}`: {note}", pool.name)));
        }
        let plays = pools.into_iter().zip(0..);
        let plays =
            plays.map(|(pool, place)| compared.contains(&place).then(|| Play::before(pool)));
        let plays = plays.collect();
        let (assumed, unrouted) = (Assumed::default(), Told::default());
        (Past { plays, names, assumed, unrouted, notes }, rules)
    }

    /// Whether the order in which requests came counts.
    pub(super) fn is_loaded(&self) -> bool {
        self.plays.iter().flatten().any(|play| play.pool.is_loaded)
    }

    pub(super) fn play(&self, place: u16) -> Option<&Play> {
        self.plays.get(usize::from(place))?.as_ref()
    }

    /// Plays a request of a batch as it was; `entry` is the same one of now. `None` where it had
    /// no pool.
    pub(super) fn take(
        &mut self,
        batch: &Batch,
        entry: &Entry,
        rules: &Rules,
        service_s: f64,
    ) -> Option<Was> {
        let was = batch.before(entry)?;
        if let Some(why) = was.why {
            self.assumed.note(was.pool, why, &rules.router);
        }
        if was.pool == NOWHERE {
            self.unrouted.note(was.number);
        }
        batch.with(&was, &rules.wants, |request| self.step(&was, request, service_s))
    }

    /// Plays a request whose pool is known.
    pub(super) fn step(
        &mut self,
        was: &Entry,
        request: &Request<'_>,
        service_s: f64,
    ) -> Option<Was> {
        let pool = was.pool;
        let play = self.plays.get_mut(usize::from(pool))?;
        let span = Span::of(was, request, service_s);
        // Where no pool is held against it, which server it had does not matter.
        let step = play.as_mut().map(|play| play.step(was, request, span, Prior::Unknown));
        Some(Was { pool, server: step.and_then(|step| step.fresh) })
    }

    /// What is to be said of it that is not said of now.
    pub(super) fn said(&self, now: &[String]) -> Vec<String> {
        let assumed = self.assumed.all(&self.names).iter().map(assumed::told).collect::<Vec<_>>();
        let Told { count, first } = self.unrouted;
        let unrouted = (count > 0).then(|| {
            format!("{count} requests lead to no pool that is known, the first on line {first}")
        });
        let all = self.notes.iter().cloned().chain(assumed).chain(unrouted);
        let new = all.filter(|note| !now.contains(note));
        new.map(|note| format!("in the file from before: {note}")).collect()
    }
}
