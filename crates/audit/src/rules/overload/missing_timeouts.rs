//! Proxies that wait for ever.

use std::collections::BTreeMap;

use foreign::haproxy::SectionKind;
use foreign::haproxy::model::{Config, Mode, Proxy, ProxyKind};

use crate::finding::Finding;
use crate::product::Product;
use crate::rule::{Case, Doc, Example, Needs, Rule};
use crate::rules::pools::named;
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
    source: "HAProxy warns of it at every start: `missing timeouts` [ran on 2.6].",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
defaults
  timeout connect 5s
backend app
  server a 10.0.0.1:80
",
        good: "\
defaults
  timeout connect 5s
  timeout server 30s
backend app
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
        if let Parsed::Haproxy(config) = &case.subject.parsed
            && is_whole(config)
        {
            haproxy(config, found);
        }
    }
}

/// Whether it is more than one file of a folder, which inherits from another one.
fn is_whole(config: &Config) -> bool {
    let begins = [SectionKind::Global, SectionKind::Defaults];
    config.sections.iter().any(|section| begins.contains(&section.kind))
}

/// One finding for all that start from the same `defaults`: one line there mends them.
fn haproxy(config: &Config, found: &mut Vec<Finding>) {
    let mut hanging: BTreeMap<Option<usize>, Vec<(&Proxy, Vec<&str>)>> = BTreeMap::new();
    for proxy in &config.proxies {
        let missing = missing(proxy);
        if !missing.is_empty() {
            hanging.entry(proxy.defaults).or_default().push((proxy, missing));
        }
    }
    for (defaults, proxies) in hanging {
        let Some(((first, missing), others)) = proxies.split_first() else { continue };
        let mut what =
            format!("`{}` has no `timeout {}`", first.name, missing.join("`, no `timeout "));
        if !others.is_empty() {
            let names = named(others.iter().map(|(proxy, _)| &proxy.name));
            what.push_str(&format!("; timeouts are missing from {names} too"));
        }
        let finding = Finding::new(&DOC, what).at(first.span).of(first.name.as_ref());
        let defaults = defaults.and_then(|at| config.proxies.get(at));
        found.push(match defaults {
            Some(defaults) => finding.related(defaults.span, "they are not set here"),
            None => finding,
        });
    }
}

/// What HAProxy itself misses: a tunnel's timeout stands in for a server's, but not in HTTP.
fn missing(proxy: &Proxy) -> Vec<&'static str> {
    let has = |name: &str| proxy.settings.timeout_ms(name).is_some_and(|time| time.value > 0);
    let is_off = proxy.settings.disabled.is_some_and(|off| off.value);
    let mut missing = Vec::new();
    if proxy.kind == ProxyKind::Defaults
        || is_off
        || !matches!(proxy.mode(), Mode::Http | Mode::Tcp)
    {
        return missing;
    }
    if proxy.kind.has_frontend() && !has("client") {
        missing.push("client");
    }
    if proxy.kind.has_backend() && !proxy.servers.is_empty() {
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
        let check = |lines: &str, count: usize| {
            let text = format!("{lines}\n");
            let found = testing::found(&MissingTimeouts, Product::Haproxy, &text);
            assert_eq!(found.len(), count, "{text}");
        };
        let tunnel = "backend p\n timeout connect 1s\n timeout tunnel 1h\n server a 10.0.0.1:80";
        check(&format!("defaults\n{tunnel}"), 0);
        check(&format!("defaults\n mode http\n{tunnel}"), 1);
        check("global\nbackend p\n mode http", 0);
        check("global\nfrontend f\n bind :80", 1);
        check("global\nfrontend f\n bind :80\nfrontend g\n bind :81", 1);
        check("global\ndefaults\nfrontend f\n bind :80\ndefaults\nfrontend g\n bind :81", 2);
        check("frontend f\n bind :80", 0);
    }
}
