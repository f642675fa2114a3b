//! What a backend of HAProxy's knows of the clients' addresses.

use foreign::Span;
use foreign::haproxy::model::{Bind, Config, Proxy, ProxyKind, Rule};
use foreign::haproxy::syntax::Word;

/// What a backend takes for the client's address.
pub(super) enum Clients {
    /// The client's own: it comes with the PROXY protocol, or a rule sets it.
    Known,
    /// A proxy's: here it says that there is one before it.
    Proxied(Span, &'static str),
    /// The connection's: nothing tells whether that is the client's.
    Unsaid,
}

/// Headers in which proxies say who the client is.
const HEADERS: [&str; 6] = [
    "(x-forwarded-for",
    "(x-real-ip",
    "(cf-connecting-ip",
    "(true-client-ip",
    "(x-client-ip",
    "(fastly-client-ip",
];

/// What a backend takes for the client's address.
pub(super) fn of_backend(config: &Config, backend: &Proxy) -> Clients {
    let leading: Vec<&Proxy> = config.frontends().filter(|it| leads(it, backend)).collect();
    let is_known = !leading.is_empty() && leading.iter().all(|it| is_told(config, it));
    if is_known || sets_source(config, backend) {
        return Clients::Known;
    }
    let unknown = leading.iter().filter(|it| !is_told(config, it));
    let mut evidence = unknown.chain([&backend]).filter_map(|proxy| evidence(config, proxy));
    evidence.next().map_or(Clients::Unsaid, |(span, what)| Clients::Proxied(span, what))
}

fn leads(frontend: &Proxy, backend: &Proxy) -> bool {
    if frontend.kind == ProxyKind::Listen && frontend.section == backend.section {
        return true;
    }
    let is_default =
        frontend.settings.default_backend.as_ref().is_some_and(|it| it.value == backend.name);
    let uses = &frontend.use_backends;
    is_default || uses.iter().any(|it| it.is_dynamic() || it.backend == backend.name)
}

/// Whether every connection says who the client is.
fn is_told(config: &Config, frontend: &Proxy) -> bool {
    let says = |bind: &Bind| bind.accept_proxy || bind.option("accept-netscaler-cip").is_some();
    let all_say = !frontend.binds.is_empty() && frontend.binds.iter().all(says);
    all_say || sets_source(config, frontend)
}

fn sets_source(config: &Config, proxy: &Proxy) -> bool {
    let sets = |word: &Word| {
        ["set-src", "expect-proxy", "expect-netscaler-cip"].contains(&word.text.as_ref())
    };
    config.rules(proxy).any(|rule| rule.words.iter().take(4).any(sets))
}

/// A line that makes sense only where proxies stand before this one.
fn evidence(config: &Config, proxy: &Proxy) -> Option<(Span, &'static str)> {
    let reads = "a header is read here that proxies before this one set";
    let acl = proxy.acls.iter().find(|acl| fetches(&acl.words)).map(|acl| acl.span);
    let rule = || {
        let reads = |rule: &&Rule| {
            let tests = rule.condition.as_ref().map_or(&[][..], |condition| &condition.words);
            fetches(&rule.words) || fetches(tests)
        };
        config.rules(proxy).find(reads).map(|rule| rule.span)
    };
    if let Some(span) = acl.or_else(rule) {
        return Some((span, reads));
    }
    let forwarded = proxy.settings.option("forwardfor").filter(|said| said.value.is_on);
    let words = forwarded.map_or(&[][..], |said| &said.value.arguments);
    let except = words.iter().position(|word| word.as_ref() == "except");
    let except = except.and_then(|at| words.get(at + 1)).filter(|net| !net.starts_with("127."));
    if let Some(said) = forwarded.filter(|_| except.is_some()) {
        return Some((said.span, "these addresses are proxies before this one"));
    }
    let is_local = |bind: &Bind| {
        bind.addresses.iter().all(|it| it.host.starts_with("127.") || it.host.as_ref() == "::1")
    };
    let bind = proxy.binds.first().filter(|_| proxy.binds.iter().all(is_local))?;
    Some((bind.span, "only this machine can connect here"))
}

/// Whether a header with the client's address is fetched, and not only written.
fn fetches(words: &[Word]) -> bool {
    words.iter().any(|word| {
        let text = word.text.to_ascii_lowercase();
        text.contains("hdr") && HEADERS.iter().any(|header| text.contains(header))
    })
}
