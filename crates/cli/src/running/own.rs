//! What this balancer has in force: another process as its status tells it, this one as it knows.

use config::{Loaded, Settings};
use foreign::running::{Address, Pool, Running, Server, State};
use ledger::{ConfigStatus, EndpointStatus, PoolStatus, Status};

use super::http::get;
use crate::moment;

/// What runs at an admin listener.
pub(super) fn at(url: &str) -> Result<Running, String> {
    let page = format!("{url}/v1/status");
    let text = match get(&page)? {
        (200, text) => text,
        (code, _) => return Err(format!("{page} answers {code}")),
    };
    let read: Result<Status, _> = serde_json::from_str(&text);
    let status = read.map_err(|error| format!("{page} answers no status: {error}"))?;
    Ok(Running {
        source: String::new(),
        version: Some(status.version),
        uptime_s: Some(status.uptime_s),
        notes: notes(&status.config),
        pools: status.pools.iter().map(pool).collect(),
    })
}

fn notes(config: &ConfigStatus) -> Vec<String> {
    let digest: String = config.digest.chars().take(12).collect();
    let ago = moment::length(moment::now_s() as f64 - config.loaded_at);
    let mut notes = vec![format!("digest {digest} is in force, and was loaded {ago} ago")];
    let refused = config.last_error.lines().next().filter(|error| !error.is_empty());
    notes.extend(refused.map(|error| format!("its last reload was refused: {error}")));
    notes
}

fn pool(pool: &PoolStatus) -> Pool {
    // One that was removed has only to finish what it has.
    let stays = |endpoint: &&EndpointStatus| endpoint.state != "removed";
    let servers = pool.endpoints.iter().filter(stays).map(server);
    Pool { name: pool.name.clone(), is_discovered: false, servers: servers.collect() }
}

fn server(endpoint: &EndpointStatus) -> Server {
    Server {
        address: Address::read(&endpoint.address),
        weight: Some(endpoint.weight),
        capacity: Some(endpoint.capacity),
        state: match endpoint.state.as_str() {
            "drain" => State::Drain,
            "down" | "ejected" => State::Down,
            _ => State::Up,
        },
        ..Server::named(&endpoint.name)
    }
}

/// What this process has in force.
pub(crate) fn in_force(loaded: &Loaded) -> Running {
    let digest = &loaded.digest[..12];
    Running {
        source: "this process".to_owned(),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        uptime_s: None,
        notes: vec![format!("digest {digest} is in force: the file was changed and not loaded")],
        pools: pools(&loaded.settings),
    }
}

fn pools(settings: &Settings) -> Vec<Pool> {
    let server = |endpoint: &config::Endpoint| Server {
        address: Address::read(&endpoint.address.to_string()),
        weight: Some(endpoint.weight),
        capacity: Some(endpoint.capacity),
        state: if endpoint.drain { State::Drain } else { State::Up },
        ..Server::named(&endpoint.name)
    };
    let pool = |(name, pool): (&String, &config::Pool)| Pool {
        name: name.clone(),
        is_discovered: false,
        servers: pool.endpoints.iter().map(server).collect(),
    };
    settings.pools.iter().map(pool).collect()
}
