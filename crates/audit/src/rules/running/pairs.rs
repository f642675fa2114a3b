//! Which running server is which of the file's.

use std::net::IpAddr;

use foreign::running::{Address, Pool, Running, Server};

use super::filed::{Filed, FiledPool};
use super::read::filed;
use crate::subject::{Parsed, Subject};

/// A pool of the file, and what runs of it.
pub(in crate::rules) struct Matched<'r> {
    pub(in crate::rules) name: String,
    /// Where the file begins it.
    pub(in crate::rules) span: Option<foreign::Span>,
    /// Absent where no pool of that name runs.
    pub(in crate::rules) pool: Option<&'r Pool>,
    /// The file's servers.
    pub(in crate::rules) pairs: Vec<Pair<'r>>,
    /// Running ones that the file does not have.
    pub(in crate::rules) others: Vec<&'r Server>,
}

/// A server of the file, and what runs of it: nothing, one, or one for each address of its name.
pub(in crate::rules) struct Pair<'r> {
    pub(in crate::rules) filed: Filed,
    pub(in crate::rules) running: Vec<&'r Server>,
}

/// All pools of a file against those that run.
pub(in crate::rules) fn matched<'r>(subject: &Subject, running: &'r Running) -> Vec<Matched<'r>> {
    // Elsewhere names of servers are their addresses.
    let is_named = matches!(subject.parsed, Parsed::Haproxy(_) | Parsed::Evenkeel(_));
    let pools = filed(&subject.parsed).into_iter();
    let matched = pools.map(|FiledPool { name, span, servers }| {
        let pool = running.pools.iter().find(|pool| pool.name == name);
        let mut others: Vec<&Server> = pool.iter().flat_map(|pool| &pool.servers).collect();
        let pairs = servers.into_iter().map(|filed| {
            let running = take(&mut others, &filed, is_named);
            Pair { filed, running }
        });
        let pairs = pairs.collect();
        Matched { name, span, pool, pairs, others }
    });
    matched.collect()
}

/// Where it was asked, and of whom.
pub(in crate::rules) fn asked(running: &Running) -> String {
    let version = running.version.as_deref().map(|version| format!(", version {version}"));
    let uptime = running.uptime_s.map(|seconds| format!(", up for {}", length(seconds)));
    let (version, uptime) = (version.unwrap_or_default(), uptime.unwrap_or_default());
    format!("asked of {}{version}{uptime}", running.source)
}

fn length(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 120.0 => format!("{seconds:.0} s"),
        seconds if seconds < 7200.0 => format!("{:.0} min", seconds / 60.0),
        seconds if seconds < 172_800.0 => format!("{:.0} h", seconds / 3600.0),
        seconds => format!("{:.0} days", seconds / 86_400.0),
    }
}

/// Takes out what runs of a server.
fn take<'r>(left: &mut Vec<&'r Server>, filed: &Filed, is_named: bool) -> Vec<&'r Server> {
    let is_it = |server: &&Server| match (is_named, &filed.host) {
        (true, _) => server.name == filed.name,
        (_, Some(host)) => has_name(server, host, &filed.name),
        _ => filed.address.as_ref().zip(server.address.as_ref()).is_some_and(is_same),
    };
    if filed.host.is_some() && !is_named {
        let (taken, rest) = std::mem::take(left).into_iter().partition(is_it);
        *left = rest;
        return taken;
    }
    // An address that stands there twice runs twice.
    left.iter().position(is_it).map(|at| left.remove(at)).into_iter().collect()
}

/// A name with or without its port, as the balancer tells it.
fn has_name(server: &Server, host: &str, written: &str) -> bool {
    let Some(told) = &server.host else { return false };
    let port = match &server.address {
        Some(Address::Host(_, Some(port))) => format!("{host}:{port}"),
        _ => host.to_owned(),
    };
    told == written || told == host && (port == written || host == written)
}

/// Whether two addresses are one; a port that is not said is any.
pub(in crate::rules) fn is_same((a, b): (&Address, &Address)) -> bool {
    match (a, b) {
        (Address::Host(a, a_port), Address::Host(b, b_port)) => {
            let ports = a_port.zip(*b_port);
            let ip = |host: &str| host.parse::<IpAddr>().ok();
            let is_host = a == b || ip(a).is_some_and(|a| Some(a) == ip(b));
            is_host && ports.is_none_or(|(a, b)| a == b)
        }
        (Address::Unix(a), Address::Unix(b)) => a == b,
        _ => false,
    }
}
