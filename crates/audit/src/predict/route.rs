//! Which pool a log line belongs to, as far as it tells.

use foreign::envoy::model as envoy;
use foreign::haproxy::model as haproxy;
use foreign::logs::Line;
use foreign::nginx::model as nginx;

use crate::subject::Parsed;

/// Ways to a pool, in the order in which they are asked.
#[derive(Debug, Default)]
pub(super) struct Router {
    /// Where all goes: one pool is asked for, or there is one.
    all: Option<u16>,
    names: Vec<String>,
    ways: Vec<Way>,
}

/// What a request must have to go to a pool.
#[derive(Clone, Debug, Default)]
struct Way {
    frontend: Option<String>,
    hosts: Vec<String>,
    prefix: String,
    is_exact: bool,
    pool: Option<u16>,
}

impl Router {
    /// `names` are those of the pools that are played.
    pub(super) fn new(parsed: &Parsed, names: Vec<String>, is_forced: bool) -> Router {
        let all = (is_forced || names.len() == 1).then_some(0);
        let mut router = Router { all, names, ways: Vec::new() };
        match parsed {
            Parsed::Haproxy(config) => router.haproxy(config),
            Parsed::Nginx(config) => router.nginx(config),
            Parsed::Envoy(configs) => configs.iter().for_each(|config| router.envoy(config)),
            Parsed::Evenkeel(own) => {
                for route in &own.settings.routes {
                    let way = Way {
                        hosts: route.hosts.clone(),
                        prefix: route.path_prefix.clone(),
                        pool: router.place(&route.pool),
                        ..Way::default()
                    };
                    router.ways.push(way);
                }
            }
        }
        // Of all ways that fit, the one of the longest path counts.
        router.ways.sort_by_key(|way| (!way.is_exact, usize::MAX - way.prefix.len()));
        router
    }

    /// The pool of a line; `None` where nothing tells.
    pub(super) fn pool(&self, line: &Line<'_>) -> Option<u16> {
        if self.all.is_some() {
            return self.all;
        }
        if let Some(backend) = line.backend {
            return self.names.iter().position(|it| it.as_bytes() == backend).map(short);
        }
        let path = line.path().unwrap_or(b"/");
        let host = line.host.map(bare);
        let fits = |way: &&Way| {
            let by_front = match (&way.frontend, line.frontend) {
                (Some(name), Some(frontend)) => name.as_bytes() == frontend,
                _ => true,
            };
            let by_host = way.hosts.is_empty()
                || host.is_some_and(|host| way.hosts.iter().any(|own| is_host(own, host)));
            let by_path = match way.is_exact {
                true => path == way.prefix.as_bytes(),
                false => path.starts_with(way.prefix.as_bytes()),
            };
            by_front && by_host && by_path
        };
        let named = self.ways.iter().filter(|way| !way.hosts.is_empty()).find(fits);
        named.or_else(|| self.ways.iter().find(fits)).and_then(|way| way.pool)
    }

    fn place(&self, name: &str) -> Option<u16> {
        self.names.iter().position(|known| known == name).map(short)
    }

    /// Frontends whose one way is their default.
    fn haproxy(&mut self, config: &haproxy::Config) {
        for frontend in config.frontends() {
            let unconditional = frontend.use_backends.first().filter(|it| it.condition.is_none());
            if unconditional.is_none() && !frontend.use_backends.is_empty() {
                continue;
            }
            let default = frontend.settings.default_backend.as_ref().map(|it| it.value.as_ref());
            let own = (!frontend.servers.is_empty()).then_some(frontend.name.as_ref());
            let to = unconditional.map(|it| it.backend.as_ref()).or(default).or(own);
            let pool = to.and_then(|name| self.place(name));
            let frontend = Some(frontend.name.to_string());
            self.ways.push(Way { frontend, pool, ..Way::default() });
        }
    }

    fn nginx(&mut self, config: &nginx::Config) {
        for pass in config.passes.iter().filter(|pass| pass.kind == nginx::Kind::Http) {
            let [end] = pass.ends.as_slice() else { continue };
            let name = match &end.target {
                nginx::Target::Upstream(at) => {
                    config.upstreams.get(*at).map(|upstream| upstream.name.value.clone())
                }
                nginx::Target::Address(address) => Some(address.to_string()),
                nginx::Target::Unknown(_) => None,
            };
            let location = pass.within.iter().rfind(|block| block.name == "location");
            let words: Vec<&str> =
                location.map_or(Vec::new(), |block| block.args.split_whitespace().collect());
            let (prefix, is_exact) = match words.as_slice() {
                [] => ("/", false),
                ["=", path] => (*path, true),
                ["^~", path] | [path] if path.starts_with('/') => (*path, false),
                // An expression: who goes there is not told apart.
                _ => continue,
            };
            let names = config.servers.get(pass.server).map_or(&[][..], |server| &server.names);
            let known = |name: &str| !name.is_empty() && name != "_" && !name.starts_with('~');
            let hosts = names.iter().map(|name| name.value.clone()).filter(|name| known(name));
            let pool = name.and_then(|name| self.place(&name));
            let (hosts, prefix) = (hosts.collect(), prefix.to_owned());
            self.ways.push(Way { frontend: None, hosts, prefix, is_exact, pool });
        }
    }

    fn envoy(&mut self, config: &envoy::Config) {
        for (host, route) in config.tables.iter().flat_map(|table| table.routes()) {
            let envoy::Target::Cluster(cluster) = &route.target else { continue };
            let (prefix, is_exact) = match &route.matches {
                Some((kind, value)) if kind == "path" => (value.value.clone(), true),
                Some((kind, value)) if kind.ends_with("prefix") => (value.value.clone(), false),
                None => ("/".to_owned(), false),
                Some(_) => continue,
            };
            let domains = host.domains.iter().map(|domain| domain.value.clone());
            let hosts = domains.filter(|domain| domain != "*").collect();
            let pool = self.place(&cluster.value);
            self.ways.push(Way { frontend: None, hosts, prefix, is_exact, pool });
        }
    }
}

fn short(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

fn bare(host: &[u8]) -> &[u8] {
    host.split(|&byte| byte == b':').next().unwrap_or(host)
}

fn is_host(own: &str, host: &[u8]) -> bool {
    let own = own.split(':').next().unwrap_or(own);
    match own.strip_prefix('*').or_else(|| own.strip_prefix('.')) {
        Some(end) => {
            let at = host.len().saturating_sub(end.len());
            host.get(at..).is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
        }
        None => host.eq_ignore_ascii_case(own.as_bytes()),
    }
}
