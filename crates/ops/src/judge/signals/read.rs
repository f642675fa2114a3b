//! Asks for every condition.

use evenness::Signal;

use super::{burn, capacity, flapping, intent, limit, mechanism, retries, sick, uneven};
use crate::judge::view::View;

/// All conditions that hold.
pub(in crate::judge) fn read(view: &View<'_>) -> Vec<Signal> {
    let all = [
        intent::read(view),
        mechanism::read(view),
        uneven::read(view),
        sick::read(view),
        burn::errors(view),
        burn::latency(view),
        capacity::read(view),
        retries::read(view),
        flapping::read(view),
        limit::read(view),
    ];
    all.into_iter().flatten().collect()
}
