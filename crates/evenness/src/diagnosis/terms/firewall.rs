//! What the firewall saw. Without its logs nothing is known, whatever else looks well.

use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};

const MORE: f64 = 3.0;
/// Drops per second that are noise of the internet.
const NOISE_RATE: f64 = 10.0;

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    let firewall = case.firewall;
    if !firewall.is_covered() {
        return None;
    }
    let usual = firewall.usual_drops_rate.unwrap_or(NOISE_RATE).max(NOISE_RATE);
    let level = if firewall.drops_rate > MORE * usual { "drops" } else { "quiet" };
    if level == "quiet" && !firewall.is_watching() {
        return None;
    }
    let text = format!(
        "the firewall drops {:.0} packets/s of {:.0} sources, its logs cover {:.0} % of the time",
        firewall.drops_rate,
        firewall.sources,
        firewall.coverage * 100.0
    );
    Some(Reading::new(Term::Firewall, level, text))
}
