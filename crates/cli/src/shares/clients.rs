//! The figures of a window's clients: how many, how new, how much of it is a few's.

use std::sync::Arc;

use evenness::{PoolWindow, Ranking, client_network};
use serde::Serialize;

/// Who asked. Parts are of the pool's requests.
#[derive(Debug, Serialize)]
pub(super) struct ClientFigures {
    /// Different addresses, of IPv6 /64 networks.
    pub(super) distinct: f64,
    /// Those among them that were not seen in the seven days before.
    pub(super) new: f64,
    /// The part that such new clients sent; `None` where there are too many clients to tell.
    pub(super) new_share: Option<f64>,
    /// The busiest client's part, over ten seconds each, as a mean.
    pub(super) top_share: f64,
    pub(super) entropy_bits: f64,
    /// The part that the ten busiest client connections carry, over ten seconds each, as a mean.
    pub(super) top_connections_share: f64,
    /// The busiest, where they are known: addresses for a day.
    pub(super) top_clients: Vec<Named>,
    pub(super) top_paths: Vec<Named>,
    pub(super) top_agents: Vec<Named>,
}

/// A client, a path or a user agent.
#[derive(Debug, Serialize)]
pub(super) struct Named {
    pub(super) name: String,
    /// Requests at least: those of seconds in which it was not among the busiest are missing.
    pub(super) requests: u64,
    pub(super) share: f64,
}

/// The figures, where it is known who asked.
pub(super) fn client_figures(window: &PoolWindow) -> Option<ClientFigures> {
    let clients = &window.clients;
    let named = |ranking: &Ranking<Arc<str>>| named(ranking, window, |name| name.to_string());
    (window.requests > 0 && clients.distinct > 0.0).then(|| ClientFigures {
        distinct: window.distinct().round(),
        new: window.new_clients().round(),
        new_share: window.new_share(1),
        top_share: clients.top_share,
        entropy_bits: clients.entropy_bits,
        top_connections_share: clients.top_connections_share,
        top_clients: self::named(&window.turnout.clients, window, |key| address(*key)),
        top_paths: named(&window.turnout.paths),
        top_agents: named(&window.turnout.agents),
    })
}

fn named<N: Clone + Ord>(
    ranking: &Ranking<N>,
    window: &PoolWindow,
    name: impl Fn(&N) -> String,
) -> Vec<Named> {
    let share = |requests: u64| (requests as f64 / window.requests as f64).min(1.0);
    let all = ranking.iter().take(evenness::RANKED);
    all.map(|(own, requests)| Named {
        name: name(own),
        requests: *requests,
        share: share(*requests),
    })
    .collect()
}

fn address(key: u64) -> String {
    match client_network(key) {
        std::net::IpAddr::V4(address) => address.to_string(),
        std::net::IpAddr::V6(network) => format!("{network}/64"),
    }
}
