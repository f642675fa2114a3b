//! What happens during a drill, done to real servers and a real balancer when its time comes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::StatusCode;
use sim::{Change, Mode};

use super::process::Process;
use super::site::Site;
use crate::error::Error;
use crate::origin::{Fault, Origin};
use crate::stop::Stop;
use crate::timer::sleep_until;

/// Longer than any drill: the end of a fault is an event of its own.
const LEASE: Duration = Duration::from_secs(24 * 3600);

/// Whether everything that happens can be done on this floor.
pub(super) fn check(changes: &[(u64, Change)]) -> Result<(), Error> {
    for (_, change) in changes {
        let missing = match change {
            Change::Probe { .. } => "a probe that fails alone",
            Change::Stick { .. } => "cookies that nobody handed out",
            Change::Mode { mode: Mode::Errors(_), .. } => "a share of errors",
            _ => continue,
        };
        return Err(Error::balancer(
            format!("this scenario has {missing}, which real servers and users do not have here"),
            "play it with `evenkeel sim run`",
        ));
    }
    Ok(())
}

/// Does everything in time; ends early when told to.
pub(super) async fn run(
    changes: &[(u64, Change)],
    origins: Arc<Vec<Origin>>,
    process: &Process,
    site: &mut Site<'_>,
    start: Instant,
    stop: Stop,
) -> Result<(), Error> {
    let mut due: Vec<&(u64, Change)> = changes.iter().collect();
    due.sort_by_key(|change| change.0);
    let mut slowness: Vec<f64> =
        site.script.scenario.servers.iter().map(|server| server.slowness).collect();
    for (origin, &factor) in origins.iter().zip(&slowness) {
        settle(origin, factor).await;
    }
    for (at_ns, change) in due {
        tokio::select! {
            biased;
            () = stop.wait() => return Ok(()),
            () = sleep_until(start + Duration::from_nanos(*at_ns)) => {}
        }
        match change {
            Change::Slowness { server, factor } => {
                slowness[*server] = *factor;
                settle(&origins[*server], *factor).await;
            }
            Change::Mode { server, mode } => {
                behave(&origins[*server], *mode, slowness[*server]).await?;
            }
            Change::Weights(weights) => {
                site.weights.clone_from(weights);
                process.reweigh(site)?;
            }
            Change::Reload => {
                site.generation += 1;
                process.reload(site)?;
            }
            Change::Probe { .. } | Change::Stick { .. } => {}
        }
    }
    Ok(())
}

/// Nothing is wrong with it but its speed.
async fn settle(origin: &Origin, factor: f64) {
    if factor == 1.0 { origin.heal() } else { origin.fault(Fault::Slow { factor }, LEASE).await }
}

async fn behave(origin: &Origin, mode: Mode, slowness: f64) -> Result<(), Error> {
    match mode {
        Mode::Well | Mode::Errors(_) => {
            origin.revive().await?;
            settle(origin, slowness).await;
        }
        Mode::FailsFast(delay_ns) => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let delay = Duration::from_nanos(delay_ns);
            origin.fault(Fault::FailFast { status, delay }, LEASE).await;
        }
        Mode::Hangs => origin.fault(Fault::Hang, LEASE).await,
        Mode::Dead => origin.kill().await,
    }
    Ok(())
}
