//! What the tests of this folder pick from.

use crate::pick::{Picker, Request, Server, State};

/// Servers of these weights.
pub(super) fn servers(weights: &[u32]) -> Vec<Server> {
    let server = |(place, weight): (usize, &u32)| {
        let name = format!("s{}", place + 1);
        let address = format!("127.0.0.1:{}", 9001 + place);
        Server { weight: *weight, ..Server::new(place, name, address) }
    };
    weights.iter().enumerate().map(server).collect()
}

/// Whom requests go to that say nothing, with nothing under way.
pub(super) fn order(picker: &mut dyn Picker, count: usize) -> Vec<usize> {
    let picks = std::iter::repeat_with(|| {
        picker.pick(&Request::default(), &State::default()).expect("somebody")
    });
    picks.take(count).collect()
}
