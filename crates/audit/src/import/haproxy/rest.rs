//! Lines of HAProxy's that have no counterpart: each is said.

use foreign::haproxy::model::{Modifier, Proxy, Statement};
use foreign::haproxy::{Config, SectionKind};

use crate::import::draft::Draft;
use crate::import::parts::{Fate, Remark};

/// Lines that were taken over, or told elsewhere, or mean nothing for what users get.
const TAKEN: [&str; 29] = [
    "acl",
    "backlog",
    "balance",
    "bind",
    "cookie",
    "default-server",
    "default_backend",
    "description",
    "hash-type",
    "hash-balance-factor",
    "http-check",
    "id",
    "mode",
    "option",
    "retries",
    "retry-on",
    "server",
    "server-template",
    "stick",
    "stick-table",
    "tcp-check",
    "timeout",
    "use_backend",
    "log",
    "log-format",
    "http-reuse",
    "disabled",
    "enabled",
    "unique-id-format",
];

/// Options that are how this balancer works, or say how something else is done.
const OPTIONS: [&str; 16] = [
    "http-keep-alive",
    "http-server-close",
    "httplog",
    "tcplog",
    "dontlognull",
    "redispatch",
    "httpchk",
    "forwardfor",
    "httpslog",
    "log-health-checks",
    "dontlog-normal",
    "tcp-check",
    "tcpka",
    "clitcpka",
    "srvtcpka",
    "abortonclose",
];

/// What the process as a whole loses.
pub(super) fn process(config: &Config, draft: &mut Draft<'_>) {
    use SectionKind::{Backend, Defaults, Frontend, Global, Listen};
    for section in &config.sections {
        if ![Global, Defaults, Frontend, Backend, Listen].contains(&section.kind) {
            let name = section.name.as_deref().unwrap_or("");
            let header = section.header.first().map_or("", |word| &word.text);
            draft.server.lost(section.span, format!("`{header} {name}`"));
        }
        let logs = section.statements.iter().filter(|statement| statement.keyword() == "log");
        if let Some(log) = logs.into_iter().next().filter(|log| log.modifier == Modifier::Plain)
            && draft.server.value.access_log.is_none()
        {
            draft.server.value.access_log = Some("/var/log/evenkeel/access.jsonl".into());
            draft.server.changed(log.span, "the log is a file of JSON lines, and no syslog");
        }
    }
}

/// What the lines of a proxy and of its `defaults` lose.
pub(super) fn proxy(config: &Config, proxy: &Proxy) -> Vec<Remark> {
    let own = config.sections.get(proxy.section);
    let defaults = proxy.defaults.and_then(|at| config.proxies.get(at));
    let defaults = defaults.and_then(|defaults| config.sections.get(defaults.section));
    let sections = defaults.into_iter().chain(own);
    let lines = sections.flat_map(|section| &section.statements);
    lines.filter(|line| !is_taken(line)).map(lost).collect()
}

fn is_taken(line: &Statement) -> bool {
    match line.keyword() {
        "option" => {
            let name = line.words.get(1).map_or("", |word| &word.text);
            line.modifier != Modifier::Plain || OPTIONS.contains(&name)
        }
        keyword => TAKEN.contains(&keyword),
    }
}

fn lost(line: &Statement) -> Remark {
    let words: Vec<&str> = line.words.iter().map(|word| word.text.as_ref()).collect();
    let text: String = words.join(" ").chars().take(120).collect();
    Remark { fate: Fate::Lost, span: Some(line.span), what: format!("`{text}`") }
}
