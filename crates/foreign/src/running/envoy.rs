//! What the admin interface of Envoy says: `/clusters?format=json` and `/server_info`.

use serde_json::Value;

use super::answer::{Address, Fault, Pool, Server, State};
use super::json::{list, port, read, text};

const CLUSTERS: &str = "/clusters?format=json";
const INFO: &str = "/server_info";

/// Clusters and their hosts.
///
/// # Errors
/// When it is no such answer.
pub fn clusters(answer: &str) -> Result<Vec<Pool>, Fault> {
    let value = read(CLUSTERS, answer)?;
    let is_one = value.as_object().is_some_and(|object| {
        // A balancer without any cluster answers `{}`.
        object.is_empty() || object.contains_key("cluster_statuses")
    });
    if !is_one {
        return Err(Fault::new(CLUSTERS, 1, "there is no `cluster_statuses`"));
    }
    Ok(list(&value, "cluster_statuses").iter().map(pool).collect())
}

/// The version, and for how long it runs, in seconds.
///
/// # Errors
/// When it is no such answer.
pub fn info(answer: &str) -> Result<(Option<String>, Option<f64>), Fault> {
    let value = read(INFO, answer)?;
    // `commit/1.31.0/Clean/RELEASE/BoringSSL`
    let whole = text(&value, "version");
    let version = whole.as_deref().and_then(|whole| whole.split('/').nth(1)).map(str::to_owned);
    let uptime = text(&value, "uptime_current_epoch");
    let seconds = uptime.as_deref().and_then(|uptime| uptime.strip_suffix('s'));
    Ok((version.or(whole.clone()), seconds.and_then(|seconds| seconds.parse().ok())))
}

fn pool(status: &Value) -> Pool {
    Pool {
        name: text(status, "name").unwrap_or_default(),
        is_discovered: status.get("added_via_api").and_then(Value::as_bool).unwrap_or(false),
        servers: list(status, "host_statuses").iter().map(server).collect(),
    }
}

fn server(host: &Value) -> Server {
    let address = host.get("address").and_then(address);
    let name = address.as_ref().map_or_else(|| "?".to_owned(), Address::to_string);
    Server {
        host: text(host, "hostname").filter(|name| !name.is_empty()),
        address,
        weight: host.get("weight").and_then(Value::as_f64),
        state: host.get("health_status").map_or(State::Up, state),
        ..Server::named(name)
    }
}

fn address(address: &Value) -> Option<Address> {
    if let Some(socket) = address.get("socket_address") {
        return Some(Address::Host(text(socket, "address")?, port(socket, "port_value")));
    }
    address.get("pipe").and_then(|pipe| text(pipe, "path")).map(Address::Unix)
}

/// What discovery says is an order; the rest was measured.
fn state(health: &Value) -> State {
    const FAILED: [&str; 3] =
        ["failed_active_health_check", "failed_outlier_check", "pending_active_hc"];
    let is_set = |flag: &str| health.get(flag).and_then(Value::as_bool).unwrap_or(false);
    match health.get("eds_health_status").and_then(Value::as_str) {
        Some("DRAINING") => State::Drain,
        Some("UNHEALTHY" | "TIMEOUT") => State::Maintenance,
        _ if FAILED.iter().any(|flag| is_set(flag)) => State::Down,
        _ => State::Up,
    }
}
