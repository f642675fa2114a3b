//! A configuration that is being written.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use config::{Endpoint, Listener, Pool, Route, Server};
use foreign::{Sources, Span};

use super::parts::{Part, PoolPart};
use super::text;

/// All parts so far.
pub(super) struct Draft<'s> {
    pub(super) sources: &'s Sources,
    pub(super) server: Part<Server>,
    pub(super) listeners: Vec<Part<Listener>>,
    pub(super) routes: Vec<Part<Route>>,
    pub(super) pools: Vec<PoolPart>,
    /// Addresses that stand for names, which this balancer does not look up.
    stand_ins: HashMap<String, Ipv4Addr>,
}

impl<'s> Draft<'s> {
    pub(super) fn new(sources: &'s Sources) -> Draft<'s> {
        Draft {
            sources,
            server: Part::new(Server::default(), None),
            listeners: Vec::new(),
            routes: Vec::new(),
            pools: Vec::new(),
            stand_ins: HashMap::new(),
        }
    }

    /// A server with its address, or with one that stands for its name.
    pub(super) fn endpoint(&mut self, name: &str, at: (&str, u16), from: Span) -> Part<Endpoint> {
        let (host, port) = at;
        let known = text::ip(host);
        let address = SocketAddr::new(known.unwrap_or_else(|| self.stand_in(host)), port);
        let endpoint = Endpoint {
            name: text::name(name),
            address,
            capacity: 100.0,
            weight: 1.0,
            limit: None,
            drain: false,
        };
        let mut part = Part::new(endpoint, from);
        if known.is_none() {
            let ip = address.ip();
            let what = format!("`{host}` is a name, and names are not resolved: replace {ip}");
            part.changed(from, what);
        }
        part
    }

    /// The networks of RFC 5737 belong to nobody, so that what was forgotten reaches nobody.
    fn stand_in(&mut self, host: &str) -> IpAddr {
        let number = self.stand_ins.len() as u32;
        let network = [[192, 0, 2], [198, 51, 100], [203, 0, 113]][(number / 254) as usize % 3];
        let [a, b, c] = network;
        let next = Ipv4Addr::new(a, b, c, (number % 254) as u8 + 1);
        IpAddr::V4(*self.stand_ins.entry(host.to_owned()).or_insert(next))
    }

    /// Adds a pool, unless one of this name is there, and says what it is called here.
    pub(super) fn pool(&mut self, name: &str, pool: Part<Pool>, endpoints: Vec<Part<Endpoint>>) {
        let name = text::name(name);
        if !self.pools.iter().any(|known| known.name == name) {
            self.pools.push(PoolPart { name, pool, endpoints });
        }
    }

    /// Adds a listener; without a name that another one has.
    pub(super) fn listener(
        &mut self,
        name: &str,
        address: SocketAddr,
        from: Span,
    ) -> &mut Part<Listener> {
        let wanted = text::name(name);
        let taken = |name: &str| self.listeners.iter().any(|known| known.value.name == name);
        let numbered = (1..).map(|number| match number {
            1 => wanted.clone(),
            _ => format!("{wanted}-{number}"),
        });
        let name = numbered.into_iter().find(|name| !taken(name)).unwrap_or_default();
        let listener = Listener {
            name,
            address,
            limits: config::Limits::default(),
            timeouts: config::ClientTimeouts::default(),
            forwarded: false,
            allow_connect: false,
        };
        self.listeners.push(Part::new(listener, from));
        let last = self.listeners.len() - 1;
        &mut self.listeners[last]
    }

    /// Adds a route. An empty host is any.
    pub(super) fn route(
        &mut self,
        hosts: Vec<String>,
        prefix: &str,
        pool: &str,
        from: Span,
    ) -> &mut Part<Route> {
        let route = Route { hosts, path_prefix: prefix.to_owned(), pool: text::name(pool) };
        self.routes.push(Part::new(route, from));
        let last = self.routes.len() - 1;
        &mut self.routes[last]
    }
}
