//! Evenkeel on the drill floor: its defaults, and the scenario's `[pool]`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::Command;

use config::{Pool, Probe};
use rustix::process::{Pid, Signal};
use serde::Serialize;
use sim::{Change, Scenario};

use super::noise;
use super::process::ourselves;
use super::program::{Program, tell};
use super::site::Site;
use crate::error::Error;

const POOL: &str = "drill";
const FILE: &str = "evenkeel.toml";

pub(super) struct Evenkeel;

impl Program for Evenkeel {
    fn write(&self, site: &Site<'_>) -> Result<(), Error> {
        site.write(FILE, &config(site)?)
    }

    fn serve(&self, site: &Site<'_>) -> Result<Command, Error> {
        let mut command = ourselves()?;
        command.args(["serve", "-c"]).arg(site.path(FILE));
        Ok(command)
    }

    fn check(&self, site: &Site<'_>) -> Result<Command, Error> {
        let mut command = ourselves()?;
        command.args(["check", "-c"]).arg(site.path(FILE));
        Ok(command)
    }

    fn hint(&self) -> &'static str {
        "it is the very program that drills: has its file been moved?"
    }

    /// By its admin listener: what a server answers to nobody is no sample of its speed.
    fn ready(&self, site: &Site<'_>) -> (SocketAddr, &'static str) {
        (site.admin, "/readyz")
    }

    fn witness(&self, site: &Site<'_>) -> Option<SocketAddr> {
        Some(site.admin)
    }

    fn reload(&self, site: &Site<'_>, process: Pid) -> Result<(), Error> {
        self.write(site)?;
        tell(process, Signal::HUP)
    }
}

/// A balancer refuses weights that are an outage that waits; a scenario is there to play it.
const ALLOWED: &str = "# evenkeel: allow EKW201 -- the scenario sets these weights\n\n";

fn orders_weights(scenario: &Scenario) -> bool {
    let mut changes = scenario.changes.iter();
    changes.any(|(_, change)| matches!(change, Change::Weights(_)))
}

#[derive(Serialize)]
struct Pools<'a> {
    pools: BTreeMap<&'a str, Pool>,
}

/// The configuration, as a user would write it.
fn config(site: &Site<'_>) -> Result<String, Error> {
    let mut pool = site.script.settings.clone();
    let endpoints = pool.endpoints.iter_mut().zip(site.endpoints());
    for (endpoint, (_, address, weight)) in endpoints {
        (endpoint.address, endpoint.weight) = (address, weight);
    }
    let mut changes = site.script.scenario.changes.iter();
    if pool.probe.is_none() && changes.any(|(_, change)| matches!(change, Change::Probe { .. })) {
        // A probe that fails has to be there.
        pool.probe = Some(Probe { path: Some("/healthz".to_owned()), ..Probe::default() });
    }
    let pools = Pools { pools: BTreeMap::from([(POOL, pool)]) };
    let pools = toml::to_string(&pools).map_err(|error| {
        Error::balancer(format!("this pool cannot be written down: {error}"), "please report it")
    })?;
    let allowed = if orders_weights(&site.script.scenario) { ALLOWED } else { "" };
    Ok(format!(
        "{allowed}[server]\nworkers = 1\nadmin = \"{}\"\nstate_dir = '{}'\n\n\
         [[listeners]]\nname = \"web\"\naddress = \"{}\"\n\n\
         [[routes]]\npool = \"{POOL}\"\n\n\
         [[firewall]]\nfile = '{}'\nformat = \"nftables\"\n\n{pools}",
        site.admin,
        site.path("state").display(),
        site.listen,
        site.path(noise::FILE).display(),
    ))
}
