//! Lines of proxies.

use super::args::Args;
use super::kind::ProxyKind;
use super::known;
use super::modifier::Modifier;
use super::proxy::Proxy;
use super::server::Server;
use super::server_line::Defaults;
use super::template::SERVERS_MAX;
use super::{bind, rules, server_line, settings_line, stick, template};
use crate::haproxy::syntax::Doubt;

/// Keywords of rules that are kept as words.
const RULES: [&str; 6] = [
    "http-request",
    "http-response",
    "http-after-response",
    "tcp-request",
    "tcp-response",
    "redirect",
];

/// Reads a line. `left` says how many servers may still be read.
pub(super) fn read(
    proxy: &mut Proxy,
    modifier: Modifier,
    left: &mut u32,
    args: &mut Args<'_, '_, '_>,
) {
    if is_refused_in(proxy, args.keyword) {
        let what = format!("`{}` has no place in `defaults`", args.keyword);
        args.fail_line(what, "a `frontend`, `backend` or `listen` section");
        return;
    }
    if known::is_removed(args.keyword, args.environment.version()) {
        let what = format!("`{}` is refused by this version", args.keyword);
        args.remarks.tell(args.line, Doubt::Version, what);
    }
    let is_known = settings_line::read(&mut proxy.settings, modifier, args) != Some(false)
        || own(proxy, left, args)
        || known::is_of_proxy(args.keyword);
    if !is_known {
        let what = format!("`{}` is not known here in a proxy", args.keyword);
        args.remarks.tell(args.line, Doubt::UnknownKeyword, what);
    }
}

/// Whether a line has no place in these `defaults`: rules have one where they have a name.
fn is_refused_in(proxy: &Proxy, keyword: &str) -> bool {
    const NEVER: [&str; 9] = [
        "server",
        "server-template",
        "bind",
        "use_backend",
        "use-server",
        "stick",
        "stick-table",
        "force-persist",
        "ignore-persist",
    ];
    let needs_name = keyword == "acl" || RULES.contains(&keyword) && keyword != "redirect";
    let is_timer = matches!(keyword, "tcp-request" | "tcp-response");
    proxy.kind == ProxyKind::Defaults
        && (NEVER.contains(&keyword) || needs_name && !is_timer && proxy.name.is_empty())
}

/// Reads a line that no proxy inherits, or one about servers.
fn own(proxy: &mut Proxy, left: &mut u32, args: &mut Args<'_, '_, '_>) -> bool {
    match args.keyword {
        "server" if *left == 0 => {
            args.fail_line(format!("more servers than the {SERVERS_MAX} that are read"), "fewer");
        }
        "server" => {
            *left -= 1;
            let server = server_line::read(&defaults(proxy), args);
            server.iter().for_each(|server| tell_twice(proxy, server, args));
            proxy.servers.extend(server);
        }
        "server-template" => {
            let servers = template::read(&defaults(proxy), left, args);
            proxy.servers.extend(servers.into_iter().flatten());
        }
        "default-server" => server_line::read_defaults(proxy, args),
        "bind" => proxy.binds.extend(bind::read(args)),
        "acl" => proxy.acls.extend(rules::acl(args)),
        "use_backend" => proxy.use_backends.extend(rules::use_backend(args)),
        "use-server" => proxy.use_servers.extend(rules::use_server(args)),
        "stick-table" => proxy.stick_table = stick::read_table(args),
        "stick" => proxy.stick_rules.extend(stick::read_rule(args)),
        "force-persist" => proxy.persist_rules.push(rules::persist(args, true)),
        "ignore-persist" => proxy.persist_rules.push(rules::persist(args, false)),
        "filter" => proxy.filters.push(rules::rule(args)),
        "appsession" => {
            let what = "`appsession` is not imitated: HAProxy 1.5 keeps sessions by it, and newer \
                        versions refuse it; a `stick-table` does the same";
            args.remarks.tell(args.line, Doubt::Limit, what);
        }
        keyword if RULES.contains(&keyword) => proxy.rules.push(rules::rule(args)),
        _ => return false,
    }
    true
}

fn defaults(proxy: &Proxy) -> Defaults<'_> {
    Defaults { unnamed: &proxy.settings.default_server, named: &proxy.named_servers }
}

/// Tells of a server whose name is there already.
fn tell_twice(proxy: &mut Proxy, server: &Server, args: &mut Args<'_, '_, '_>) {
    if !proxy.server_names.insert(server.name.clone()) {
        let what = format!("another server `{}`, which newer versions refuse", server.name);
        args.remarks.tell(args.line, Doubt::Version, what);
    }
}
