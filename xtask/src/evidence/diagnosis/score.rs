//! Whether what was named is what was done.

use super::plays::Played;

/// How one case went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Exactly what was done was named.
    Right,
    /// There was an alarm, and it named nobody.
    Unknown,
    /// There was no alarm.
    Silent,
    /// Something else was named, or more, or less.
    Wrong,
}

/// A fault's score.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Score {
    pub(super) outcome: Outcome,
    /// What was done is among those named and the runner-up.
    pub(super) is_top_two: bool,
    pub(super) named: Vec<String>,
    pub(super) runner_up: Option<String>,
    pub(super) ddos: String,
    /// Seconds to the first alarm, and until a cause was named.
    pub(super) alarm_s: Option<f64>,
    pub(super) named_s: Option<f64>,
}

impl Score {
    pub(super) fn of(played: &Played) -> Score {
        let said = &played.said;
        let texts = said["causes"].as_array().into_iter().flatten();
        let texts = texts.filter_map(|text| text.as_str());
        let mut named: Vec<String> =
            texts.filter(|name| *name != "unknown").map(str::to_owned).collect();
        named.sort();
        let label = played.case.kind.label();
        let runner_up = said["runner_up"].as_str().map(str::to_owned);
        let alarm_s = said["alarm_after_s"].as_f64();
        let near =
            |one: &&str| named.iter().any(|name| name == one) || runner_up.as_deref() == Some(one);
        let same = named.len() == label.len() && named.iter().all(|name| label.contains(&&**name));
        // An alarm may be open from before; what it names from now on counts.
        let is_silent = said["alarms"].as_array().is_none_or(Vec::is_empty);
        let outcome = match () {
            () if is_silent => Outcome::Silent,
            () if named.is_empty() => Outcome::Unknown,
            () if same => Outcome::Right,
            () => Outcome::Wrong,
        };
        Score {
            outcome,
            is_top_two: !is_silent && label.iter().all(near),
            ddos: said["ddos"].as_str().unwrap_or("none").to_owned(),
            named_s: said["diagnosed_after_s"].as_f64(),
            named,
            runner_up,
            alarm_s,
        }
    }

    /// What was named, in one word.
    pub(super) fn told(&self) -> String {
        match self.outcome {
            Outcome::Silent => "no alarm".to_owned(),
            Outcome::Unknown => "unknown".to_owned(),
            _ => self.named.join(" + "),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::evidence::diagnosis::case::Case;
    use crate::evidence::diagnosis::kind::Kind;

    #[track_caller]
    fn check(kind: Kind, causes: &[&str], runner_up: &str, outcome: Outcome, top_two: bool) {
        let said = json!({ "causes": causes, "runner_up": runner_up, "alarms": [{}] });
        let score = Score::of(&Played { case: Case::new(kind, 1), said });
        assert_eq!((score.outcome, score.is_top_two), (outcome, top_two), "{score:?}");
    }

    #[test]
    fn right_is_exactly_what_was_done() {
        check(Kind::Weights, &["weights"], "surge", Outcome::Right, true);
        check(Kind::Weights, &["weights", "persistence"], "surge", Outcome::Wrong, true);
        check(Kind::Weights, &["unknown"], "weights", Outcome::Unknown, true);
        check(Kind::Weights, &["surge"], "flood", Outcome::Wrong, false);
        check(Kind::Both, &["persistence", "weights"], "surge", Outcome::Right, true);
        check(Kind::Both, &["weights"], "persistence", Outcome::Wrong, true);
        check(Kind::Both, &["weights"], "surge", Outcome::Wrong, false);
    }

    #[test]
    fn without_an_alarm_nothing_is_right() {
        let said = json!({ "causes": ["flood"], "runner_up": "surge", "alarms": [] });
        let score = Score::of(&Played { case: Case::new(Kind::Flood, 1), said });
        assert_eq!((score.outcome, score.is_top_two), (Outcome::Silent, false));
    }
}
