//! What happens during a drill, done to real servers and a real balancer when its time comes.

use std::time::{Duration, Instant};

use hyper::StatusCode;
use sim::{Change, Mode};

use super::forge::Forged;
use super::process::Process;
use super::site::Site;
use crate::error::Error;
use crate::load::Jars;
use crate::origin::{Fault, FaultKind, Origin};
use crate::stop::Stop;
use crate::timer::sleep_until;

/// Longer than any drill: the end of a fault is an event of its own.
const LEASE: Duration = Duration::from_secs(24 * 3600);

/// Those to whom things happen.
pub(super) struct Stage<'a> {
    pub(super) origins: &'a [Origin],
    pub(super) process: &'a Process,
    pub(super) site: Site<'a>,
    pub(super) jars: Jars,
    /// Cookies for those who will be stuck to a server.
    pub(super) forged: Vec<Forged>,
}

/// Does everything in time; ends early when told to.
pub(super) async fn run(
    changes: &[(u64, Change)],
    mut stage: Stage<'_>,
    start: Instant,
    stop: Stop,
) -> Result<(), Error> {
    let mut due: Vec<&(u64, Change)> = changes.iter().collect();
    due.sort_by_key(|change| change.0);
    for (at_ns, change) in due {
        tokio::select! {
            biased;
            () = stop.wait() => return Ok(()),
            () = sleep_until(start + Duration::from_nanos(*at_ns)) => {}
        }
        stage.happens(change).await?;
    }
    Ok(())
}

impl Stage<'_> {
    async fn happens(&mut self, change: &Change) -> Result<(), Error> {
        match change {
            Change::Slowness { server, factor } => {
                self.origins[*server].fault(Fault::Slow { factor: *factor }, LEASE).await;
            }
            Change::Mode { server, mode } => behave(&self.origins[*server], *mode).await?,
            Change::Weights(weights) => {
                self.site.weights.clone_from(weights);
                self.process.reweigh(&self.site)?;
            }
            // Refused before it begins: nobody's limits can be set from outside.
            Change::Limit(_) => {}
            Change::Reload => {
                self.site.generation += 1;
                self.process.reload(&self.site)?;
            }
            Change::Probe { server, down: true } => {
                self.origins[*server].fault(Fault::ProbeFails, LEASE).await;
            }
            Change::Probe { server, down: false } => self.origins[*server].end(FaultKind::Probe),
            Change::Stick { .. } => {
                self.forged.iter().filter(|one| one.of == *change).for_each(|one| self.hand(one));
            }
        }
        Ok(())
    }

    /// These users hold these cookies from now on.
    fn hand(&self, forged: &Forged) {
        for (user, cookies) in &forged.cookies {
            cookies.iter().for_each(|(name, value)| self.jars.hold(*user, name, value));
        }
    }
}

/// From now on it answers like this.
async fn behave(origin: &Origin, mode: Mode) -> Result<(), Error> {
    let fault = match mode {
        Mode::Dead => {
            origin.kill().await;
            return Ok(());
        }
        Mode::Well => {
            origin.end(FaultKind::Answers);
            return origin.revive().await;
        }
        Mode::Errors(share) => Fault::Errors { share },
        Mode::FailsFast(delay_ns) => Fault::FailFast {
            status: StatusCode::SERVICE_UNAVAILABLE,
            delay: Duration::from_nanos(delay_ns),
        },
        Mode::Hangs => Fault::Hang,
    };
    origin.revive().await?;
    origin.fault(fault, LEASE).await;
    Ok(())
}
