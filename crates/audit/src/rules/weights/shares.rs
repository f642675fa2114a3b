//! What weights order, against what servers can bear.

use foreign::Span;

use crate::rules::pools::named;

/// A server, what is ordered from it, and what it can bear.
pub(in crate::rules) struct Ordered {
    /// Its name.
    pub(in crate::rules) name: String,
    /// What is ordered, in the unit of the others.
    pub(in crate::rules) weight: f64,
    /// What it can bear, in the unit of the others, where that is said.
    pub(in crate::rules) capacity: Option<f64>,
    /// Where it is ordered.
    pub(in crate::rules) span: Option<Span>,
}

/// The servers from which too much is ordered.
pub(super) struct Worst {
    /// The worst one.
    pub(super) first: usize,
    /// All that are as bad.
    all: Vec<usize>,
    /// What is ordered from each, as a multiple of its part of the capacity.
    times: f64,
    is_declared: bool,
}

/// From here on a server has half as much again as it is built for.
const TIMES: f64 = 1.5;

/// Machines of one pool may differ so much without a word.
const APART: f64 = 4.0;

/// The servers from which too much is ordered, if there are any.
pub(super) fn worst(servers: &[Ordered]) -> Option<Worst> {
    let is_declared = servers.iter().all(|server| server.capacity.is_some());
    let all_silent = servers.iter().all(|server| server.capacity.is_none());
    if servers.len() < 2 || !(is_declared || all_silent) {
        return None;
    }
    let all_times = multiples(servers);
    let most = all_times.iter().copied().fold(0.0, f64::max);
    let is_worst = |at: &usize| all_times[*at] > most * 0.99;
    let all: Vec<usize> = (0..servers.len()).filter(is_worst).collect();
    let is_told = most.is_finite() && most >= TIMES && (is_declared || are_groups(servers, &all));
    is_told.then(|| Worst { first: all[0], all, times: most, is_declared })
}

/// What is ordered from each server, as a multiple of its part of the capacity: of an equal part
/// where not all say what they can bear.
pub(in crate::rules) fn multiples(servers: &[Ordered]) -> Vec<f64> {
    let is_declared = servers.iter().all(|server| server.capacity.is_some());
    let bears = |server: &Ordered| server.capacity.filter(|_| is_declared).unwrap_or(1.0);
    let weights: f64 = servers.iter().map(|server| server.weight).sum();
    let capacity: f64 = servers.iter().map(bears).sum();
    let times = |server: &Ordered| server.weight / weights / (bears(server) / capacity);
    servers.iter().map(times).collect()
}

/// Whether two groups of servers are far apart. One strong machine, or one that is tried out with
/// little traffic, is likely meant.
fn are_groups(servers: &[Ordered], high: &[usize]) -> bool {
    let top = servers.iter().map(|server| server.weight).fold(0.0, f64::max);
    let low = servers.iter().filter(|server| server.weight * APART <= top).count();
    high.len() >= 2 && low >= 2
}

/// What is said of them, and whether that rests on what the file says servers can bear.
pub(super) fn told(pool: &str, noun: &str, servers: &[Ordered], worst: &Worst) -> (String, bool) {
    let weights: f64 = servers.iter().map(|server| server.weight).sum();
    let share: f64 = worst.all.iter().map(|at| servers[*at].weight / weights * 100.0).sum();
    let names = named(worst.all.iter().map(|at| &servers[*at].name));
    let full = 100.0 / worst.times;
    let against = match worst.is_declared {
        true => format!("their part of all `{noun}`"),
        false => "an equal share, and nothing says that they are stronger".to_owned(),
    };
    let what = format!(
        "the weights of `{pool}` order {share:.1} % of new sessions from {names} of {} servers, \
         {:.1} times {against}: full when the whole pool is at {full:.0} %",
        servers.len(),
        worst.times,
    );
    (what, worst.is_declared)
}
