//! Backends: servers, their checks and limits, and what keeps sessions.

use config::{Affinity, Pool, Probe};
use foreign::Span;
use foreign::haproxy::Config;
use foreign::haproxy::model::{Port, Proxy, Server};

use super::{hashing, rest};
use crate::import::draft::Draft;
use crate::import::parts::{Part, Remark};
use crate::import::text;

/// Words of servers that say how TLS is spoken, which is told as a whole.
const SPOKEN: [&str; 9] = [
    "alpn",
    "ca-file",
    "ciphers",
    "ciphersuites",
    "check-sni",
    "crt",
    "sni",
    "ssl-min-ver",
    "verifyhost",
];

pub(super) fn backend(config: &Config, proxy: &Proxy, draft: &mut Draft<'_>) {
    let mut part = Part::new(Pool::default(), proxy.span);
    // What is not said is not done there, and is not to be done here.
    part.value.slow_start = config::Span::from_secs(0);
    part.value.ejection.max_share = 0.0;
    hashing::policy(config, proxy, &mut part);
    sessions(proxy, &mut part);
    probe(proxy, &mut part);
    tries(proxy, &mut part);
    part.remarks.extend(rest::proxy(config, proxy));
    let limits: Vec<_> = proxy.servers.iter().map(|s| s.settings.connections_max()).collect();
    let is_even = limits.windows(2).all(|two| two[0] == two[1]);
    if !is_even {
        part.changed(proxy.span, "servers differ in `maxconn`: it is their `limit`, no `capacity`");
    }
    let mut endpoints = Vec::new();
    for server in &proxy.servers {
        endpoints.extend(endpoint(server, is_even, &mut part, draft));
    }
    draft.pool(&proxy.name, part, endpoints);
}

fn endpoint(
    server: &Server,
    is_even: bool,
    pool: &mut Part<Pool>,
    draft: &mut Draft<'_>,
) -> Option<Part<config::Endpoint>> {
    let said = &server.settings;
    let Port::Range(port, _) = server.address.port else {
        pool.lost(server.span, format!("server `{}`: {} has no port", server.name, server.address));
        return None;
    };
    if server.address.is_unix() || server.address.host.is_empty() {
        pool.lost(server.span, format!("server `{}` has no IP address", server.name));
        return None;
    }
    let mut part = draft.endpoint(&server.name, (&server.address.host, port), server.span);
    part.value.weight = f64::from(said.weight());
    if let Some(most) = said.connections_max() {
        let most = most.min(1_000_000);
        part.value.limit = Some(u32::try_from(most).unwrap_or(u32::MAX));
        if is_even {
            part.value.capacity = most as f64;
        }
    }
    if said.is_backup() {
        part.value.weight = 0.0;
        part.changed(server.span, "`backup`: it takes nothing until its weight is raised");
    }
    if said.is_disabled() {
        part.value.weight = 0.0;
        part.changed(server.span, "`disabled`: it takes nothing until its weight is raised");
    }
    if said.ssl.is_some_and(|ssl| ssl.value) {
        part.lost(server.span, "TLS to the server: it is spoken to in plain HTTP");
    }
    if said.send_proxy.is_some() {
        part.lost(server.span, "the PROXY protocol to the server");
    }
    if said.agent_check.is_some_and(|check| check.value) {
        part.lost(server.span, "the agent check");
    }
    if let Some(ms) = said.slowstart_ms {
        pool.value.slow_start = text::span(ms.value);
    }
    if said.observe.is_some() {
        pool.value.ejection = config::Ejection::default();
        if let Some(limit) = said.error_limit {
            pool.value.ejection.consecutive = u32::try_from(limit.value).unwrap_or(u32::MAX);
        }
    }
    words(server, &mut part, pool);
    Some(part)
}

/// Words of a server that have no counterpart. What `default-server` says is said once.
fn words(server: &Server, part: &mut Part<config::Endpoint>, pool: &mut Part<Pool>) {
    let said = &server.settings;
    let mut lost = |span: Span, what: String| {
        let is_told = |remark: &Remark| remark.span == Some(span) && remark.what == what;
        if span.file == server.span.file
            && server.span.start <= span.start
            && span.end <= server.span.end
        {
            part.lost(span, what);
        } else if !pool.remarks.iter().any(is_told) {
            pool.lost(span, what);
        }
    };
    for (word, number) in [
        ("minconn", said.minconn),
        ("maxqueue", said.maxqueue),
        ("fastinter", said.fastinter_ms),
        ("downinter", said.downinter_ms),
    ] {
        if let Some(number) = number {
            lost(number.span, format!("`{word}`"));
        }
    }
    for (word, text) in [
        ("on-error", &said.on_error),
        ("on-marked-down", &said.on_marked_down),
        ("on-marked-up", &said.on_marked_up),
        ("track", &said.track),
    ] {
        if let Some(text) = text {
            lost(text.span, format!("`{word} {}`", text.value));
        }
    }
    for (word, arguments) in said.others.iter().filter(|(word, _)| !SPOKEN.contains(word)) {
        let all: Vec<&str> = std::iter::once(*word)
            .chain(arguments.value.iter().map(|argument| argument.as_ref()))
            .collect();
        lost(arguments.span, format!("`{}`", all.join(" ")));
    }
}

fn sessions(proxy: &Proxy, part: &mut Part<Pool>) {
    if let Some(cookie) = proxy.cookie() {
        let said = &cookie.value;
        let mut affinity = Affinity { name: text::token(&said.name), ..Affinity::default() };
        let lasts = match (said.maxlife_ms, said.maxidle_ms) {
            (Some(_), None) => "",
            (Some(_), Some(_)) => "; `maxidle` is lost",
            (None, Some(_)) => "; they end after `maxidle`, idle or not",
            (None, None) => "; they end, after the `ttl` that is the default",
        };
        if let Some(ms) = said.maxlife_ms.or(said.maxidle_ms) {
            affinity.ttl = text::span(ms.max(1000));
        }
        part.value.affinity = Some(affinity);
        part.changed(
            cookie.span,
            format!("the cookie is signed: sessions begin anew, and move above `bound`{lasts}"),
        );
    }
    let Some(stick) = proxy.stick_rules.first() else { return };
    if part.value.affinity.is_none() && part.value.hash.is_none() {
        part.value.affinity = Some(Affinity::default());
    }
    let what = format!("`stick` on `{}`: a cookie or the hash keeps sessions", stick.expression);
    part.changed(stick.span, what);
}

fn probe(proxy: &Proxy, part: &mut Part<Pool>) {
    let Some(server) = proxy.servers.iter().find(|server| server.settings.is_checked()) else {
        return;
    };
    let said = &server.settings;
    let count = |said: Option<u64>, plain: u32| {
        said.map_or(plain, |said| u32::try_from(said.clamp(1, 1000)).unwrap_or(plain))
    };
    let mut probe = Probe {
        rise: count(said.rise.map(|rise| rise.value), 2),
        fall: count(said.fall.map(|fall| fall.value), 3),
        ..Probe::default()
    };
    let inter = said.inter_ms.map_or(2000, |inter| inter.value.max(10));
    probe.interval = text::span(inter);
    let wait = proxy.settings.timeout_ms("check").map_or(inter, |check| check.value);
    probe.timeout = text::span(wait.min(inter));
    if let Some(option) = proxy.settings.option("httpchk").filter(|option| option.value.is_on) {
        let uri = option.value.arguments.iter().find_map(|word| text::path(word));
        probe.path = Some(uri.unwrap_or_else(|| "/".to_owned()));
        let method = option.value.arguments.first().filter(|word| !word.starts_with('/'));
        if let Some(method) = method.filter(|method| method.as_ref() != "GET") {
            part.changed(option.span, format!("the check is a GET, and no {method}"));
        }
    }
    for step in proxy.settings.check_rules() {
        let uri = step.value.words.iter().skip_while(|word| word.as_ref() != "uri").nth(1);
        match uri.and_then(|uri| text::path(uri)) {
            Some(uri) if probe.path.is_some() => probe.path = Some(uri),
            _ => part.lost(step.span, format!("`{}` of checks", step.value.words.join(" "))),
        }
    }
    if said.check_port.is_some() || said.check_address.is_some() {
        part.lost(server.span, "an address or port of its own for checks");
    }
    part.value.probe = Some(probe);
}

fn tries(proxy: &Proxy, part: &mut Part<Pool>) {
    let settings = &proxy.settings;
    let retries = settings.retries.map_or(3, |retries| retries.value);
    part.value.retry.attempts = u32::try_from(retries.clamp(0, 99) + 1).unwrap_or(100);
    part.value.retry.statuses = settings.retry_on.as_ref().map_or(Vec::new(), |on| {
        let codes = on.value.iter().filter_map(|word| word.parse().ok());
        codes.filter(|code| (400..600).contains(code)).collect()
    });
    let time = |name: &str| settings.timeout_ms(name).filter(|time| time.value > 0);
    let timeouts = &mut part.value.timeouts;
    if let Some(connect) = time("connect") {
        timeouts.connect = text::span(connect.value);
    }
    if let Some(server) = time("server") {
        timeouts.response_head = text::span(server.value);
        timeouts.response_idle = text::span(server.value);
    }
    if let Some(tunnel) = time("tunnel") {
        timeouts.tunnel_idle = text::span(tunnel.value);
    }
    if let Some(queue) = time("queue").or(time("connect")) {
        part.value.queue.timeout = text::span(queue.value);
    }
}
