//! What the fuzz targets call: each function panics when a property does not hold.
//!
//! Random tests and the kept corpus go through the same functions on every test run.

use crate::exchange::properties as exchange;
use crate::plan::{self, Ground, Slots};
use crate::wire::http1::properties as http1;

/// A request's head: read alike however it arrives, sent on with the meaning it had.
pub fn request_head(bytes: &[u8]) {
    http1::request_head(bytes);
}

/// A response's head: read alike however it arrives, sent on with the meaning it had.
pub fn response_head(bytes: &[u8]) {
    http1::response_head(bytes);
}

/// A body: read alike in whatever pieces it arrives. The first two bytes choose framing and
/// pieces.
pub fn body(bytes: &[u8]) {
    http1::body(bytes);
}

/// A `Cookie` field: no session is believed that we have not signed.
pub fn cookie(bytes: &[u8]) {
    exchange::cookie(bytes);
}

/// A `Forwarded` field: only a trusted proxy is believed, whatever stands before what it says.
pub fn forwarded(bytes: &[u8]) {
    exchange::forwarded(bytes);
}

/// A configuration: refused with errors that have a place, or good for a plan.
pub fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match config::parse(text, "fuzz.toml") {
        Ok(settings) => {
            let ground = Ground { workers: 1, secret: b"secret", now_ns: 0, seed: 1 };
            let mut slots = Slots::default();
            let plan = plan::build(&settings, None, &mut slots, &ground);
            assert_eq!(plan.pools.len(), settings.pools.len());
            let again = plan::build(&settings, Some(&plan), &mut slots, &ground);
            let slots = |plan: &plan::Plan| {
                let endpoints = plan.pools.iter().flat_map(|pool| &pool.endpoints);
                endpoints.map(|endpoint| endpoint.slot).collect::<Vec<_>>()
            };
            assert_eq!(slots(&plan), slots(&again), "a reload moves what has not changed");
        }
        Err(problems) => {
            assert!(problems.count(config::Severity::Error) > 0, "refused without an error");
            for problem in &problems {
                assert!(text.get(problem.span.clone()).is_some(), "a place outside of the text");
            }
            assert!(!problems.render(false).contains('\u{1b}'), "a file steers the terminal");
        }
    }
}

#[cfg(test)]
mod tests;
