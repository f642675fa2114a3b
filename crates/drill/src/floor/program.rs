//! What every balancer's program can do on the drill floor.

use std::net::SocketAddr;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};

use super::site::Site;
use crate::error::Error;

/// A balancer's program: its configuration, how it is started and how it is told of changes.
pub(super) trait Program: Sync {
    /// Writes its configuration.
    fn write(&self, site: &Site<'_>) -> Result<(), Error>;

    /// Serves in the foreground.
    fn serve(&self, site: &Site<'_>) -> Result<Command, Error>;

    /// Checks the configuration that was written, and ends.
    fn check(&self, site: &Site<'_>) -> Result<Command, Error>;

    /// What to do when it is not installed.
    fn hint(&self) -> &'static str;

    /// Whom to ask whether it serves, and for which path. Where turns count, nobody's may be
    /// used up by it: in a play the first user gets the first server.
    fn ready(&self, site: &Site<'_>) -> (SocketAddr, &'static str) {
        (site.listen, "/healthz")
    }

    /// Where it tells of its own alarms, if it judges itself.
    fn witness(&self, _: &Site<'_>) -> Option<SocketAddr> {
        None
    }

    /// A script has set weights, as a script does for this balancer.
    fn reweigh(&self, site: &Site<'_>, process: Pid) -> Result<(), Error> {
        self.reload(site, process)
    }

    /// The configuration is loaded again, the best way that it knows.
    fn reload(&self, site: &Site<'_>, process: Pid) -> Result<(), Error>;
}

/// Tells a running balancer by a signal.
pub(super) fn tell(process: Pid, signal: Signal) -> Result<(), Error> {
    kill_process(process, signal).map_err(|error| {
        Error::balancer(format!("the balancer cannot be signalled: {error}"), "has it ended?")
    })
}
