//! Evenkeel on the drill floor: its defaults, and the scenario's `[pool]`.

use std::collections::BTreeMap;

use config::Pool;
use serde::Serialize;

use super::contender::Site;
use crate::error::Error;

const POOL: &str = "drill";

#[derive(Serialize)]
struct Pools<'a> {
    pools: BTreeMap<&'a str, Pool>,
}

/// The configuration, as a user would write it.
pub(super) fn config(site: &Site<'_>) -> Result<String, Error> {
    let mut pool = site.script.settings.clone();
    for (index, endpoint) in pool.endpoints.iter_mut().enumerate() {
        endpoint.address = site.servers[index];
        endpoint.weight = site.weights[index];
    }
    let pools = Pools { pools: BTreeMap::from([(POOL, pool)]) };
    let pools = toml::to_string(&pools).map_err(|error| {
        Error::balancer(format!("this pool cannot be written down: {error}"), "please report it")
    })?;
    Ok(format!(
        "[server]\nworkers = 1\nadmin = \"{}\"\nstate_dir = '{}'\n\n\
         [[listeners]]\nname = \"web\"\naddress = \"{}\"\n\n\
         [[routes]]\npool = \"{POOL}\"\n\n{pools}",
        site.admin,
        site.folder.join("state").display(),
        site.listen
    ))
}
