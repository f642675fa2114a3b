//! An endpoint carries more than its part, or would without the bound.

use std::sync::Arc;

use evenness::{Beside, Cause, PoolWindow, Severity, Signal, SignalKind, Verdict, beside};

use crate::judge::view::View;

/// Claims ÷ part that an endpoint cannot have, from which on it is told.
const ASKED_MIN: f64 = 1.4;
const CLAIMS_MIN: u64 = 500;
/// By so many standard errors that is more than chance.
const ERRORS: f64 = 4.0;
/// Claims ÷ load from which on some are turned away, and pressure ÷ the pool's that is a crowd.
const CROWDED: f64 = 1.3;

pub(super) fn read(view: &View<'_>) -> Option<Signal> {
    let told = |severity, cause, summary| Signal {
        kind: SignalKind::Unevenness,
        pool: view.pool.to_owned(),
        severity,
        cause,
        summary,
    };
    let figures = view.unevenness?;
    let peak = figures.peak.as_deref().unwrap_or_default();
    let ratio = figures.peak_to_mean;
    // Just after the start nobody's speed is known; where somebody left, its part is elsewhere for
    // a while, and what is missing is told by itself.
    let settled = view.past.is_some() && !view.settles;
    if figures.verdict == Verdict::Uneven && settled {
        let severity = if view.is_harmful() { Severity::Page } else { Severity::Ticket };
        let summary = format!("{peak} carries {ratio:.2} × the mean load per capacity");
        return Some(told(severity, None, summary));
    }
    // Sessions of whoever left are with others now, and stay there.
    let (asked, part) = asked_for(view).filter(|_| !view.settles)?;
    let names: Vec<&str> = asked.iter().map(|name| &**name).collect();
    let names = names.join(", ");
    let summary =
        format!("{part:.0} % of the sessions' requests ask for {names}: held back so far");
    Some(told(Severity::Ticket, Some(Cause::Persistence), summary))
}

/// Who is asked for by far more sessions than it can serve, twice in a row, and by what part of
/// them, in per cent.
fn asked_for(view: &View<'_>) -> Option<(Vec<Arc<str>>, f64)> {
    let [before, now] = view.tens else { return None };
    let past = beside(view.past?);
    let too_many = |window: &PoolWindow| -> Vec<Arc<str>> {
        let claims: u64 = window.endpoints.iter().map(|(_, e)| e.claims).sum();
        let usable: f64 = window.endpoints.iter().map(|(_, e)| e.usable_s).sum();
        let usable_s = |e: &Beside| {
            let own = window.endpoints.iter().find(|(name, _)| *name == e.name);
            own.map_or(0.0, |(_, own)| own.usable_s)
        };
        // Requests of one client ask as one.
        let error = |e: &Beside| {
            let due = usable_s(e) / usable;
            (view.deff.max(1.0) * (1.0 - due) / (due * claims.max(1) as f64)).sqrt()
        };
        let crowds =
            |e: &Beside| e.claims_ratio > CROWDED * e.load_ratio || e.pressure_ratio > CROWDED;
        // Fast endpoints have more sessions, and room for them.
        let usual = |e: &Beside| {
            let own = past.iter().find(|one| one.name == e.name);
            own.map_or(1.0, |own| own.claims_ratio.max(1.0))
        };
        let most = |e: &Beside| (ASKED_MIN * usual(e)).max(usual(e) + ERRORS * error(e));
        let all = beside(window).into_iter();
        all.filter(|e| e.claims_ratio > most(e) && crowds(e)).map(|e| e.name).collect()
    };
    let (then, asked) = (too_many(before), too_many(now));
    let claims: u64 = now.endpoints.iter().map(|(_, e)| e.claims).sum();
    if claims < CLAIMS_MIN || asked.is_empty() || !asked.iter().any(|name| then.contains(name)) {
        return None;
    }
    let own = now.endpoints.iter().filter(|(name, _)| asked.contains(name));
    let part = own.map(|(_, e)| e.claims).sum::<u64>() as f64 / claims as f64;
    Some((asked, part * 100.0))
}
