//! What the API of NGINX Plus says: `/api/N/http/upstreams`, `/api/N/stream/upstreams` and
//! `/api/N/nginx`. The open source nginx tells nobody what weights are in force.

use serde_json::Value;

use super::answer::{Address, Fault, Pool, Server, State};
use super::json::{list, read, text};

const VERSIONS: &str = "/api/";
const UPSTREAMS: &str = "upstreams";
const INFO: &str = "/api/N/nginx";

/// The newest version of the API, from the list of them at `/api/`.
///
/// # Errors
/// When it is no such answer.
pub fn newest(answer: &str) -> Result<u64, Fault> {
    let value = read(VERSIONS, answer)?;
    let versions = value.as_array().and_then(|all| all.iter().filter_map(Value::as_u64).max());
    versions.ok_or_else(|| Fault::new(VERSIONS, 1, "this is no list of versions"))
}

/// Upstreams and their servers.
///
/// # Errors
/// When it is no such answer.
pub fn upstreams(answer: &str) -> Result<Vec<Pool>, Fault> {
    let value = read(UPSTREAMS, answer)?;
    let Some(upstreams) = value.as_object() else {
        return Err(Fault::new(UPSTREAMS, 1, "this is no object of upstreams"));
    };
    let pool = |(name, upstream): (&String, &Value)| {
        // Those of `stream` have the same form.
        if !upstream.get("peers").is_some_and(Value::is_array) {
            let what = format!("`{name}` has no `peers`");
            return Err(Fault::new(UPSTREAMS, 1, what));
        }
        let servers = list(upstream, "peers").iter().map(server).collect();
        Ok(Pool { name: name.clone(), is_discovered: false, servers })
    };
    upstreams.iter().map(pool).collect()
}

/// The version, and what the build calls itself.
///
/// # Errors
/// When it is no such answer.
pub fn info(answer: &str) -> Result<Option<String>, Fault> {
    let value = read(INFO, answer)?;
    let build = text(&value, "build").filter(|build| !build.is_empty());
    Ok(text(&value, "version").map(|version| match build {
        Some(build) => format!("{version} ({build})"),
        None => version,
    }))
}

fn server(peer: &Value) -> Server {
    let address = text(peer, "server");
    let written = text(peer, "name");
    Server {
        host: written.clone().filter(|name| Some(name) != address.as_ref()),
        address: address.as_deref().and_then(Address::read),
        weight: peer.get("weight").and_then(Value::as_f64),
        state: match peer.get("state").and_then(Value::as_str) {
            Some("draining") => State::Drain,
            Some("down") => State::Maintenance,
            Some("unavail" | "unhealthy" | "checking") => State::Down,
            _ => State::Up,
        },
        ..Server::named(written.or(address).unwrap_or_default())
    }
}
