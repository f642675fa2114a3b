//! What the tests share: the process under test, a raw client, a recording origin.

mod balancer;
mod hand;
mod command;
mod origin;
mod raw;
mod site;

pub(crate) use balancer::{Balancer, pool};
pub(crate) use hand::HandOrigin;
pub(crate) use origin::{Origin, Reply};
pub(crate) use command::{Folder, evenkeel, free_address};
pub(crate) use raw::{Client, Response};
pub(crate) use site::{Site, constant_ms};

/// Longest wait for anything that must happen.
pub(crate) const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// Waits until `met`, asking again and again; panics with `what` when it takes too long.
pub(crate) fn until(what: &str, mut met: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !met() {
        assert!(start.elapsed() < PATIENCE, "waited in vain for: {what}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}
