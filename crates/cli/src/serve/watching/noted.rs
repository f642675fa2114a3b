//! What people and programs write down that this process cannot see: deploys, changes before it and
//! behind it.

use ledger::{Event, EventKind, EventOrder};

use super::{Watching, lock, precise_now};

/// What is written down later than this is no help to anybody, seconds.
const LATE_S: f64 = 86_400.0;
/// How far other machines' clocks are ahead, seconds.
const AHEAD_S: f64 = 5.0;
/// Longer ones do not fit a line.
const WORDS_MAX: usize = 1000;
/// What others may write down; of the rest this process knows better.
const KINDS: [EventKind; 3] = [EventKind::Outside, EventKind::Weights, EventKind::Persistence];

impl Watching {
    /// Puts what somebody says on the timeline; what was put there, in a line.
    pub(in crate::serve) fn note_outside(&self, order: &EventOrder) -> Result<String, String> {
        let EventOrder { by, what, kind, pool, endpoint, at } = order.clone();
        if [&by, &what].iter().any(|words| words.trim().is_empty() || words.len() > WORDS_MAX) {
            return Err("who writes it down and what happened take up to 1,000 bytes".to_owned());
        }
        if !KINDS.contains(&kind) {
            return Err(format!("what is of kind `{kind}` only the process itself writes down"));
        }
        self.check_place(&pool, &endpoint)?;
        let now = precise_now();
        let at = at.unwrap_or(now);
        if !(now - LATE_S..=now + AHEAD_S).contains(&at) {
            return Err("it is more than a day ago, or still to come".to_owned());
        }
        let said = format!("{by} writes down: {what}");
        let (number, at) = (0, at.min(now));
        self.put_down(Event { number, at, kind, pool, endpoint, who: by, what });
        Ok(said)
    }

    /// A diagnosis would never find what is said of a pool that is not there.
    fn check_place(&self, pool: &str, endpoint: &str) -> Result<(), String> {
        if pool.is_empty() && endpoint.is_empty() {
            return Ok(());
        }
        let in_force = lock(&self.inner.in_force);
        let Some(known) = in_force.settings.pools.get(pool) else {
            return Err(format!("there is no pool `{pool}`"));
        };
        let is_there = known.endpoints.iter().any(|known| known.name == endpoint);
        match is_there || endpoint.is_empty() {
            true => Ok(()),
            false => Err(format!("pool `{pool}` has no endpoint `{endpoint}`")),
        }
    }
}
