//! Which layer gives an endpoint more than its part: weights, bindings, requests or costs.
//!
//! ln(load ÷ capacity) = ln(weight ÷ capacity) + ln(bindings ÷ weight)
//! \+ ln(requests ÷ bindings) + ln(cost ÷ requests), each as a share of the pool. It holds by
//! itself, so the largest term of a hot endpoint names the layer to look at.

use std::sync::Arc;

use crate::shape;
use crate::window::{EndpointWindow, PoolWindow};

/// Weight of the belief that a share is as in the layer before, in counts: half a count per
/// endpoint (Jeffreys), so that no share is zero. Without counts, a term is zero: it says nothing.
const BELIEF: f64 = 0.5;
/// The same for weights, as a part of all weights: they are known, not counted.
const WEIGHT_BELIEF: f64 = 1e-3;
/// A term below so many times its noise is chance.
const NOISES: f64 = 2.0;
/// The part of a hot endpoint's excess from which a term is an owner of it.
const OWNED: f64 = 0.3;

/// A layer that may make load uneven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// Weights in force against capacity.
    Weights,
    /// New sessions, or first attempts, against weights: picker, hash, load-aware choice.
    Bindings,
    /// Requests per binding: heavy clients, pinned connections, sessions of before, retries.
    Requests,
    /// Cost per request: a slow server, or dear requests.
    Costs,
}

/// A layer's part in an endpoint's load.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Term {
    /// ln of the factor that the layer adds; above 0 it makes the endpoint hotter.
    pub ln: f64,
    /// Its standard error by chance.
    pub noise: f64,
}

/// An endpoint in the identity.
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointTerms {
    /// Its name.
    pub name: Arc<str>,
    /// ln(load ÷ capacity), as shares: the sum of the terms.
    pub ln_load: f64,
    /// The terms, by [`Layer::index`].
    pub terms: [Term; Layer::ALL.len()],
}

/// The identity of a pool in a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// Endpoints that may be used, in the order of their names.
    pub endpoints: Vec<EndpointTerms>,
}

impl Layer {
    /// Every layer, in the order of [`Layer::index`].
    pub const ALL: [Layer; 4] = [Layer::Weights, Layer::Bindings, Layer::Requests, Layer::Costs];

    /// Position in [`Layer::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its name in labels and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Layer::Weights => "weights",
            Layer::Bindings => "bindings",
            Layer::Requests => "requests",
            Layer::Costs => "costs",
        }
    }
}

impl Identity {
    /// The identity of a window; `None` where no request was served.
    ///
    /// Endpoints that may hardly be used are left out. Without sessions, first attempts stand for
    /// bindings. `deff` is Σ n² ÷ Σ n over clients where it is known, 1 otherwise: requests that
    /// come from the same client are not independent.
    ///
    /// Every share is drawn towards the share of the layer before by half a count per endpoint.
    /// The terms still add up, since the same shares stand on both sides.
    pub fn of(window: &PoolWindow, deff: f64) -> Option<Identity> {
        let used = window.usable();
        if used.iter().all(|(_, endpoint)| endpoint.attempts == 0) {
            return None;
        }
        let chain = Chain::of(&used);
        let terms = |(at, (name, endpoint)): (usize, &&(Arc<str>, EndpointWindow))| {
            let noises = chain.noises(at, endpoint, deff.max(1.0));
            let ln = |from: usize, to: usize| (chain.shares[to][at] / chain.shares[from][at]).ln();
            EndpointTerms {
                name: Arc::clone(name),
                ln_load: ln(0, Layer::ALL.len()),
                terms: Layer::ALL.map(|layer| Term {
                    ln: ln(layer.index(), layer.index() + 1),
                    noise: noises[layer.index()],
                }),
            }
        };
        Some(Identity { endpoints: used.iter().enumerate().map(terms).collect() })
    }

    /// The endpoint with the most load per capacity.
    pub fn hottest(&self) -> Option<&EndpointTerms> {
        self.endpoints.iter().max_by(|one, other| one.ln_load.total_cmp(&other.ln_load))
    }
}

impl EndpointTerms {
    /// A layer's term.
    pub fn term(&self, layer: Layer) -> Term {
        self.terms[layer.index()]
    }

    /// The layer that makes it hotter most, if one does by more than chance.
    pub fn dominant(&self) -> Option<Layer> {
        self.owners().first().copied()
    }

    /// The layers that own the endpoint's excess, the largest first: each more than chance, and
    /// at least 30 % of what all layers together make it hotter.
    pub fn owners(&self) -> Vec<Layer> {
        let heat: f64 = self.terms.iter().map(|term| term.ln.max(0.0)).sum();
        let owns = |layer: &Layer| {
            let term = self.term(*layer);
            term.ln > 1e-9 && term.ln >= OWNED * heat && term.ln > NOISES * term.noise
        };
        let mut owners: Vec<Layer> = Layer::ALL.into_iter().filter(owns).collect();
        owners.sort_by(|&one, &other| self.term(other).ln.total_cmp(&self.term(one).ln));
        owners
    }
}

/// The way from capacity to load.
struct Chain {
    /// Shares of capacity, weight, bindings, requests and load, none of them zero.
    shares: [Vec<f64>; Layer::ALL.len() + 1],
    bindings: f64,
    requests: f64,
    /// Half a count per endpoint.
    belief: f64,
    has_sessions: bool,
}

impl Chain {
    fn of(used: &[&(Arc<str>, EndpointWindow)]) -> Chain {
        let column = |of: fn(&EndpointWindow) -> f64| -> Vec<f64> {
            used.iter().map(|(_, endpoint)| of(endpoint)).collect()
        };
        let has_sessions = used.iter().any(|(_, e)| e.bindings + e.claims > 0);
        let bindings = match has_sessions {
            true => column(|e| e.bindings as f64),
            false => column(|e| e.attempts.saturating_sub(e.retries) as f64),
        };
        let belief = BELIEF * used.len() as f64;
        let capacity = shape::shares(&column(|e| e.usable_s));
        let weights = column(|e| e.effective_s);
        let weight = drawn(&weights, WEIGHT_BELIEF * weights.iter().sum::<f64>(), &capacity);
        let binding = drawn(&bindings, belief, &weight);
        let attempts = column(|e| e.attempts as f64);
        let request = drawn(&attempts, belief, &binding);
        let requests: f64 = attempts.iter().sum();
        // Half a request costs half of what a request costs in the mean.
        let costs = column(|e| e.cost_s);
        let load = drawn(&costs, belief * costs.iter().sum::<f64>() / requests, &request);
        Chain {
            shares: [capacity, weight, binding, request, load],
            bindings: bindings.iter().sum(),
            requests,
            belief,
            has_sessions,
        }
    }

    /// Standard errors of an endpoint's terms.
    fn noises(&self, at: usize, endpoint: &EndpointWindow, deff: f64) -> [f64; Layer::ALL.len()] {
        // Relative variance of a share of so many counts, drawn towards another share.
        let chance = |share: f64, counts: f64| {
            (1.0 - share).max(0.0) / share * counts / (counts + self.belief).powi(2)
        };
        let bound = chance(self.shares[2][at], self.bindings);
        let asked = match self.has_sessions {
            true => chance(self.shares[3][at], self.requests) * deff + bound,
            // A first attempt is its own binding: only retries come by chance.
            false => chance(self.shares[3][at], self.requests) * retried(endpoint),
        };
        let cost = (endpoint.latencies.dispersion() - 1.0) / (endpoint.attempts as f64).max(BELIEF);
        [0.0, bound, asked, cost].map(f64::sqrt)
    }
}

/// Values as shares, drawn towards other shares by some weight; those alone without any value.
fn drawn(values: &[f64], belief: f64, towards: &[f64]) -> Vec<f64> {
    let sum = values.iter().sum::<f64>() + belief;
    if sum <= 0.0 {
        return towards.to_vec();
    }
    values.iter().zip(towards).map(|(value, share)| (value + belief * share) / sum).collect()
}

/// The part of an endpoint's attempts that are retries.
fn retried(endpoint: &EndpointWindow) -> f64 {
    endpoint.retries as f64 / endpoint.attempts.max(1) as f64
}

#[cfg(test)]
mod tests;
