//! Which layer makes the busiest endpoint busy.

use super::pressure::FLOODED;
use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};
use crate::endpoints::beside;
use crate::identity::{Identity, Layer};

/// ln of load ÷ capacity from which on an endpoint is busy: a fifth above its part.
const BUSY: f64 = 0.18;
/// Share in force ÷ approved share, up to which they are the same.
const APPROVED: f64 = 1.05;

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    if beside(case.now).iter().all(|e| e.pressure > FLOODED) {
        return None;
    }
    let clusters = 1.0 + case.scatter() * case.now.attempts() as f64;
    let identity = Identity::of(case.now, clusters)?;
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
        Layer::Weights if is_approved(case, &hottest.name) => "approved_weights",
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

/// Whether the settings in force give an endpoint what somebody stands for.
fn is_approved(case: &Case<'_>, name: &str) -> bool {
    let all = beside(case.now);
    let own = all.iter().find(|e| *e.name == *name);
    own.is_some_and(|e| e.effective_ratio < APPROVED * e.approved_ratio)
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
