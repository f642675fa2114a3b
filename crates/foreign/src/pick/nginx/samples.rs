//! What the tests of this folder pick from.

use crate::pick::Server;

/// Servers of these weights.
pub(super) fn servers(weights: &[u32]) -> Vec<Server> {
    let server = |(place, weight): (usize, &u32)| {
        let address = format!("10.0.0.{}:80", place + 1);
        Server { weight: *weight, ..Server::new(place, address.clone(), address) }
    };
    weights.iter().enumerate().map(server).collect()
}
