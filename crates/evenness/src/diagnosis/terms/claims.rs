//! Whether sessions or keys ask for few endpoints, whoever serves them in the end.

use std::sync::Arc;

use super::pressure::{ERRORS, FLOODED, UNEVEN};
use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};
use crate::endpoints::{Beside, beside, listed};
use crate::window::{EndpointWindow, PoolWindow};

/// Requests by which a new session may have gone where weights send it, at least and at most: as
/// many as sessions usually have.
const FOLLOW: (f64, f64) = (3.0, 5.0);
/// Clients that there are at least.
const DRAWS_MIN: f64 = 30.0;
const CLAIMS_MIN: u64 = 100;
const CONCENTRATED: f64 = 1.3;
/// Part of the time that it may be used, below which an endpoint was away.
const STAYS: f64 = 0.8;
/// What more than its part the sessions of those who have gone may come to.
const SCATTERED: f64 = 1.5;
/// Claims ÷ load from which on somebody asks for more than it can have.
const TURNED_AWAY: f64 = 1.2;

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    let now = asked_first(case.now);
    let claims: u64 = now.endpoints.iter().map(|(_, e)| e.claims).sum();
    let (endpoints, seen) = (beside(&now), beside(case.now));
    let flooded = endpoints.iter().all(|e| e.pressure > FLOODED);
    if claims < CLAIMS_MIN || endpoints.len() < 2 || flooded {
        return None;
    }
    // Sessions are where the fast endpoints are, too: there they get what they ask for, and nobody
    // is crowded.
    let usual = case.usual.map(beside).unwrap_or_default();
    let bindings = bound(&now);
    let length = case.usual.map_or(0.0, |usual| asked(usual) / bound(usual).max(1.0));
    let follow = length.clamp(FOLLOW.0, FOLLOW.1);
    let share = |name: &Arc<str>| {
        let own = now.endpoints.iter().find(|(own, _)| own == name);
        own.map_or(0.0, |(_, e)| e.claims as f64 / claims as f64)
    };
    // Where all wait, who is held where says little. Sessions of who has gone are where there was
    // room at that moment.
    let overloaded = endpoints.iter().all(|e| e.pressure > UNEVEN);
    let gone = now.endpoints.iter().any(|(_, e)| is_away(e));
    let spare = if overloaded { 1.0 } else { 0.0 } + if gone { SCATTERED } else { 0.0 };
    let too_many = |e: &Beside, scatter: f64| {
        // Of whoever has gone, those who had a session there still ask.
        if e.usable < STAYS {
            return false;
        }
        // A busy user's session has always asked for one server, and new sessions follow weights.
        let before = usual.iter().find(|u| u.name == e.name).map_or(1.0, |u| u.claims_ratio);
        let new = bindings * follow / claims as f64;
        // Who is moved by the bound is bound anew too, away from where all ask to be.
        let followed = e.effective_ratio.min(e.bindings_ratio);
        let due = before + (followed - before).max(0.0) * new.min(1.0);
        let crowded = e.pressure_ratio > UNEVEN || e.claims_ratio > TURNED_AWAY * e.load_ratio;
        // Requests of a session come together: there are no more draws than clients, and those of
        // the fullest second are sure not to be too many.
        let draws = (claims as f64).min(now.clients.distinct.max(DRAWS_MIN));
        let fair = share(&e.name) / e.claims_ratio.max(1e-9);
        let error =
            ERRORS * ((fair / draws).sqrt() / fair).hypot((scatter * (1.0 - fair) / fair).sqrt());
        let most = CONCENTRATED * due.max(1.0) + spare;
        // Where others only ask again and again, what is asked of the rest is not much.
        let all = seen.iter().find(|one| one.name == e.name).map_or(0.0, |one| one.claims_ratio);
        all.min(e.claims_ratio) > most.max(due + error) && crowded
    };
    let by_more_than = |scatter: f64| -> Vec<&Beside> {
        endpoints.iter().filter(|e| too_many(e, scatter)).collect()
    };
    let crowded = by_more_than(case.scatter());
    let peak = endpoints.iter().map(|e| e.claims_ratio).fold(0.0, f64::max);
    if crowded.is_empty() {
        // Newcomers who are there by chance would explain it, and so would persistence.
        if !by_more_than(0.0).is_empty() {
            return None;
        }
        let text = format!("sessions ask for what can be had: {peak:.2} × its part at most");
        return Some(Reading::new(Term::Claims, "even", text));
    }
    let names: Vec<Arc<str>> = crowded.iter().map(|e| Arc::clone(&e.name)).collect();
    let own = now.endpoints.iter().filter(|(name, _)| names.contains(name));
    let part = 100.0 * own.map(|(_, e)| e.claims).sum::<u64>() as f64 / claims as f64;
    let text = format!("{part:.0} % of the requests with a session ask for {}", listed(&names));
    Some(Reading::new(Term::Claims, "concentrated", text))
}

/// New sessions of a pool.
fn bound(window: &PoolWindow) -> f64 {
    window.endpoints.iter().map(|(_, e)| e.bindings as f64).sum()
}

/// Requests of a pool whose session asked for an endpoint.
fn asked(window: &PoolWindow) -> f64 {
    window.endpoints.iter().map(|(_, e)| e.claims as f64).sum()
}

/// Whether it could not be used for a while, or refuses most of what it is asked.
fn is_away(e: &EndpointWindow) -> bool {
    e.usable_s < STAYS * e.capacity_s || 2 * e.failures > e.attempts
}

/// The same with the claims of those requests only that are no repetition. Who has waited in vain
/// asks the same server again: where a queue is, each user counts many times.
fn asked_first(now: &PoolWindow) -> PoolWindow {
    let mut first = now.clone();
    let again = now.asked_again as f64 / now.requests.max(1) as f64;
    let claims: u64 = now.endpoints.iter().map(|(_, e)| e.claims).sum();
    let present_s: f64 = now.endpoints.iter().map(|(_, e)| e.present_s).sum();
    if present_s > 0.0 {
        for (_, e) in &mut first.endpoints {
            let repeated = again * claims as f64 * e.present_s / present_s;
            e.claims = e.claims.saturating_sub(repeated as u64);
        }
    }
    first
}
