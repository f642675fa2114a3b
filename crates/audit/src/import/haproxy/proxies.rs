//! Frontends: where they listen, and which requests go to which backend.

use std::net::{IpAddr, SocketAddr};

use config::Listener;
use foreign::Span;
use foreign::haproxy::Config;
use foreign::haproxy::model::{Bind, Mode, Port, Proxy, Settings, UseBackend};

use super::matching::{Way, ways};
use super::{pools, rest};
use crate::import::draft::Draft;
use crate::import::parts::Part;
use crate::import::text;

/// Takes over what a configuration of HAProxy says.
pub(in crate::import) fn translate(config: &Config, draft: &mut Draft<'_>) {
    if let Some(maxconn) = config.global.maxconn.filter(|maxconn| maxconn.value > 0) {
        draft.server.value.max_connections = u32::try_from(maxconn.value).unwrap_or(u32::MAX);
    }
    rest::process(config, draft);
    for proxy in config.frontends() {
        if is_served(proxy, draft) {
            frontend(config, proxy, draft);
        }
    }
    for proxy in config.backends() {
        let has_servers = !proxy.servers.is_empty();
        if proxy.mode() == Mode::Http && has_servers && !is_disabled(&proxy.settings) {
            pools::backend(config, proxy, draft);
        }
    }
}

fn is_disabled(settings: &Settings) -> bool {
    settings.disabled.is_some_and(|disabled| disabled.value)
}

fn is_served(proxy: &Proxy, draft: &mut Draft<'_>) -> bool {
    let name = &proxy.name;
    if is_disabled(&proxy.settings) {
        draft.server.lost(proxy.span, format!("`{name}` is disabled"));
        return false;
    }
    if proxy.mode() != Mode::Http {
        let what = format!("`{name}` does not speak HTTP, the only protocol balanced here");
        draft.server.lost(proxy.span, what);
        return false;
    }
    let leads = proxy.settings.default_backend.is_some()
        || !proxy.use_backends.is_empty()
        || !proxy.servers.is_empty();
    if !leads {
        draft.server.lost(proxy.span, format!("`{name}` leads to no server"));
    }
    leads
}

fn frontend(config: &Config, proxy: &Proxy, draft: &mut Draft<'_>) {
    for bind in &proxy.binds {
        listen(proxy, bind, draft);
    }
    for rule in &proxy.use_backends {
        use_backend(proxy, rule, draft);
    }
    let default = proxy.settings.default_backend.as_ref();
    if let Some(default) = default {
        draft.route(Vec::new(), "/", &default.value, default.span);
    } else if !proxy.servers.is_empty() {
        draft.route(Vec::new(), "/", &proxy.name, proxy.span);
    }
    if proxy.servers.is_empty() {
        let remarks = rest::proxy(config, proxy);
        draft.server.remarks.extend(remarks);
    }
}

fn listen(proxy: &Proxy, bind: &Bind, draft: &mut Draft<'_>) {
    for address in &bind.addresses {
        let host = match address.host.as_ref() {
            "" | "*" if address.family.as_deref() == Some("ipv6") => Some(IpAddr::from([0; 16])),
            "" | "*" => Some(IpAddr::from([0; 4])),
            host => text::ip(host),
        };
        let (Some(host), Port::Range(first, last)) = (host, address.port) else {
            draft.server.lost(bind.span, format!("`{address}` is no IP address with a port"));
            continue;
        };
        if last.saturating_sub(first) > 15 {
            let what = format!("of `{address}` the first port alone is served");
            draft.server.changed(bind.span, what);
        }
        let ports = first..=last.min(first.saturating_add(15));
        for port in ports {
            let part = draft.listener(&proxy.name, SocketAddr::new(host, port), bind.span);
            describe(part, &proxy.settings, bind);
        }
    }
}

fn describe(part: &mut Part<Listener>, settings: &Settings, bind: &Bind) {
    if bind.ssl {
        let certificate = bind.option("crt").unwrap_or("none is named");
        part.lost(bind.span, format!("TLS (certificate: {certificate}): plain HTTP is served"));
    }
    if bind.accept_proxy {
        part.lost(bind.span, "the PROXY protocol: clients' addresses are those of connections");
    }
    for (option, _) in &bind.options {
        if !matches!(option.as_ref(), "crt" | "alpn" | "name" | "v4v6" | "tfo") {
            part.lost(bind.span, format!("`{option}`"));
        }
    }
    let time = |name: &str| settings.timeout_ms(name).filter(|time| time.value > 0);
    let timeouts = &mut part.value.timeouts;
    if let Some(client) = time("client") {
        let span = text::span(client.value);
        (timeouts.idle, timeouts.body, timeouts.send) = (span, span, span);
    }
    if let Some(head) = time("http-request").or(time("client")) {
        timeouts.head = text::span(head.value);
    }
    if let Some(idle) = time("http-keep-alive") {
        timeouts.idle = text::span(idle.value);
    }
}

fn use_backend(proxy: &Proxy, rule: &UseBackend, draft: &mut Draft<'_>) {
    if rule.is_dynamic() {
        let what = format!("the backend `{}` depends on the request", rule.backend);
        draft.server.lost(rule.span, what);
        return;
    }
    match ways(proxy, rule) {
        Ok(found) => found.into_iter().for_each(|way| route(&rule.backend, way, rule.span, draft)),
        Err(why) => {
            let what = format!("a route to `{}`: {why}", rule.backend);
            draft.server.lost(rule.span, what);
        }
    }
}

fn route(backend: &str, way: Way, span: Span, draft: &mut Draft<'_>) {
    let part = draft.route(way.hosts, &way.prefix, backend, span);
    way.changed.into_iter().for_each(|what| part.changed(span, what));
}
