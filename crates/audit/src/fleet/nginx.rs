//! What a configuration of nginx says, as facts.

use foreign::nginx::syntax::{Body, Directive, Level, Tree};

use super::fact::{Facts, Path};

/// Directives whose first word says what they set.
const SINGLE_FOR: [&str; 15] = [
    "add_header",
    "proxy_set_header",
    "proxy_hide_header",
    "proxy_pass_header",
    "fastcgi_param",
    "uwsgi_param",
    "scgi_param",
    "grpc_set_header",
    "set",
    "server",
    "log_format",
    "error_page",
    "limit_req_zone",
    "limit_conn_zone",
    "proxy_cache_path",
];

/// Directives that are gone through in their order.
const ORDERED: [&str; 6] = ["allow", "deny", "rewrite", "return", "if", "sub_filter"];

/// Blocks of lines that are no directives.
const TABLES: [&str; 5] = ["map", "geo", "split_clients", "types", "match"];

pub(super) fn read(tree: &Tree, facts: &mut Facts) {
    let level = Level::new(tree);
    let top = level.top();
    block(&level, &top, &Vec::new(), facts);
}

fn block<'t>(level: &Level<'t>, lines: &[&'t Directive], path: &Path, facts: &mut Facts) {
    let is_table = path
        .last()
        .is_some_and(|name| TABLES.iter().any(|table| name.split(' ').next() == Some(table)));
    for line in lines {
        let name = line.name.text.as_str();
        let args: Vec<&str> = line.args.iter().map(|word| word.text.as_str()).collect();
        let span = Some(line.head());
        if let Body::Block(inner) = &line.body {
            let inner = level.of(inner);
            let below = facts.block(path, &title(name, &args, &inner), span);
            block(level, &inner, &below, facts);
            continue;
        }
        match (name, args.split_first()) {
            ("listen", _) => {
                let options = args.iter().skip(1).copied().collect::<Vec<_>>();
                facts.add(path, format!("listen {}", options.join(" ")).trim(), "", span);
            }
            ("server_name", _) => {}
            _ if is_table => facts.set(path, name, args.join(" "), span),
            ("server", Some((address, rest))) => server(facts, path, address, rest, line),
            (_, Some((first, rest))) if SINGLE_FOR.contains(&name) => {
                facts.add(path, &format!("{name} {first}"), rest.join(" "), span);
            }
            _ if ORDERED.contains(&name) => {
                let words = [&[name], args.as_slice()].concat();
                facts.push(path, name, &words.join(" "), line.head());
            }
            _ => facts.add(path, name, args.join(" "), span),
        }
    }
}

/// A block's head; a server's is its names, for these tell which one it is.
fn title(name: &str, args: &[&str], inner: &[&Directive]) -> String {
    if name != "server" || !args.is_empty() {
        return [&[name], args].concat().join(" ");
    }
    let names = inner.iter().filter(|line| line.is("server_name"));
    let mut names: Vec<&str> =
        names.flat_map(|line| line.args.iter().map(|word| word.text.as_str())).collect();
    names.sort_unstable();
    [&["server"], names.as_slice()].concat().join(" ")
}

/// A server of an upstream. The order of what is said of it does not count, nor a default.
fn server(facts: &mut Facts, path: &Path, address: &str, rest: &[&str], line: &Directive) {
    const DEFAULTS: [&str; 4] = ["weight=1", "max_fails=1", "fail_timeout=10s", "max_conns=0"];
    let below = facts.block(path, &format!("server {address}"), Some(line.head()));
    for word in rest.iter().filter(|word| !DEFAULTS.contains(word)) {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        facts.set(&below, name, value, Some(line.head()));
    }
}
