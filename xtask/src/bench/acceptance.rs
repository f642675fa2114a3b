//! The bounds that Evenkeel is held to, and whether these results keep them.

use crate::bench::contender::Contender;
use crate::bench::results::{IDLE_CLIENTS, Measured, Results};
use crate::bench::scenario::Part;

/// A bound on Evenkeel's CPU time as a multiple of another's in the same rounds.
struct Bound {
    title: &'static str,
    part: Part,
    to: Contender,
    limit: f64,
}

const fn bound(title: &'static str, part: Part, to: Contender, limit: f64) -> Bound {
    Bound { title, part, to, limit }
}

const BOUNDS: [Bound; 9] = [
    bound("CPU, small keep-alive / HAProxy", Part::Small, Contender::Haproxy, 0.90),
    bound("CPU, realistic headers / HAProxy", Part::Realistic, Contender::Haproxy, 0.85),
    bound("CPU, 2,000 connections / HAProxy", Part::Crowd, Contender::Haproxy, 0.65),
    bound("CPU, 1 MB / HAProxy", Part::Large, Contender::Haproxy, 0.50),
    bound("CPU, 1 MB / HAProxy, tuned", Part::Large, Contender::HaproxyTuned, 0.95),
    bound("CPU, client close / HAProxy", Part::Close, Contender::Haproxy, 1.00),
    bound("CPU, small keep-alive / bare relay", Part::Small, Contender::Relay, 1.25),
    bound("CPU, small keep-alive / not watching", Part::Small, Contender::Unwatched, 1.03),
    bound("CPU, realistic headers / not watching", Part::Realistic, Contender::Unwatched, 1.03),
];

const IDLE_TITLE: &str = "RSS, 8,000 idle connections / HAProxy";
const IDLE_LIMIT: f64 = 1.00;

/// One line of the table.
#[derive(Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) title: &'static str,
    pub(crate) limit: f64,
    /// Nothing when it was not measured.
    pub(crate) ratio: Option<Measured<f64>>,
}

impl Line {
    pub(crate) fn verdict(&self) -> &'static str {
        match &self.ratio {
            None => "not measured",
            Some(Err(_)) => "not met (invalid)",
            Some(Ok(ratio)) if *ratio <= self.limit => "met",
            Some(Ok(_)) => "**not met**",
        }
    }
}

pub(crate) fn judge(results: &Results) -> Vec<Line> {
    let cpu = BOUNDS.iter().map(|bound| {
        let ratio = results.ratio(bound.part, Contender::Evenkeel, bound.to);
        let ratio = ratio.map(|measured| measured.map(|spread| spread.median));
        Line { title: bound.title, limit: bound.limit, ratio }
    });
    let idle = Line { title: IDLE_TITLE, limit: IDLE_LIMIT, ratio: idle_ratio(results) };
    cpu.chain([idle]).collect()
}

fn idle_ratio(results: &Results) -> Option<Measured<f64>> {
    let last = |who| -> Option<Measured<u64>> {
        let sizes = results.idle.get(&who)?.clone();
        match sizes {
            Ok(sizes) => sizes.get(IDLE_CLIENTS.len() - 1).copied().map(Ok),
            Err(why) => Some(Err(why)),
        }
    };
    Some(match (last(Contender::Evenkeel)?, last(Contender::Haproxy)?) {
        (Ok(ours), Ok(theirs)) => Ok(ours as f64 / theirs as f64),
        (Err(why), _) | (_, Err(why)) => Err(why),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::results::sample;

    fn verdict(title: &str, results: &Results) -> &'static str {
        judge(results).iter().find(|line| line.title == title).unwrap().verdict()
    }

    #[test]
    fn bounds_are_met_up_to_their_limit() {
        let small = "CPU, small keep-alive / HAProxy";
        let mut results = Results::default();
        assert_eq!(verdict(small, &results), "not measured");
        results.cpu.insert((Part::Small, Contender::Haproxy), vec![sample(10.0)]);
        for (ours, expected) in [(9.0, "met"), (9.01, "**not met**")] {
            results.cpu.insert((Part::Small, Contender::Evenkeel), vec![sample(ours)]);
            assert_eq!(verdict(small, &results), expected);
        }
        results.cpu.insert((Part::Small, Contender::Evenkeel), vec![Err("503s".into())]);
        assert_eq!(verdict(small, &results), "not met (invalid)");
    }

    #[test]
    fn memory_is_compared_at_the_most_clients() {
        let mut results = Results::default();
        results.idle.insert(Contender::Haproxy, Ok(vec![1, 1, 1, 30]));
        results.idle.insert(Contender::Evenkeel, Ok(vec![9, 9, 9, 30]));
        assert_eq!(verdict(IDLE_TITLE, &results), "met");
        results.idle.insert(Contender::Evenkeel, Ok(vec![1, 1, 1, 31]));
        assert_eq!(verdict(IDLE_TITLE, &results), "**not met**");
    }
}
