//! What a configuration of HAProxy says, as facts.

use std::collections::BTreeSet;

use foreign::Span;
use foreign::haproxy::SectionKind;
use foreign::haproxy::model::{Config, Modifier, Proxy, ProxyKind, Section, Statement};

use super::fact::{Facts, Path};
use super::server;

/// Lines that name the machine itself.
const LEFT_OUT: [&str; 4] = ["description", "node", "hostname", "localpeer"];

/// Lines of proxies that are told by what they come to.
const MODELLED: [&str; 4] = ["server", "server-template", "default-server", "timeout"];

/// Lines of which the last one counts.
const SINGLE: [&str; 24] = [
    "mode",
    "balance",
    "cookie",
    "hash-type",
    "hash-balance-factor",
    "maxconn",
    "fullconn",
    "backlog",
    "retries",
    "retry-on",
    "default_backend",
    "http-reuse",
    "stick-table",
    "dynamic-cookie-key",
    "unique-id-format",
    "log-format",
    "monitor-uri",
    "nbthread",
    "nbproc",
    "user",
    "group",
    "chroot",
    "pidfile",
    "daemon",
];

/// What counts without a word.
const DEFAULTS: [(&str, &str); 4] =
    [("mode", "tcp"), ("balance", "roundrobin"), ("retries", "3"), ("hash-balance-factor", "0")];

/// Lines of which the last one counts for each of their first words.
const SINGLE_FOR: [&str; 5] = ["option", "stats", "errorfile", "email-alert", "external-check"];

/// Lines that are gone through in their order.
const ORDERED: [&str; 15] = [
    "http-request",
    "http-response",
    "http-after-response",
    "tcp-request",
    "tcp-response",
    "redirect",
    "use_backend",
    "use-server",
    "stick",
    "http-check",
    "tcp-check",
    "filter",
    "force-persist",
    "ignore-persist",
    "block",
];

/// Times have units, and the same time can be written in several ways.
const TIMEOUTS: [&str; 12] = [
    "client",
    "client-fin",
    "client-hs",
    "server",
    "server-fin",
    "connect",
    "check",
    "queue",
    "tunnel",
    "tarpit",
    "http-request",
    "http-keep-alive",
];

pub(super) fn read(config: &Config, facts: &mut Facts) {
    let proxies: BTreeSet<usize> = config.proxies.iter().map(|proxy| proxy.section).collect();
    for (at, section) in config.sections.iter().enumerate() {
        // Several sections of `global` are one.
        let path = match section.kind {
            SectionKind::Global => vec!["global".to_owned()],
            _ if proxies.contains(&at) => continue,
            _ => facts.block(&[], &title(section), Some(section.span)),
        };
        section.statements.iter().for_each(|line| statement(facts, &path, line));
    }
    for proxy in config.proxies.iter().filter(|proxy| proxy.kind != ProxyKind::Defaults) {
        self::proxy(config, proxy, facts);
    }
}

/// A section's head without what it inherits from.
fn title(section: &Section) -> String {
    let words = section.header.iter().map(|word| word.text.as_ref());
    words.take_while(|word| *word != "from").collect::<Vec<_>>().join(" ")
}

/// What it inherits is said first, and its own lines replace that.
fn proxy(config: &Config, proxy: &Proxy, facts: &mut Facts) {
    let Some(section) = config.sections.get(proxy.section) else { return };
    let path = facts.block(&[], &title(section), Some(section.span));
    let defaults = proxy.defaults.and_then(|at| config.proxies.get(at));
    let defaults = defaults.and_then(|defaults| config.sections.get(defaults.section));
    let inherited = defaults.into_iter().flat_map(|section| &section.statements);
    let lines = inherited.chain(&section.statements);
    for line in lines.filter(|line| !MODELLED.contains(&line.keyword())) {
        statement(facts, &path, line);
    }
    for name in TIMEOUTS {
        if let Some(time) = proxy.settings.timeout_ms(name).filter(|time| time.value > 0) {
            let value = format!("{} ms", time.value);
            facts.set(&path, &format!("timeout {name}"), value, Some(time.span));
        }
    }
    proxy.servers.iter().for_each(|server| server::read(server, &path, facts));
}

fn statement(facts: &mut Facts, path: &Path, line: &Statement) {
    let words: Vec<&str> = line.words.iter().map(|word| word.text.as_ref()).collect();
    let (Some((keyword, rest)), span) = (words.split_first(), Some(line.span)) else { return };
    if LEFT_OUT.contains(keyword) {
        return;
    }
    match (*keyword, rest) {
        ("bind", _) | ("stats", ["socket", ..]) => listener(facts, path, &words, span),
        (_, [first, rest @ ..]) if SINGLE_FOR.contains(keyword) => {
            let name = format!("{keyword} {first}");
            match line.modifier {
                Modifier::Plain => facts.set(path, &name, rest.join(" "), span),
                _ => facts.unset(path, &name),
            }
        }
        _ if line.modifier != Modifier::Plain => facts.unset(path, keyword),
        _ if DEFAULTS.contains(&(*keyword, &*rest.join(" "))) => facts.unset(path, keyword),
        _ if SINGLE.contains(keyword) => facts.set(path, keyword, rest.join(" "), span),
        _ if ORDERED.contains(keyword) => {
            facts.push(path, keyword, &words.join(" "), line.span);
        }
        _ => facts.add(path, &words.join(" "), "", span),
    }
}

/// A place to listen at, without its address.
fn listener(facts: &mut Facts, path: &Path, words: &[&str], span: Option<Span>) {
    let address = words.iter().position(|word| !matches!(*word, "bind" | "stats" | "socket"));
    let Some(address) = address else { return };
    let line = [&words[..address], &words[address + 1..]].concat();
    facts.add(path, &line.join(" "), "", span);
}
