//! What was approved, against what is in force.

use std::collections::BTreeMap;

use config::{Difference, Part, Settings, diff};
use ledger::MeasuredPool;
use serde::{Deserialize, Serialize};

/// Settings that somebody stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// SHA-256 of the file that they were read from, hexadecimal.
    pub digest: String,
    /// Who approved them; [`FIRST_START`] where nobody was asked yet, [`NOT_KNOWN`] where it
    /// cannot be read.
    pub by: String,
    /// When, seconds since the Unix epoch.
    pub at: f64,
    /// Why, in their own words.
    pub reason: String,
    /// The settings.
    pub settings: Settings,
}

/// The approver of what was in force when nothing had been approved before.
pub const FIRST_START: &str = "first start";

/// The approver of what was in force when an approval could not be read.
pub const NOT_KNOWN: &str = "not known";

impl Intent {
    /// Whether somebody must stand for what is in force because nobody knows what was approved.
    pub fn is_known(&self) -> bool {
        self.by != NOT_KNOWN
    }

    /// What is in force and was not approved. Only what decides who gets how much is of concern.
    pub fn unapproved(&self, in_force: &Settings) -> Vec<Difference> {
        let concerns = |difference: &Difference| difference.part != Part::Other;
        diff(&self.settings, in_force).into_iter().filter(concerns).collect()
    }

    /// Fills the approved shares of a second in: capacity × weight as approved, over the
    /// endpoints that can be used.
    pub(super) fn fill(&self, measured: &mut MeasuredPool) {
        let approved = self.settings.pools.get(&*measured.name);
        let asked: BTreeMap<&str, f64> = match approved {
            Some(pool) => {
                let share = |e: &config::Endpoint| e.capacity * e.weight;
                pool.endpoints.iter().map(|e| (e.name.as_str(), share(e))).collect()
            }
            // A pool that nobody approved has no shares that could be missed.
            None => measured.asked.iter().map(|(name, share)| (&**name, *share)).collect(),
        };
        let length_s = measured.window.length_s;
        let parts = measured.window.endpoints.iter().map(|(name, window)| {
            let usable =
                if window.capacity_s > 0.0 { window.usable_s / window.capacity_s } else { 0.0 };
            asked.get(&**name).copied().unwrap_or(0.0) * usable
        });
        let parts: Vec<f64> = parts.collect();
        let all: f64 = parts.iter().sum();
        if all > 0.0 {
            let endpoints = measured.window.endpoints.iter_mut();
            endpoints.zip(parts).for_each(|((_, w), part)| w.approved_s = part / all * length_s);
        }
    }
}
