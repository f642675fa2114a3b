//! How many clients fit into the process's limit of open files.
//!
//! Out of descriptors, the next connect fails, and an endpoint that did nothing would be blamed
//! for it. So clients are let in only as long as their requests find one as well.

use config::Settings;
use rustix::process::{Resource, getrlimit};

/// Descriptors that the process has whatever happens: log, state, files that are read.
const ITSELF: u64 = 64;
/// What the admin listener may take, at most; less where there is little.
const ADMIN: u64 = 256;
const ADMIN_PART: u64 = 16;
/// Descriptors of a worker's runtime.
const PER_WORKER: u64 = 4;

/// Most clients that may be connected: as configured, or as many as there is room for.
pub(super) fn clients_max(settings: &Settings, workers: usize) -> u32 {
    let asked = settings.server.max_connections;
    let Some(files) = getrlimit(Resource::Nofile).current else { return asked };
    let most = fit(files, settings, workers as u64).min(u64::from(asked)) as u32;
    if most < asked {
        tracing::warn!(
            open_files = files,
            "server.max_connections = {asked} does not fit the limit of open files: {most} clients \
             are let in; raise the limit (`ulimit -n`, LimitNOFILE= in a systemd unit)"
        );
    }
    most
}

fn fit(files: u64, settings: &Settings, workers: u64) -> u64 {
    let endpoints = || settings.pools.values().flat_map(|pool| &pool.endpoints);
    let doors = settings.listeners.len() as u64;
    let probes = endpoints().count() as u64;
    let own = ITSELF + ADMIN.min(files / ADMIN_PART) + workers * (PER_WORKER + doors) + probes;
    let rest = files.saturating_sub(own);
    // A client's request holds one connection upstream, unless the endpoints' limits allow
    // fewer altogether. Each worker may keep as many idle as it ever had in use.
    let upstream: Option<u64> = endpoints().map(|one| one.limit.map(u64::from)).sum();
    let limited = upstream.map_or(0, |sum| rest.saturating_sub(sum.saturating_mul(workers)));
    limited.max(rest / 2).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two endpoints, with these lines each.
    fn check(files: u64, lines: &str, expected: u64) {
        let endpoint = |n: u8| {
            format!(
                "[[pools.p.endpoints]]\naddress = \"10.0.0.{n}:80\"\nname = \"e{n}\"\n{lines}\n"
            )
        };
        let text = format!(
            "[[listeners]]\nname = \"web\"\naddress = \"127.0.0.1:0\"\n\
             [[routes]]\npool = \"p\"\n{}{}",
            endpoint(1),
            endpoint(2)
        );
        let settings = config::parse(&text, "room.toml").expect("valid");
        assert_eq!(fit(files, &settings, 2), expected, "{files} {lines}");
    }

    #[test]
    fn clients_leave_room_for_their_requests() {
        check(1024, "", (1024 - 64 - 64 - 10 - 2) / 2);
        check(20_000, "", (20_000 - 64 - 256 - 10 - 2) / 2);
        check(20_000, "limit = 100", 20_000 - 64 - 256 - 10 - 2 - 400);
        check(1024, "limit = 1000", 442); // no more than a request each
        check(20, "", 1);
    }
}
