//! HAProxy's backends as pools.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use balance::Rng;
use foreign::haproxy::model::{
    self, Algorithm, Config, CookieMode, HashFunction, HashMethod, Port, Proxy, StickAction,
    TableType,
};
use foreign::pick::haproxy::{
    Balance, Expression, Function, HashType, Key, KeyType, Lookup, ServerKey, StickRule, Uri,
};
use foreign::pick::{Request, Server};
use foreign::route::followed_variables;

use super::pool::{Lifetime, Make, Member, NotImitated, Persistence, Pool, Wants};

/// The backends that have servers, each as a pool or with the reason why it is none.
pub(super) fn pools(config: &Config) -> Vec<(String, Result<Pool, NotImitated>)> {
    let filled = config.backends().filter(|proxy| !proxy.servers.is_empty());
    let followed = followed_variables(config);
    filled.map(|proxy| (proxy.name.to_string(), pool(config, proxy, &followed))).collect()
}

fn pool(config: &Config, proxy: &Proxy, followed: &BTreeSet<String>) -> Result<Pool, NotImitated> {
    let algorithm = config.algorithm(proxy);
    let (balance, mut wants) = balance(&algorithm, followed)?;
    let by = hash_type(proxy);
    let servers = servers(proxy);
    let mut notes = notes(proxy);
    let persistence = persistence(config, proxy, followed, &mut wants, &mut notes);
    let limited = servers.iter().any(|server| server.in_flight_max > 0);
    let by_load = matches!(balance, Balance::LeastConn | Balance::First | Balance::Random(2..));
    let is_loaded =
        limited || by_load || by.balance_factor > 0 || matches!(balance, Balance::Random(_));
    let exact = !matches!(balance, Balance::Random(_));
    let is_hash = matches!(balance, Balance::Hash(_));
    let members = servers.iter().map(member).collect();
    let key = key(&persistence, &balance, by);
    let all_backups = proxy.settings.has_option("allbackups");
    let make: Make = Box::new(move |down| {
        let mut servers = servers.clone();
        for &place in down {
            if let Some(server) = servers.get_mut(place) {
                server.up = false;
            }
        }
        balance.picker(&by, &servers, all_backups, Rng::new(1))
    });
    Ok(Pool {
        name: proxy.name.to_string(),
        span: Some(proxy.span),
        method: method(&algorithm, proxy, &persistence),
        members,
        is_hash,
        is_loaded,
        by_load,
        exact,
        make,
        persistence,
        key,
        is_by_address: false,
        wants,
        notes,
    })
}

fn balance(
    algorithm: &Algorithm,
    followed: &BTreeSet<String>,
) -> Result<(Balance, Wants), NotImitated> {
    let number = |value: &Option<u32>| value.unwrap_or(0);
    let none = Wants::default;
    Ok(match algorithm {
        Algorithm::RoundRobin => (Balance::RoundRobin, none()),
        Algorithm::StaticRoundRobin => (Balance::StaticRoundRobin, none()),
        Algorithm::LeastConn => (Balance::LeastConn, none()),
        Algorithm::First => (Balance::First, none()),
        Algorithm::Random { draws } => (Balance::Random((*draws).max(1)), none()),
        Algorithm::Source => (Balance::Hash(Key::Source), Wants::source()),
        Algorithm::Uri { whole, path_only, len, depth } => {
            let (len, depth) = (number(len) as usize, number(depth));
            let uri = Uri { len, depth, whole: *whole, path_only: *path_only };
            (Balance::Hash(Key::Uri(uri)), Wants::uri())
        }
        Algorithm::UrlParam { name, .. } => {
            (Balance::Hash(Key::UrlParam(name.to_string())), Wants::uri())
        }
        Algorithm::Header { name, use_domain_only } => {
            let key = Key::Header { name: name.to_string(), domain_only: *use_domain_only };
            (Balance::Hash(key), Wants::header(name))
        }
        Algorithm::RdpCookie { name } => {
            (Balance::Hash(Key::RdpCookie(name.to_string())), Wants::header("cookie"))
        }
        Algorithm::Hash { expression } => {
            let read = read(expression, followed).map_err(|why| {
                NotImitated(format!("the expression `{expression}` is not imitated{why}"))
            })?;
            let wants = expression_wants(&read);
            (Balance::Hash(Key::Expression(read)), wants)
        }
        Algorithm::LogHash { .. } | Algorithm::Sticky => {
            return Err(NotImitated("backends that take logs are not imitated".to_owned()));
        }
    })
}

/// An expression, or why not, behind what is said of it.
fn read(text: &str, followed: &BTreeSet<String>) -> Result<Expression, String> {
    let read = Expression::parse(text).ok_or_else(String::new)?;
    match read.variable().filter(|name| !followed.contains(*name)) {
        Some(name) => Err(format!(", for no rule that is followed sets `{name}` alone")),
        None => Ok(read),
    }
}

/// All that an expression reads.
fn expression_wants(read: &Expression) -> Wants {
    let mut wants = read.header().map_or_else(Wants::default, Wants::header);
    (wants.source, wants.uri) = (read.reads_source(), read.reads_target());
    wants.variables.extend(read.variable().map(str::to_owned));
    wants
}

fn hash_type(proxy: &Proxy) -> HashType {
    let written = proxy.settings.hash_type.map(|placed| placed.value).unwrap_or_default();
    let keys = proxy.servers.iter().find_map(|server| server.settings.hash_key.as_ref());
    HashType {
        lookup: match written.method {
            HashMethod::MapBased => Lookup::MapBased,
            HashMethod::Consistent => Lookup::Consistent,
        },
        function: match written.function {
            HashFunction::Sdbm => Function::Sdbm,
            HashFunction::Djb2 => Function::Djb2,
            HashFunction::Wt6 => Function::Wt6,
            HashFunction::Crc32 => Function::Crc32,
            HashFunction::None => Function::None,
        },
        avalanche: written.avalanche,
        server_key: match keys.map(|key| key.value.to_string()).as_deref() {
            Some("id32") => ServerKey::Id32,
            Some("addr") => ServerKey::Address,
            Some("addr-port") => ServerKey::AddressAndPort,
            _ => ServerKey::Id,
        },
        balance_factor: proxy
            .settings
            .hash_balance_factor
            .map_or(0, |factor| u32::try_from(factor.value).unwrap_or(u32::MAX)),
    }
}

fn servers(proxy: &Proxy) -> Vec<Server> {
    let server = |(place, (server, id)): (usize, (&foreign::haproxy::model::Server, u32))| {
        let said = &server.settings;
        let port = match server.address.port {
            Port::Range(first, _) => first,
            _ => 0,
        };
        let ip: Result<IpAddr, _> = server.address.host.parse();
        let address = match ip {
            Ok(ip) => SocketAddr::new(ip, port).to_string(),
            Err(_) => server.address.to_string(),
        };
        let mut made = Server::new(place, server.name.to_string(), address);
        made.id = id;
        made.weight = u32::from(said.weight());
        made.up = !said.is_disabled();
        made.backup = said.is_backup();
        made.cookie = said.cookie.as_ref().map(|cookie| cookie.value.to_string());
        let most = said.connections_max().unwrap_or(0);
        made.in_flight_max = u32::try_from(most).unwrap_or(u32::MAX);
        made
    };
    proxy.servers.iter().zip(proxy.server_ids()).enumerate().map(server).collect()
}

fn member(server: &Server) -> Member {
    Member {
        name: server.name.clone(),
        address: server.address.clone(),
        weight: f64::from(server.weight),
        up: server.up,
        backup: server.backup,
        limit: (server.in_flight_max > 0).then(|| f64::from(server.in_flight_max)),
        cookie: server.cookie.clone(),
    }
}

fn persistence(
    config: &Config,
    proxy: &Proxy,
    followed: &BTreeSet<String>,
    wants: &mut Wants,
    notes: &mut Vec<String>,
) -> Persistence {
    let gives = proxy.servers.iter().any(|server| server.settings.cookie.is_some());
    if let Some(cookie) = proxy.cookie().filter(|cookie| !gives && !cookie.value.dynamic) {
        notes.push(format!(
            "no server has a value for the cookie `{}`: nothing is kept by it",
            cookie.value.name
        ));
    } else if let Some(cookie) = proxy.cookie() {
        let cookie = &cookie.value;
        wants.add(&Wants::header("cookie"));
        let s = |ms: u64| ms as f64 / 1000.0;
        let lifetime = match (cookie.maxlife_ms, cookie.maxidle_ms) {
            (Some(life), _) => Lifetime::Fixed(s(life)),
            (None, Some(idle)) => Lifetime::Idle(s(idle)),
            (None, None) => Lifetime::Endless,
        };
        if !proxy.stick_rules.is_empty() {
            notes.push("the cookie is played, the stick rules beside it are not".to_owned());
        }
        let prefix = cookie.mode == Some(CookieMode::Prefix);
        let ends_with = Some(if prefix { '~' } else { '|' });
        return Persistence::Cookie { name: cookie.name.to_string(), ends_with, lifetime };
    }
    stick(config, proxy, followed, wants, notes).unwrap_or(Persistence::None)
}

/// The rule that users are kept by, and on how many lines it stands: `stick match` with
/// `stick store-request` of the same is `stick on`.
fn kept_by(rules: &[model::StickRule]) -> Option<(&model::StickRule, usize)> {
    if let Some(on) = rules.iter().find(|rule| rule.action == StickAction::On) {
        return Some((on, 1));
    }
    let is_plain =
        |rule: &&model::StickRule, action| rule.action == action && rule.condition.is_none();
    let mut looked_up = rules.iter().filter(|rule| is_plain(rule, StickAction::Match));
    let same = |of: &model::StickRule, it: &&model::StickRule| {
        is_plain(it, StickAction::StoreRequest)
            && (&it.expression, &it.table) == (&of.expression, &of.table)
    };
    let on = looked_up.find(|of| rules.iter().any(|it| same(of, &it)))?;
    Some((on, 2))
}

fn stick(
    config: &Config,
    proxy: &Proxy,
    followed: &BTreeSet<String>,
    wants: &mut Wants,
    notes: &mut Vec<String>,
) -> Option<Persistence> {
    let rules = &proxy.stick_rules;
    let Some((rule, lines)) = kept_by(rules) else {
        if let Some(rule) = rules.first() {
            notes.push(format!(
                "`stick match` and `stick store-…` of `{}` are not imitated: nothing is kept",
                rule.expression
            ));
        }
        return None;
    };
    if rules.len() > lines || rule.condition.is_some() {
        notes.push(format!(
            "of the stick rules only `stick on {}` is played, and for every request",
            rule.expression
        ));
    }
    let key = match read(&rule.expression, followed) {
        Ok(key) => key,
        Err(why) => {
            notes.push(format!(
                "`stick on {}` is not imitated{why}: nothing is kept",
                rule.expression
            ));
            return None;
        }
    };
    let named = rule.table.as_deref();
    let holder = |name: &str| config.proxies.iter().find(|other| other.name.as_ref() == name);
    let table = match named {
        Some(name) => holder(name)?.stick_table.as_ref(),
        None => proxy.stick_table.as_ref(),
    };
    let Some(table) = table else {
        notes.push("the stick rule has no table here: nothing is kept".to_owned());
        return None;
    };
    let table = &table.value;
    let key_len_max = match table.key {
        // A text ends in a NUL that takes one of its bytes.
        TableType::String => table.key_bytes.unwrap_or(32).saturating_sub(1),
        _ => table.key_bytes.unwrap_or(32),
    };
    let key_type = match table.key {
        TableType::Ip => KeyType::Ip,
        TableType::Ipv6 => KeyType::Ipv6,
        TableType::Integer => KeyType::Number,
        _ => KeyType::Bytes,
    };
    wants.add(&expression_wants(&key));
    let rule = StickRule {
        key,
        size: usize::try_from(table.size).unwrap_or(usize::MAX),
        expire_s: table.expire_ms.map(|ms| ms as f64 / 1000.0),
        no_purge: table.nopurge,
        key_type,
        key_len_max: usize::try_from(key_len_max).unwrap_or(usize::MAX).max(1),
    };
    Some(Persistence::Stick { rule: Box::new(rule), is_local: table.peers.is_none() })
}

fn key(
    persistence: &Persistence,
    balance: &Balance,
    by: HashType,
) -> Option<(String, super::pool::KeyOf)> {
    if let Persistence::Stick { rule, .. } = persistence {
        let rule = rule.clone();
        let of = move |request: &Request<'_>| {
            rule.key_of(request).map(|key| balance::hash_bytes(&key, 0))
        };
        return Some(("stick key".to_owned(), Box::new(of)));
    }
    let Balance::Hash(key) = balance else { return None };
    let name = if *key == Key::Source { "address" } else { "hash key" };
    let key = key.clone();
    let of = move |request: &Request<'_>| key.hash(request, &by).map(u64::from);
    Some((name.to_owned(), Box::new(of)))
}

fn notes(proxy: &Proxy) -> Vec<String> {
    let mut notes = Vec::new();
    if proxy.use_servers.iter().any(|rule| rule.server.contains('%')) {
        notes.push("`use-server` with a name that is made is not played".to_owned());
    }
    if !proxy.persist_rules.is_empty() {
        notes.push("`force-persist` and `ignore-persist` are not played".to_owned());
    }
    notes
}

fn method(algorithm: &Algorithm, proxy: &Proxy, persistence: &Persistence) -> String {
    let name = match algorithm {
        Algorithm::RoundRobin => "roundrobin".to_owned(),
        Algorithm::StaticRoundRobin => "static-rr".to_owned(),
        Algorithm::LeastConn => "leastconn".to_owned(),
        Algorithm::First => "first".to_owned(),
        Algorithm::Source => "source".to_owned(),
        Algorithm::Uri { .. } => "uri".to_owned(),
        Algorithm::UrlParam { name, .. } => format!("url_param {name}"),
        Algorithm::Header { name, .. } => format!("hdr({name})"),
        Algorithm::Random { draws } => format!("random({draws})"),
        Algorithm::RdpCookie { name } => format!("rdp-cookie({name})"),
        Algorithm::Hash { expression } => format!("hash {expression}"),
        Algorithm::LogHash { .. } => "log-hash".to_owned(),
        Algorithm::Sticky => "sticky".to_owned(),
    };
    let kept = match persistence {
        Persistence::None => String::new(),
        Persistence::Cookie { name, .. } => format!(", cookie {name}"),
        Persistence::Stick { .. } => {
            let rule = proxy.stick_rules.iter().find(|rule| rule.action == StickAction::On);
            rule.map_or(String::new(), |rule| format!(", stick on {}", rule.expression))
        }
    };
    format!("{name}{kept}")
}
