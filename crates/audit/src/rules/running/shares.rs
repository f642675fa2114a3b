//! What is ordered from the servers of a pool: by the file, and in force.

use foreign::running::State;

use super::pairs::{Matched, Pair};

/// Sums of what is ordered from servers that take new sessions. Servers that are down by their own
/// checks count on neither side.
pub(in crate::rules) struct Shares {
    /// The file's.
    pub(in crate::rules) filed: f64,
    /// What is in force.
    pub(in crate::rules) running: f64,
}

impl Shares {
    pub(in crate::rules) fn of(pool: &Matched<'_>) -> Shares {
        let filed = pool.pairs.iter().map(ordered).sum();
        let others = pool.others.iter().filter(|server| server.state == State::Up);
        let others: f64 = others.map(|server| server.weight.unwrap_or(1.0)).sum();
        let running: f64 = pool.pairs.iter().map(in_force).sum();
        Shares { filed, running: running + others }
    }

    /// A server's shares: the file's, and the one in force.
    pub(in crate::rules) fn of_pair(&self, pair: &Pair<'_>) -> (f64, f64) {
        let part = |of: f64, all: f64| if all > 0.0 { of / all } else { 0.0 };
        (part(ordered(pair), self.filed), part(in_force(pair), self.running))
    }
}

/// What the file orders from a server.
fn ordered(pair: &Pair<'_>) -> f64 {
    let filed = &pair.filed;
    if filed.state != State::Up || filed.is_backup {
        return 0.0;
    }
    let can = pair.running.iter().filter(|it| !matches!(it.state, State::Down | State::Empty));
    filed.weight * filed.capacity.unwrap_or(1.0) * can.count() as f64
}

/// What is ordered from it in force.
fn in_force(pair: &Pair<'_>) -> f64 {
    if pair.filed.is_backup {
        return 0.0;
    }
    let takes = pair.running.iter().filter(|server| server.state == State::Up);
    takes.map(|it| it.weight.unwrap_or(pair.filed.weight) * it.capacity.unwrap_or(1.0)).sum()
}
