//! HAProxy's backends, as its configuration says them.

use std::net::IpAddr;

use foreign::haproxy::model::{self as model, Config, Port, Server};
use foreign::running::{Address, State};

use super::filed::{Filed, FiledPool};
use crate::rules::pools::backends;

pub(super) fn pools(config: &Config) -> Vec<FiledPool> {
    let pool = |proxy: &model::Proxy| FiledPool {
        name: proxy.name.to_string(),
        span: Some(proxy.span),
        servers: proxy.servers.iter().map(server).collect(),
    };
    // HAProxy does not tell of those without servers.
    let backends = backends(config).map(|backend| backend.of);
    backends.filter(|proxy| !proxy.servers.is_empty()).map(pool).collect()
}

fn server(server: &Server) -> Filed {
    let settings = &server.settings;
    let is_agent = settings.agent_check.is_some_and(|it| it.value);
    let (address, host) = place(&server.address);
    let is_open = settings.is_disabled() || address.is_none();
    let is_nowhere = is_nowhere(&server.address);
    // Records of services have weights, and HAProxy takes these.
    let is_service = host.as_deref().is_some_and(|host| host.starts_with('_'));
    let slot = server.number.map(|number| {
        let number = number.to_string();
        server.name.strip_suffix(&*number).unwrap_or(&server.name).to_owned()
    });
    let own = settings.weight.filter(|weight| {
        weight.span.file == server.span.file && weight.span.start >= server.span.start
    });
    Filed {
        name: server.name.to_string(),
        // Servers of a template differ in what is set while they run, and nowhere else.
        address: address.filter(|_| slot.is_none()),
        host: host.filter(|_| slot.is_none()),
        weight: f64::from(settings.weight()),
        capacity: None,
        state: if settings.is_disabled() { State::Maintenance } else { State::Up },
        is_backup: settings.is_backup(),
        is_steered: is_agent || is_service || is_nowhere || slot.is_some() && is_open,
        slot,
        span: Some(own.map_or(server.span, |weight| weight.span)),
    }
}

/// An address, or a name to be looked up; neither where the file does not tell.
fn place(address: &model::Address) -> (Option<Address>, Option<String>) {
    let is_plain = matches!(address.family.as_deref(), None | Some("ipv4" | "ipv6" | "tcp"));
    if address.is_unix() || !is_plain || address.host.contains('$') {
        return (None, None);
    }
    let host = address.host.to_string();
    match host.parse::<IpAddr>() {
        Ok(_) if is_nowhere(address) => (None, None),
        Ok(_) => {
            let port = match address.port {
                Port::Range(first, last) if first == last => Some(first),
                _ => None,
            };
            (Some(Address::Host(host, port)), None)
        }
        Err(_) => (None, Some(host).filter(|host| !host.is_empty())),
    }
}

/// Nobody listens there: somebody is to set another address while it runs.
fn is_nowhere(address: &model::Address) -> bool {
    address.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_unspecified())
}
