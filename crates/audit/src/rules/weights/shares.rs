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
    /// All that are as bad; where nothing says what they can bear, all that are not far below.
    all: Vec<usize>,
    /// What is ordered from the worst one, as a multiple of its part of the capacity.
    times: f64,
    is_declared: bool,
}

/// From here on a server has half as much again as it is built for.
const TIMES: f64 = 1.5;

/// Machines of one pool may differ so much without a word.
const APART: f64 = 4.0;

/// One machine that is stronger than its peers may get so many times an equal share, as long as it
/// does not get more than all of them together. nginx's manual has 5, 1 and 1.
const STRONG: f64 = 2.4;

/// The servers from which too much is ordered, if there are any.
pub(super) fn worst(servers: &[Ordered]) -> Option<Worst> {
    let is_declared = servers.iter().all(|server| server.capacity.is_some());
    let all_silent = servers.iter().all(|server| server.capacity.is_none());
    if servers.len() < 2 || !(is_declared || all_silent) {
        return None;
    }
    let all_times = multiples(servers);
    let most = all_times.iter().copied().fold(0.0, f64::max);
    let first = all_times.iter().position(|times| *times >= most)?;
    if !most.is_finite() || most < TIMES {
        return None;
    }
    let all = if is_declared { as_bad(&all_times, most) } else { far_above(servers)? };
    Some(Worst { first, all, times: most, is_declared })
}

/// All that are as bad as the worst.
fn as_bad(all_times: &[f64], most: f64) -> Vec<usize> {
    (0..all_times.len()).filter(|at| all_times[*at] > most * 0.99).collect()
}

/// The servers that several others are far below: two or more, or one that gets most of all. One
/// machine that is stronger than its peers, and what is tried out with little traffic, are likely
/// meant.
fn far_above(servers: &[Ordered]) -> Option<Vec<usize>> {
    let top = servers.iter().map(|server| server.weight).fold(0.0, f64::max);
    let is_low = |at: &usize| servers[*at].weight * APART <= top;
    let (low, high): (Vec<usize>, Vec<usize>) = (0..servers.len()).partition(is_low);
    let all: f64 = servers.iter().map(|server| server.weight).sum();
    let is_strong = top * 2.0 < all || top / all * servers.len() as f64 <= STRONG;
    let is_uneven = low.len() >= 2 && (high.len() >= 2 || !is_strong);
    (is_uneven && !is_trial(servers, &high, &low)).then_some(high)
}

/// Whether weights are the two parts of a hundred, and as many servers or more keep the larger one:
/// 90, 90, 10 and 10 while a new version runs on two of four.
fn is_trial(servers: &[Ordered], high: &[usize], low: &[usize]) -> bool {
    let one = |group: &[usize]| {
        let weight = servers[*group.first()?].weight;
        group.iter().all(|at| servers[*at].weight.total_cmp(&weight).is_eq()).then_some(weight)
    };
    let whole = one(high).zip(one(low)).map(|(high, low)| high + low);
    high.len() >= low.len() && whole.is_some_and(|whole| (whole - 100.0).abs() < 0.01)
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

/// What is said of them, and whether that rests on what the file says servers can bear.
pub(super) fn told(pool: &str, noun: &str, servers: &[Ordered], worst: &Worst) -> (String, bool) {
    let weights: f64 = servers.iter().map(|server| server.weight).sum();
    let share: f64 = worst.all.iter().map(|at| servers[*at].weight / weights * 100.0).sum();
    let names = named(worst.all.iter().map(|at| &servers[*at].name));
    let full = 100.0 / worst.times;
    let (own, are) = if worst.all.len() == 1 { ("its", "it is") } else { ("their", "they are") };
    let against = match worst.is_declared {
        true => format!("{own} part of all `{noun}`"),
        false => format!("an equal share, and nothing says that {are} stronger"),
    };
    let least = worst.all.iter().map(|at| servers[*at].weight).fold(f64::INFINITY, f64::min);
    let is_even = worst.is_declared || least > servers[worst.first].weight * 0.99;
    let what = format!(
        "the weights of `{pool}` order {share:.1} % of new sessions from {names} of {} servers, \
         {}{:.1} times {against}: full when the whole pool is at {full:.0} %",
        servers.len(),
        if is_even { "" } else { "up to " },
        worst.times,
    );
    (what, worst.is_declared)
}

/// What is said of the only server that weights leave.
pub(super) fn told_alone(pool: &str, only: &Ordered, emptied: usize) -> String {
    let all = emptied + 1;
    format!(
        "the weights of `{pool}` order 100.0 % of new sessions from `{}`: the other {emptied} of \
         {all} servers have weight 0, and when it is lost nobody takes over",
        only.name
    )
}
