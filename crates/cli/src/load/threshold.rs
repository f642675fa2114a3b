//! What must hold of a load: `p99<200ms`, `errors<0.1%`, `rate>480/s`.

use config::{Span, UnitError};
use drill::Report;

use crate::table::number;

/// A rule, as it was written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Threshold {
    pub(super) text: String,
    metric: Metric,
    relation: Relation,
    /// Seconds, a part of 1, or per second.
    bound: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Metric {
    /// Latency that this part of all outcomes did not exceed.
    Quantile(f64),
    Mean,
    Max,
    /// Part of the requests that failed.
    Errors,
    /// Part of the requests that another origin answered than before.
    Moved,
    /// Whole responses per second.
    Rate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// A rule and what was seen.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) text: String,
    /// As a number with its unit; `no data` when there is none.
    pub(super) observed: String,
    /// Seconds, a part of 1, or per second.
    pub(super) value: Option<f64>,
    pub(super) passed: bool,
}

const HOW: &str = "write e.g. p99<200ms, p99.9<1s, mean<50ms, max<2s, errors<0.1%, moved<2%, \
                   rate>480/s";

impl Threshold {
    pub(super) fn parse(text: &str) -> Result<Threshold, String> {
        let at = text.find(['<', '>']).ok_or(HOW)?;
        let (name, rest) = text.split_at(at);
        let (relation, value) = match rest {
            _ if rest.starts_with("<=") => (Relation::AtMost, &rest[2..]),
            _ if rest.starts_with(">=") => (Relation::AtLeast, &rest[2..]),
            _ if rest.starts_with('<') => (Relation::Below, &rest[1..]),
            _ => (Relation::Above, &rest[1..]),
        };
        let metric = Metric::parse(name.trim())?;
        let bound = metric.bound(value.trim())?;
        Ok(Threshold { text: text.to_owned(), metric, relation, bound })
    }

    /// What cannot be measured is not kept: no data is never fine.
    pub(super) fn judge(&self, report: &Report) -> Judged {
        let value = self.metric.of(report);
        let passed = value.is_some_and(|value| match self.relation {
            Relation::Below => value < self.bound,
            Relation::AtMost => value <= self.bound,
            Relation::Above => value > self.bound,
            Relation::AtLeast => value >= self.bound,
        });
        let observed = value.map_or("no data".to_owned(), |value| self.metric.show(value));
        Judged { text: self.text.clone(), observed, value, passed }
    }
}

impl Metric {
    fn parse(name: &str) -> Result<Metric, String> {
        match name {
            "mean" => Ok(Metric::Mean),
            "max" => Ok(Metric::Max),
            "errors" => Ok(Metric::Errors),
            "moved" => Ok(Metric::Moved),
            "rate" => Ok(Metric::Rate),
            _ => {
                let percent = name.strip_prefix('p').and_then(|number| number.parse::<f64>().ok());
                match percent {
                    Some(percent) if percent > 0.0 && percent < 100.0 => {
                        // 99.9 ÷ 100 is a hair above 0.999, and would be the request after it.
                        Ok(Metric::Quantile((percent * 1e10).round() / 1e12))
                    }
                    _ => Err(format!("{name:?} is not measured; {HOW}")),
                }
            }
        }
    }

    fn bound(self, text: &str) -> Result<f64, String> {
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| *n >= 0.0);
        let bound = match self {
            Metric::Quantile(_) | Metric::Mean | Metric::Max => {
                let span: Span = text.parse().map_err(|error: UnitError| error.to_string())?;
                return Ok(std::time::Duration::from(span).as_secs_f64());
            }
            Metric::Errors | Metric::Moved => match text.strip_suffix('%') {
                Some(percent) => number(percent).map(|percent| percent / 100.0),
                None => number(text),
            }
            .filter(|part| *part <= 1.0),
            Metric::Rate => number(text.strip_suffix("/s").unwrap_or(text)),
        };
        bound
            .filter(|bound| bound.is_finite())
            .ok_or_else(|| format!("{text:?} is no bound; {HOW}"))
    }

    fn of(self, report: &Report) -> Option<f64> {
        if report.requests == 0 {
            return None;
        }
        let outcomes = &report.outcomes;
        Some(match self {
            Metric::Quantile(q) => outcomes.quantile(q).as_secs_f64(),
            Metric::Mean => outcomes.mean().as_secs_f64(),
            Metric::Max => outcomes.max().as_secs_f64(),
            Metric::Errors => report.error_ratio(),
            Metric::Moved => report.moved_ratio(),
            Metric::Rate => report.rate(),
        })
    }

    fn show(self, value: f64) -> String {
        match self {
            Metric::Quantile(_) | Metric::Mean | Metric::Max => number::latency(value),
            Metric::Errors | Metric::Moved => format!("{:.3}%", value * 100.0),
            Metric::Rate => format!("{value:.1}/s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn judged(text: &str) -> Judged {
        let mut report = Report { requests: 1000, responses: 990, ..Report::default() };
        report.answering = Duration::from_secs(10);
        report.failures.connect = 10;
        report.moved = 20;
        (1..=1000).for_each(|ms| report.outcomes.record(Duration::from_millis(ms)));
        Threshold::parse(text).unwrap().judge(&report)
    }

    #[test]
    fn rules_are_judged() {
        for (text, passed, observed) in [
            ("p99<1s", true, "990 ms"),
            ("p99 < 900ms", false, "990 ms"),
            ("p99.9<=998ms", false, "999 ms"),
            ("p50<501ms", true, "500 ms"),
            ("mean<1s", true, "501 ms"),
            ("max>2s", false, "1.00 s"),
            ("errors<1%", false, "1.000%"),
            ("errors<=0.01", true, "1.000%"),
            ("moved<2.1%", true, "2.000%"),
            ("rate>98/s", true, "99.0/s"),
            ("rate>=99.5", false, "99.0/s"),
        ] {
            let judged = judged(text);
            assert_eq!((judged.passed, judged.observed.as_str()), (passed, observed), "{text}");
        }
    }

    #[test]
    fn no_data_is_not_fine() {
        for text in ["p99<1s", "errors<1%", "rate>=0"] {
            let judged = Threshold::parse(text).unwrap().judge(&Report::default());
            assert_eq!((judged.passed, judged.observed.as_str()), (false, "no data"));
        }
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for bad in [
            "",
            "p99",
            "p99<",
            "p99<200",
            "p99=1s",
            "p100<1s",
            "p<1s",
            "pNaN<1s",
            "p0<1s",
            "hope<1s",
            "errors<x",
            "errors<200%",
            "errors<-1%",
            "rate>fast",
            "rate>inf",
            "<1s",
            "mean<1%",
            "p99<<1s",
            "errors<NaN",
        ] {
            assert!(Threshold::parse(bad).is_err(), "{bad}");
        }
    }
}
