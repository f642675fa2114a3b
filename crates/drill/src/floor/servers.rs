//! The servers of a scenario, alone: whatever is put before them.

use std::net::SocketAddr;

use sim::Script;

use crate::error::Error;
use crate::origin::{Origin, OriginSpec};

/// Length of their answers.
const BODY_BYTES: u64 = 100;

/// Starts them within the current tokio runtime: the first one at `first`, the others at the ports
/// that follow; port 0: each at a free one.
///
/// A request that says how much work it is (`x-work-us`) is so much, any other one is drawn.
///
/// # Errors
/// An address that cannot be listened on.
pub async fn start(script: &Script, first: SocketAddr) -> Result<Vec<Origin>, Error> {
    let mut origins = Vec::new();
    for (number, server) in (0u16..).zip(&script.scenario.servers) {
        let spec = OriginSpec {
            name: server.name.clone(),
            slots: server.slots as usize,
            service: script.scenario.traffic.demand,
            slowness: server.slowness,
            body_bytes: BODY_BYTES,
            seed: number.into(),
        };
        origins.push(Origin::start(spec, place(first, number)?).await?);
    }
    Ok(origins)
}

fn place(first: SocketAddr, number: u16) -> Result<SocketAddr, Error> {
    let port = match first.port() {
        0 => 0,
        first => first.checked_add(number).ok_or_else(|| {
            Error::spec(
                format!("there are no {number} ports after {first}"),
                "begin with a lower one",
            )
        })?,
    };
    Ok(SocketAddr::new(first.ip(), port))
}
