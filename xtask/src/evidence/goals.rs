//! What was promised, beside what was seen.

use crate::evidence::figures::{Figures, TOP2, WINDOW};
use crate::evidence::runs::Scenario;
use crate::evidence::simulated::{BALANCERS, Simulated};

/// Moved answers up to which users are said to stay.
const STAYS: f64 = 0.02;

/// One promise.
pub(crate) struct Goal {
    pub(crate) what: String,
    pub(crate) bound: String,
    pub(crate) seen: String,
    pub(crate) met: bool,
}

/// A peer's best figure, and whose it is.
struct Best<'s> {
    who: &'s str,
    value: f64,
}

/// The least median of a figure among the peers that pass.
fn best<'s>(
    scenario: &'s Scenario,
    figure: &str,
    passes: impl Fn(&str, &Figures) -> bool,
) -> Option<Best<'s>> {
    let peers = scenario.rows.iter().filter(|(name, figures)| {
        name != "evenkeel" && !is_broken(figures) && passes(name, figures)
    });
    let values =
        peers.filter_map(|(who, figures)| Some(Best { who, value: figures.median(figure)? }));
    values.min_by(|a, b| a.value.total_cmp(&b.value))
}

/// Who answers more than one in a thousand with an error is not fast: those cost nothing.
fn is_broken(figures: &Figures) -> bool {
    let rate = || Some(figures.median("errors")? / figures.median("requests")?);
    rate().is_some_and(|rate| rate > 1e-3)
}

fn stays(_: &str, figures: &Figures) -> bool {
    figures.median("moved_ratio").is_some_and(|moved| moved <= STAYS)
}

/// Promises about what happens on sockets.
pub(crate) fn live(scenarios: &[Scenario]) -> Vec<Goal> {
    let mut goals = Vec::new();
    for scenario in scenarios {
        let anybody = |_: &str, _: &Figures| true;
        let untimed = |who: &str, _: &Figures| !who.ends_with(":timeout");
        let timed = |who: &str, _: &Figures| who.ends_with(":timeout");
        let (mean, tail) = ("excess_mean_ms", "excess_p99_ms");
        match scenario.name.as_str() {
            "homogeneous" => goals.extend(ratio(scenario, mean, 1.0, "peer's", anybody)),
            "two-of-five-slow" => goals.extend(ratio(scenario, tail, 0.6, "peer's", anybody)),
            "fails-fast" => goals.extend(none(scenario, "errors")),
            "sticky" => {
                goals.extend(ratio(scenario, tail, 0.5, "peer's that keeps its users", stays));
                goals.extend(at_most(scenario, "moved_ratio", STAYS));
            }
            "nat" => {
                goals.extend(ratio(scenario, tail, 1.0, "peer's", anybody));
                goals.extend(ratio(scenario, tail, 1.0, "peer's that keeps its users", stays));
                goals.extend(at_most(scenario, "moved_ratio", STAYS));
            }
            "weight-script" => {
                goals.extend(ratio(scenario, tail, 0.5, "peer's that keeps its users", stays));
                goals.extend(at_most(scenario, TOP2, 0.5));
            }
            "outage-2024-05-01" | "outage-2023-11-04" => {
                goals.extend(at_most(scenario, TOP2, 0.5));
                goals.extend(no_more(scenario, WINDOW, 1.5));
                goals.extend(none(scenario, "errors"));
            }
            "ten-times-slower" => {
                goals.extend(ratio(scenario, tail, 1.2, "peer's with a tuned time-out", timed));
                goals.extend(ratio(scenario, tail, 0.15, "peer's without", untimed));
            }
            "reload" => {
                goals.extend(none(scenario, "errors"));
                goals.extend(none(scenario, "stale"));
            }
            _ => {}
        }
    }
    goals
}

/// Wherever somebody was better by more than a tenth, in delay beyond the demand.
pub(crate) fn losses(scenarios: &[Scenario]) -> Vec<String> {
    let mut lines = Vec::new();
    for scenario in scenarios {
        for (figure, word) in [("excess_mean_ms", "mean"), ("excess_p99_ms", "p99")] {
            let Some(own) = scenario.of("evenkeel").and_then(|own| own.median(figure)) else {
                continue;
            };
            for (who, figures) in scenario.rows.iter().filter(|(who, _)| who != "evenkeel") {
                let (Some(theirs), Some(moved)) =
                    (figures.median(figure), figures.median("moved_ratio"))
                else {
                    continue;
                };
                if own > 1.1 * theirs && !is_broken(figures) {
                    lines.push(format!(
                        "{}: excess {word} {own:.2} ms, {who} {theirs:.2} ms ({:.1} % moved)",
                        scenario.name,
                        100.0 * moved
                    ));
                }
            }
        }
    }
    lines
}

/// Promises about what happens in virtual time.
pub(crate) fn simulated(all: &Simulated) -> Vec<Goal> {
    let mut goals = Vec::new();
    for (name, figure, bound, ideal) in [
        ("homogeneous", "excess_mean_ms", 1.1, "jsq"),
        ("two-of-five-slow", "excess_p99_ms", 1.5, "sed"),
        ("ten-times-slower", "excess_p99_ms", 1.5, "sed"),
    ] {
        let scenario = all.scenarios.iter().find(|scenario| scenario.name == name);
        let whose = format!("{ideal}'s");
        goals.extend(scenario.and_then(|scenario| {
            let ideal = |who: &str, _: &Figures| who == ideal;
            ratio(scenario, figure, bound, &whose, ideal)
        }));
    }
    let p99 = |at: usize| all.crowd.get(at)?.of("evenkeel")?.median("p99_ms");
    for (at, balancers) in BALANCERS.into_iter().enumerate().skip(1) {
        let (Some(one), Some(many)) = (p99(0), p99(at)) else { continue };
        goals.push(Goal {
            what: format!("{balancers} balancers: p99"),
            bound: "≤ 1.3 × one balancer's".to_owned(),
            seen: format!("{many:.1} ÷ {one:.1} ms = {:.2}", many / one),
            met: many <= 1.3 * one,
        });
    }
    goals
}

fn ratio(
    scenario: &Scenario,
    figure: &str,
    bound: f64,
    whose: &str,
    passes: impl Fn(&str, &Figures) -> bool,
) -> Option<Goal> {
    let own = scenario.of("evenkeel")?.median(figure)?;
    let best = best(scenario, figure, passes)?;
    Some(Goal {
        what: format!("{}: {}", scenario.name, name_of(figure)),
        bound: format!("≤ {bound:.2} × the best {whose}"),
        seen: format!("{own:.2} ÷ {:.2} ms ({}) = {:.2}", best.value, best.who, own / best.value),
        met: own <= bound * best.value,
    })
}

fn none(scenario: &Scenario, figure: &str) -> Option<Goal> {
    let most = scenario.of("evenkeel")?.most(figure)?;
    Some(Goal {
        what: format!("{}: {}", scenario.name, name_of(figure)),
        bound: "none in any round".to_owned(),
        seen: format!("{most:.0}"),
        met: most == 0.0,
    })
}

fn no_more(scenario: &Scenario, figure: &str, bound: f64) -> Option<Goal> {
    let most = scenario.of("evenkeel")?.most(figure)?;
    Some(Goal {
        what: format!("{}: {}", scenario.name, name_of(figure)),
        bound: format!("≤ {bound} in every round"),
        seen: format!("{most:.2}"),
        met: most <= bound,
    })
}

fn at_most(scenario: &Scenario, figure: &str, bound: f64) -> Option<Goal> {
    let own = scenario.of("evenkeel")?.median(figure)?;
    Some(Goal {
        what: format!("{}: {}", scenario.name, name_of(figure)),
        bound: format!("≤ {:.0} %", bound * 100.0),
        seen: format!("{:.2} %", own * 100.0),
        met: own <= bound,
    })
}

fn name_of(figure: &str) -> &str {
    match figure {
        "excess_mean_ms" => "excess, mean",
        "excess_p99_ms" => "excess, p99",
        "moved_ratio" => "moved",
        "stale" => "stale connections",
        WINDOW => "highest pressure ÷ mean in any 10 s",
        TOP2 => "part of the two busiest servers",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scenario(name: &str, rows: &[(&str, f64, f64)]) -> Scenario {
        let mut scenario = Scenario::new(name);
        for &(who, tail, moved) in rows {
            scenario.take(&json!({
                "balancer": who, "excess_p99_ms": tail, "moved_ratio": moved, "errors": 0,
                "requests": 9000
            }));
        }
        scenario
    }

    #[test]
    fn promises_are_held_against_the_best_peer() {
        let rows = [("evenkeel", 40.0, 0.019), ("a", 81.0, 0.0), ("b", 30.0, 0.5)];
        let goals = live(&[scenario("sticky", &rows)]);
        assert!(goals.iter().all(|goal| goal.met) && goals.len() == 2, "{}", goals[0].seen);
        let goals = live(&[scenario("nat", &rows)]);
        let met: Vec<bool> = goals.iter().map(|goal| goal.met).collect();
        assert_eq!(met, [false, true, true]);
        assert_eq!(goals[0].seen, "40.00 ÷ 30.00 ms (b) = 1.33");
        let losses = losses(&[scenario("nat", &rows)]);
        assert_eq!(losses, ["nat: excess p99 40.00 ms, b 30.00 ms (50.0 % moved)"]);
    }

    #[test]
    fn who_fails_is_not_fast() {
        let mut one = scenario("two-of-five-slow", &[("evenkeel", 40.0, 0.0), ("a", 81.0, 0.0)]);
        let fast = json!({
            "balancer": "b", "excess_p99_ms": 1.0, "moved_ratio": 0, "errors": 900, "requests": 9000
        });
        one.take(&fast);
        assert!(live(&[one])[0].met);
    }
}
