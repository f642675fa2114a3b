//! Proxies that wait for ever.

use foreign::haproxy::model::{Config, Mode, Proxy, ProxyKind};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::severity::Severity;
use crate::subject::Parsed;

static DOC: Doc = Doc {
    id: "EKO504",
    name: "missing-timeouts",
    severity: Severity::Error,
    needs: Needs::Text,
    what: "A proxy has no timeout for clients, for connecting or for servers.",
    why: "What hangs is held for ever: connections pile up until the process has no more, \
          and then nobody is served.",
    source: "HAProxy's manual; it warns of it at every start.",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
backend app
  server a 10.0.0.1:80
",
        good: "\
backend app
  timeout connect 5s
  timeout server 30s
  server a 10.0.0.1:80
",
    }],
    fix: "Set `timeout client`, `timeout connect` and `timeout server` in `defaults`.",
};

/// EKO504
#[derive(Debug)]
pub(in crate::rules) struct MissingTimeouts;

impl Rule for MissingTimeouts {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>) {
        match &case.subject.parsed {
            Parsed::Haproxy(config) => haproxy(config, found),
            _ => {}
        }
    }
}

fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    let proxies = config.proxies.iter().filter(|proxy| proxy.kind != ProxyKind::Defaults);
    for proxy in proxies.filter(|proxy| matches!(proxy.mode(), Mode::Http | Mode::Tcp)) {
        let is_off = proxy.settings.disabled.is_some_and(|off| off.value);
        let missing = missing(proxy);
        if is_off || missing.is_empty() {
            continue;
        }
        let what = format!("`{}` has no `timeout {}`", proxy.name, missing.join("`, no `timeout "));
        found.push(Finding::new(&DOC, what).at(proxy.span).of(proxy.name.as_ref()));
    }
}

/// What HAProxy itself misses: a tunnel's timeout stands in for a server's, but not in HTTP.
fn missing(proxy: &Proxy) -> Vec<&'static str> {
    let has = |name: &str| proxy.settings.timeout_ms(name).is_some_and(|time| time.value > 0);
    let mut missing = Vec::new();
    if matches!(proxy.kind, ProxyKind::Frontend | ProxyKind::Listen) && !has("client") {
        missing.push("client");
    }
    if proxy.kind != ProxyKind::Frontend && !proxy.servers.is_empty() {
        if !has("connect") {
            missing.push("connect");
        }
        if !has("server") && (proxy.mode() == Mode::Http || !has("tunnel")) {
            missing.push("server");
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    #[test]
    fn a_tunnels_timeout_stands_in_and_no_server_needs_none() {
        assert_eq!(
            testing::found(
                &MissingTimeouts,
                Product::Haproxy,
                "backend p\n timeout connect 1s\n timeout tunnel 1h\n server a 10.0.0.1:80\n"
            )
            .len(),
            0
        );
        assert_eq!(
            testing::found(&MissingTimeouts, Product::Haproxy, "backend p\n mode http\n").len(),
            0
        );
        assert_eq!(
            testing::found(&MissingTimeouts, Product::Haproxy, "frontend f\n bind :80\n").len(),
            1
        );
    }
}
