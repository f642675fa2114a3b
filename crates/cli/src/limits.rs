//! What the command asks of the system before it serves.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// A balancer holds two descriptors per request: it takes all that the system allows it.
/// Answers how many; `None` when there is no limit.
pub(crate) fn raise_file_limit() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, current = ?limit.current, "the limit of open files stays");
        return limit.current;
    }
    limit.maximum
}

/// The allocator asks for huge pages, and each that is touched costs 2 MB: without them an idle
/// balancer takes half the memory, and a connection what it is worth.
pub(crate) fn keep_pages_small() {
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "huge pages stay");
    }
}
