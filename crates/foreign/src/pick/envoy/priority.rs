//! How the load is shared among priorities, and when health is no longer asked for.

use super::host::Cluster;

/// A priority's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriorityLoad {
    /// Percent of the requests.
    pub percent: u32,
    /// Whether all of its hosts are picked from, healthy or not.
    pub in_panic: bool,
}

impl Cluster {
    /// Each priority's part, from 0 on. A priority takes what its healthy hosts can bear with the
    /// reserve; the next one takes the rest.
    pub fn priority_loads(&self) -> Vec<PriorityLoad> {
        let counts: Vec<(usize, usize)> = (0..self.priorities())
            .map(|priority| {
                let all = self.eligible(priority, true).len();
                (self.eligible(priority, false).len(), all)
            })
            .collect();
        let health = |&(healthy, all): &(usize, usize)| {
            let percent = self.overprovisioning as usize * healthy;
            percent.checked_div(all).unwrap_or(0).min(100) as u32
        };
        let health: Vec<u32> = counts.iter().map(health).collect();
        let available = health.iter().sum::<u32>().min(100);
        let threshold = self.panic_threshold.clamp(0.0, 100.0).round();
        if available == 0 && threshold == 0.0 {
            return first_takes_all(counts.len());
        }
        let in_panic = |&(healthy, all): &(usize, usize)| {
            let percent = if all == 0 { 0.0 } else { 100.0 * healthy as f64 / all as f64 };
            available < 100 && percent < threshold
        };
        let panics: Vec<bool> = counts.iter().map(in_panic).collect();
        let percents = if panics.iter().all(|panic| *panic) {
            by_count(&counts)
        } else {
            by_health(&health, available)
        };
        let loads = percents.into_iter().zip(panics);
        loads.map(|(percent, in_panic)| PriorityLoad { percent, in_panic }).collect()
    }

    /// The priority of a request with this hash.
    pub(super) fn priority(loads: &[PriorityLoad], hash: u64) -> usize {
        let number = (hash % 100) as u32 + 1;
        let mut sum = 0;
        let mut upto = loads.iter().map(|load| {
            sum += load.percent;
            sum
        });
        upto.position(|sum| number <= sum).unwrap_or(0)
    }
}

fn first_takes_all(count: usize) -> Vec<PriorityLoad> {
    let load = |place| PriorityLoad { percent: if place == 0 { 100 } else { 0 }, in_panic: false };
    (0..count).map(load).collect()
}

fn by_health(health: &[u32], available: u32) -> Vec<u32> {
    let mut left = 100;
    let mut percents: Vec<u32> = health
        .iter()
        .map(|health| {
            let percent = (health * 100).checked_div(available).unwrap_or(0).min(left);
            left -= percent;
            percent
        })
        .collect();
    // What rounding leaves over goes to the first one that is there at all.
    let first = health.iter().position(|health| *health > 0);
    if let Some(percent) = first.and_then(|first| percents.get_mut(first)) {
        *percent += left;
    }
    percents
}

/// Where all are in panic only the number of hosts counts.
fn by_count(counts: &[(usize, usize)]) -> Vec<u32> {
    let total: usize = counts.iter().map(|(_, all)| all).sum();
    let part = |(_, all): &(usize, usize)| (100 * all).checked_div(total).unwrap_or(0) as u32;
    let mut percents: Vec<u32> = counts.iter().map(part).collect();
    let left = 100 - percents.iter().sum::<u32>().min(100);
    let first = counts.iter().position(|(_, all)| *all > 0);
    if let Some(percent) = first.and_then(|first| percents.get_mut(first)) {
        *percent += left;
    }
    percents
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::envoy::Host;

    /// Healthy hosts and all hosts of each priority; then percent and panic of each.
    fn check(counts: &[(usize, usize)], expected: &[(u32, bool)]) {
        let hosts = counts.iter().enumerate().flat_map(|(priority, (healthy, all))| {
            (0..*all).map(move |place| Host {
                priority,
                up: place < *healthy,
                ..Host::new("10.0.0.1:80")
            })
        });
        let loads = Cluster::new(hosts.collect()).priority_loads();
        let loads: Vec<_> = loads.iter().map(|load| (load.percent, load.in_panic)).collect();
        assert_eq!(loads, expected);
    }

    // The figures of Envoy's documentation on priorities and panic.
    #[test]
    fn the_next_priority_takes_what_is_left() {
        check(&[(100, 100), (100, 100)], &[(100, false), (0, false)]);
        check(&[(72, 100), (100, 100)], &[(100, false), (0, false)]);
        check(&[(71, 100), (100, 100)], &[(99, false), (1, false)]);
        check(&[(50, 100), (100, 100)], &[(70, false), (30, false)]);
        check(&[(25, 100), (25, 100)], &[(50, true), (50, true)]);
        check(&[(0, 100), (100, 100)], &[(0, false), (100, false)]);
        check(&[(0, 4)], &[(100, true)]);
    }
}
