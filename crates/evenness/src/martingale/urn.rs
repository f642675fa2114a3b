//! Bets on where the next pick goes, by urns that remember where picks went.

use std::sync::Arc;

use crate::martingale::gamma::ln_gamma;
use crate::martingale::score::{TestScore, ln_mean};

/// Picks' worth of belief in the prior shares. The first one finds a gross fault within a dozen
/// picks; the last one finds small ones, as it does not chase chance.
const CONCENTRATIONS: [f64; 3] = [4.0, 40.0, 400.0];
/// The least prior share, as a part of an equal share: an urn that held none of an endpoint could
/// not bet on it.
pub(crate) const SHARE_MIN: f64 = 0.01;
/// An urn that lost this much, ln, forgets what it held: old picks dilute what a change brings. It
/// takes some loss to learn at all, as the first pick wins nothing.
const LOSS_MAX: f64 = 2.0;
/// What an urn that has won may lose besides, before it forgets: not what a long fault brought in,
/// or it would cling to that for days.
const STAKE_MAX: f64 = 4.0;
/// How far a score may pass the alarm: more would only keep an alarm up after its end.
const MARGIN: f64 = 3.0;

/// A set of urns with a score each; the mean of the scores is an e-detector.
#[derive(Clone, Debug)]
pub(crate) struct Urns {
    names: Vec<Arc<str>>,
    urns: [Urn; CONCENTRATIONS.len()],
    ln_alarm: f64,
    silent: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Urn {
    concentration: f64,
    /// Picks since it was last emptied, by endpoint.
    drawn: Vec<f64>,
    /// Picks that the prior shares would have given.
    expected: Vec<f64>,
    /// ln of what it has to lose.
    ln_stake: f64,
    /// ln of the score M.
    ln: f64,
}

/// One window: endpoint, prior share and picks.
pub(crate) type Draws<'w> = [(&'w Arc<str>, f64, u64)];

impl Urns {
    pub(crate) fn new(run_length: f64) -> Self {
        let urn = |concentration| Urn {
            concentration,
            drawn: Vec::new(),
            expected: Vec::new(),
            ln_stake: 0.0,
            ln: 0.0,
        };
        Urns {
            names: Vec::new(),
            urns: CONCENTRATIONS.map(urn),
            ln_alarm: run_length.max(1.0).ln(),
            silent: 0,
        }
    }

    /// Takes in a window. `surprise` is Σ −ln of the probabilities that its picks had.
    pub(crate) fn note(&mut self, draws: &Draws<'_>, surprise: f64) {
        let picks: u64 = draws.iter().map(|draw| draw.2).sum();
        // A sum that is no number would spoil the score for ever.
        if picks == 0 || surprise.is_nan() {
            return self.pass();
        }
        self.silent = 0;
        self.align(draws);
        let most = self.ln_alarm + f64::ln(CONCENTRATIONS.len() as f64) + MARGIN;
        for urn in &mut self.urns {
            urn.note(draws, picks as f64, surprise, most);
        }
    }

    /// A window in which there was nothing to judge.
    pub(crate) fn pass(&mut self) {
        self.silent += 1;
    }

    pub(crate) fn score(&self) -> TestScore {
        let ln = ln_mean(self.urns.iter().map(|urn| urn.ln));
        TestScore { ln, ln_alarm: self.ln_alarm, silent: self.silent }
    }

    /// Name, picks and expected picks of all endpoints, by the urn with the highest score.
    pub(crate) fn balance(&self) -> impl Iterator<Item = (&Arc<str>, f64, f64)> {
        let first = self.urns.iter().max_by(|one, other| one.ln.total_cmp(&other.ln));
        let counts = first.into_iter().flat_map(|urn| urn.drawn.iter().zip(&urn.expected));
        self.names.iter().zip(counts).map(|(name, (&drawn, &expected))| (name, drawn, expected))
    }

    /// Carries what was learned over to the endpoints of this window.
    fn align(&mut self, draws: &Draws<'_>) {
        let is_same = self.names.len() == draws.len()
            && self.names.iter().zip(draws).all(|(own, draw)| own == draw.0);
        if is_same {
            return;
        }
        let places: Vec<Option<usize>> =
            draws.iter().map(|draw| self.names.iter().position(|own| own == draw.0)).collect();
        let moved = |counts: &[f64]| -> Vec<f64> {
            places.iter().map(|place| place.map_or(0.0, |place| counts[place])).collect()
        };
        for urn in &mut self.urns {
            (urn.drawn, urn.expected) = (moved(&urn.drawn), moved(&urn.expected));
        }
        self.names = draws.iter().map(|draw| Arc::clone(draw.0)).collect();
    }
}

impl Urn {
    fn note(&mut self, draws: &Draws<'_>, picks: f64, surprise: f64, most: f64) {
        // The probability of these picks in any one order: Γ(A) ÷ Γ(A + n) · Π Γ(a + n) ÷ Γ(a).
        let share_min = SHARE_MIN / draws.len() as f64;
        let (mut whole, mut ln_bet) = (0.0, 0.0);
        for (&(_, share, count), drawn) in draws.iter().zip(&self.drawn) {
            let balls = self.concentration * share.max(share_min) + drawn;
            whole += balls;
            if count > 0 {
                ln_bet += ln_gamma(balls + count as f64) - ln_gamma(balls);
            }
        }
        ln_bet -= ln_gamma(whole + picks) - ln_gamma(whole);
        let ln_gain = ln_bet + surprise;
        self.ln = (self.ln + ln_gain).clamp(0.0, most);
        self.ln_stake = (self.ln_stake + ln_gain).min(STAKE_MAX);
        if self.ln_stake < -LOSS_MAX {
            self.ln_stake = 0.0;
            self.drawn.fill(0.0);
            self.expected.fill(0.0);
            return;
        }
        let shares: f64 = draws.iter().map(|draw| draw.1).sum();
        let counts = self.drawn.iter_mut().zip(&mut self.expected);
        for (&(_, share, count), (drawn, expected)) in draws.iter().zip(counts) {
            *drawn += count as f64;
            *expected += picks * share / shares.max(f64::MIN_POSITIVE);
        }
    }
}
