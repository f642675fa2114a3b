//! A fault as a call asks for it, in the words of a scenario's events.

use std::time::Duration;

use config::Span;
use hyper::StatusCode;
use serde::{Deserialize, Serialize};

use super::answer::Refusal;
use crate::origin::Fault;

/// The longest lease: a fault that nobody remembers ends the same day.
const LEASE_MAX: Duration = Duration::from_secs(3600);

/// More would be a mistake.
const SLOWER_MAX: f64 = 10_000.0;

/// One fault and its lease. The same words tell what is in force.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Order {
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    lasts: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slower: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fails_fast: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hangs: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    killed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    probe_fails: Option<bool>,
}

impl Order {
    /// Reads a call's body.
    pub(super) fn read(body: &[u8]) -> Result<(Fault, Duration), Refusal> {
        let order: Order = serde_json::from_slice(body)
            .map_err(|error| Refusal::bad(format!("this is no fault: {error}"), EXAMPLE))?;
        let fault = order.fault()?;
        let lease = order.lasts.ok_or_else(|| Refusal::bad("for how long?", EXAMPLE))?.0;
        if lease.is_zero() || lease > LEASE_MAX {
            let hint = "from 1ns to 1h; ask again before it ends";
            return Err(Refusal::bad("a fault cannot last that long", hint));
        }
        Ok((fault, lease))
    }

    fn fault(&self) -> Result<Fault, Refusal> {
        let plain = [
            (self.hangs, Fault::Hang),
            (self.killed, Fault::Refuse),
            (self.probe_fails, Fault::ProbeFails),
        ];
        if plain.iter().any(|(word, _)| *word == Some(false)) {
            return Err(Refusal::bad("nothing is wrong with `false`", "DELETE ends a fault"));
        }
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let asked: Vec<Fault> = plain
            .into_iter()
            .filter_map(|(word, fault)| word.map(|_| fault))
            .chain(self.slower.map(|factor| Fault::Slow { factor }))
            .chain(self.errors.map(|share| Fault::Errors { share }))
            .chain(self.fails_fast.map(|delay| Fault::FailFast { status, delay: delay.0 }))
            .collect();
        match asked[..] {
            [Fault::Slow { factor }] if !(factor > 0.0 && factor <= SLOWER_MAX) => {
                let hint = "3.0 is three times slower; 10000 at most";
                Err(Refusal::bad("`slower` must be above 0", hint))
            }
            [Fault::FailFast { delay, .. }] if delay > LEASE_MAX => {
                Err(Refusal::bad("that is not fast", "for example 200us"))
            }
            [Fault::Errors { share }] if !(0.0..=1.0).contains(&share) => {
                Err(Refusal::bad("`errors` is a part of the answers", "from 0.0 to 1.0"))
            }
            [one] => Ok(one),
            [] => Err(Refusal::bad("what is wrong with it?", EXAMPLE)),
            _ => Err(Refusal::bad("these are two faults", "make a call for each")),
        }
    }

    /// What is in force, and how much longer.
    pub(super) fn told(fault: Fault, left: Duration) -> Order {
        // Nobody needs to know it to the nanosecond.
        let left = Duration::from_millis(left.as_millis() as u64);
        let order = Order { lasts: Some(Span(left)), ..Order::default() };
        match fault {
            Fault::Slow { factor } => Order { slower: Some(factor), ..order },
            Fault::FailFast { delay, .. } => Order { fails_fast: Some(Span(delay)), ..order },
            Fault::Errors { share } => Order { errors: Some(share), ..order },
            Fault::Hang => Order { hangs: Some(true), ..order },
            Fault::Refuse => Order { killed: Some(true), ..order },
            Fault::ProbeFails => Order { probe_fails: Some(true), ..order },
        }
    }
}

const EXAMPLE: &str = "write {\"slower\": 3.0, \"for\": \"10s\"}; there are slower, fails_fast, \
                       errors, hangs, killed, probe_fails";
