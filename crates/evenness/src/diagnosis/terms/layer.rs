//! Which layer makes the busiest endpoint busy.

use super::pressure::FLOODED;
use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};
use crate::endpoints::beside;
use crate::identity::{Identity, Layer};

/// ln of load ÷ capacity from which on an endpoint is busy: a fifth above its part.
const BUSY: f64 = 0.18;

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    if beside(case.now).iter().all(|e| e.pressure > FLOODED) {
        return None;
    }
    let identity = Identity::of(case.now, 1.0)?;
    let hottest = identity.hottest()?;
    if hottest.ln_load < BUSY {
        return None;
    }
    let mut owners = hottest.owners();
    // Where nobody comes back to anybody, requests go where there is room, and that is no layer.
    let sessions = case.now.endpoints.iter().any(|(_, e)| e.claims > 0);
    owners.retain(|layer| sessions || matches!(layer, Layer::Weights | Layer::Costs));
    let owns = |layer: Layer| owners.contains(&layer);
    let level = match owners.first()? {
        Layer::Weights | Layer::Bindings if owns(Layer::Weights) && owns(Layer::Bindings) => {
            "weights_and_bindings"
        }
        Layer::Weights => "weights",
        Layer::Bindings => "bindings",
        Layer::Requests => "requests",
        Layer::Costs => "cost",
    };
    let parts: Vec<String> =
        owners.iter().map(|&layer| told(layer, hottest.term(layer).ln)).collect();
    let (name, times) = (&hottest.name, hottest.ln_load.exp());
    let text = format!("{name} carries {times:.1} × its part: {}", parts.join(", "));
    Some(Reading::new(Term::Layer, level, text))
}

fn told(layer: Layer, ln: f64) -> String {
    let times = ln.exp();
    match layer {
        Layer::Weights => format!("× {times:.1} by its weight"),
        Layer::Bindings => format!("× {times:.1} by more new sessions than its weight asks for"),
        Layer::Requests => format!("× {times:.1} by more requests per session"),
        Layer::Costs => format!("× {times:.1} by longer requests"),
    }
}
