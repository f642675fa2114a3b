//! What the state directory told when the process began, and what it could not tell.

use std::hash::{BuildHasher, RandomState};

use config::{Loaded, Settings};
use evenness::Seen;
use ledger::Store;
use ops::{FIRST_START, Intent, NOT_KNOWN, Observer};

use super::past::{IN_FORCE, bare};
use super::{CLIENTS, INTENT, SEED, precise_now};

/// Clients that a day takes in, and the part of new ones that may pass for known: 16 MB. Of five
/// times as many it can still be said how many are new, see [`Seen`].
const CLIENTS_PER_DAY: u64 = 1_000_000;
const CLIENTS_ERROR: f64 = 0.02;

/// What the state directory told.
pub(super) struct Known {
    pub(super) observer: Observer,
    pub(super) seed: u64,
    /// What was in force when the last process ended.
    pub(super) before: Option<Settings>,
    /// Whether there is no approval to be kept, be it one that another version can read.
    pub(super) is_first: bool,
    /// What should have been there and could not be read, in words.
    pub(super) gaps: Vec<String>,
}

impl Known {
    pub(super) fn read(store: Option<&Store>, loaded: &Loaded) -> Known {
        let mut gaps = Vec::new();
        let mut is_there = false;
        let mut note = |key: &str| match store.map(|store| store.note(key)) {
            Some(Ok(note)) => note,
            Some(Err(error)) => {
                gaps.push(format!("the history cannot be read ({error})"));
                is_there = true;
                None
            }
            None => None,
        };
        let [seed, seen, intent, before] = [SEED, CLIENTS, INTENT, IN_FORCE].map(&mut note);
        let seed = seed.and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
        let seen = seen.and_then(|bytes| Seen::from_bytes(&bytes).ok());
        // Without its seed, the memory of clients is of no use.
        let empty = Seen::new(CLIENTS_PER_DAY, CLIENTS_ERROR);
        let seen = seen.filter(|seen| seed.is_some() && seen.is_like(&empty)).unwrap_or(empty);
        let seed = seed.unwrap_or_else(random);
        if let Some(aside) = store.and_then(Store::moved_aside) {
            gaps.push("the history was damaged and begins anew".to_owned());
            tracing::error!(aside = %aside.display(), "the history was damaged and moved aside");
        }
        is_there |= intent.is_some();
        let intent = intent.and_then(|bytes| {
            let intent = serde_json::from_slice(&bytes);
            let why = |error| gaps.push(format!("an approval cannot be read ({error})"));
            intent.map_err(why).ok()
        });
        gaps.iter().for_each(|gap| tracing::error!("{gap}"));
        let by = if gaps.is_empty() { FIRST_START } else { NOT_KNOWN };
        let intent = intent.unwrap_or_else(|| approved(loaded, by, ""));
        if !intent.is_known() {
            tracing::error!("{UNKNOWN}");
        }
        let observer = Observer::new(intent, loaded.settings.clone(), (seen, seed));
        let before = before.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Known { observer, seed, before, is_first: !is_there, gaps }
    }
}

/// Nobody may believe that all is as it was approved.
pub(super) const UNKNOWN: &str = "what was approved is not known, and what is in force is taken \
    for it until somebody approves (`evenkeel approve`)";

/// Somebody's approval of what is loaded.
pub(super) fn approved(loaded: &Loaded, by: &str, reason: &str) -> Intent {
    Intent {
        digest: loaded.digest.clone(),
        by: by.to_owned(),
        at: precise_now(),
        reason: reason.to_owned(),
        settings: bare(&loaded.settings),
    }
}

fn random() -> u64 {
    RandomState::new().hash_one(precise_now().to_bits())
}
