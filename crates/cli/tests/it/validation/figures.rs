//! What a play and a drill say of one policy, and where they are too far apart.

use serde_json::Value;

use super::bout::Bout;

/// Shares may differ by so much.
const SHARE: f64 = 0.02;
/// Percentiles of the latency may differ by such a part.
const LATENCY: f64 = 0.15;
/// The order of two policies is held to where their tails are apart by this factor.
const APART: f64 = 1.5;

/// The same policy in virtual time and on sockets.
pub(super) struct Both {
    pub(super) played: Value,
    pub(super) drilled: Value,
}

impl Both {
    /// Where they are further apart than they may be.
    pub(super) fn differences(&self, bout: &Bout) -> Vec<String> {
        let (played, drilled) = (&self.played, &self.drilled);
        let mut all = Vec::new();
        for key in ["requests", "errors"] {
            if played[key] != drilled[key] {
                all.push(format!("{key} {} and {}", played[key], drilled[key]));
            }
        }
        for key in ["p50_ms", "p99_ms"] {
            let (one, other) = (number(played, key), number(drilled, key));
            if (other / one - 1.0).abs() > LATENCY {
                all.push(format!("{key} {one} and {other}"));
            }
        }
        let (one, other) = (shares(bout, played), shares(bout, drilled));
        if one.iter().zip(&other).any(|(one, other)| (one - other).abs() > SHARE) {
            all.push(format!("shares {one:.3?} and {other:.3?}"));
        }
        all
    }

    /// Both, side by side.
    pub(super) fn summary(&self, bout: &Bout) -> String {
        let both = |key| {
            format!("{key} {:.1} {:.1}", number(&self.played, key), number(&self.drilled, key))
        };
        let shares = [&self.played, &self.drilled].map(|figures| shares(bout, figures));
        format!("{} {shares:.3?}", ["p50_ms", "p99_ms", "excess_p99_ms"].map(both).join(", "))
    }
}

/// Pairs of policies that do not stand on sockets as they do in virtual time.
pub(super) fn misranked(bout: &Bout, all: &[Both]) -> Vec<String> {
    let tail = |figures: &Value| number(figures, "excess_p99_ms");
    let mut wrong = Vec::new();
    for (better, (name, _)) in all.iter().zip(bout.contenders) {
        for (worse, (other, _)) in all.iter().zip(bout.contenders) {
            let apart = tail(&worse.played) > APART * tail(&better.played);
            if apart && tail(&worse.drilled) <= tail(&better.drilled) {
                wrong.push(format!("{}: {other} is not worse than {name}", bout.name));
            }
        }
    }
    wrong
}

fn number(figures: &Value, key: &str) -> f64 {
    figures[key].as_f64().expect("a number")
}

/// The servers' shares, the least first among those that are alike: which of them is which is
/// chance.
fn shares(bout: &Bout, figures: &Value) -> Vec<f64> {
    let endpoints = figures["endpoints"].as_array().expect("servers");
    let mut shares: Vec<f64> = endpoints.iter().map(|one| number(one, "share")).collect();
    let mut rest = shares.as_mut_slice();
    for &count in bout.alike {
        let (alike, others) = rest.split_at_mut(count);
        alike.sort_unstable_by(f64::total_cmp);
        rest = others;
    }
    shares
}
