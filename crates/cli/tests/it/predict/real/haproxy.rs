//! HAProxy: conditions of all kinds, maps, rules that answer, and rules that name a server.

use std::process::Command;

use super::site::Site;
use super::traffic::Draw;

fn haproxy(file: &str) -> Command {
    let mut command = Command::new("haproxy");
    command.args(["-db", "-f", file]);
    command
}

pub(super) fn check(
    about: &'static str,
    rest: &str,
    servers: &'static [&'static str],
    draw: &Draw,
) {
    site(about, rest, servers).agrees(haproxy, draw);
}

fn text(rest: &str) -> String {
    format!(
        "global\n    nbthread 1\ndefaults\n    mode http\n    timeout connect 5s\n    \
         timeout client 30s\n    timeout server 30s\n{rest}"
    )
}

fn site(about: &'static str, rest: &str, servers: &'static [&'static str]) -> Site {
    Site {
        product: "haproxy",
        about,
        file: "haproxy.cfg",
        text: text(rest),
        beside: &[
            ("hosts.map", "# hosts\nshop.example.org shop\n*.x never\nAPI.example.org api\n"),
            ("starts.map", "/static assets\n/static/js api\n/ shop\n"),
            ("nets.map", "127.0.0.4/30 api\n127.0.0.0/8 shop\n127.0.0.5 assets\n"),
            ("bots.lst", "# lists\nbot\n\ncrawl\n"),
            ("paths.lst", "/a/\n/b/\n"),
        ],
        servers,
        is_named: true,
    }
}

pub(super) const SERVERS: &[&str] = &["api-1", "api-2", "shop-1", "shop-2", "shop-3", "assets-1"];
pub(super) const BACKENDS: &str = "backend api\n    server api-1 @api-1@\n    \
    server api-2 @api-2@ weight 2\n\
    backend shop\n    balance hdr(x-user)\n    hash-type consistent\n    \
    server shop-1 @shop-1@\n    server shop-2 @shop-2@\n    server shop-3 @shop-3@\n\
    backend assets\n    server assets-1 @assets-1@\n";

pub(super) const DRAW: Draw = Draw {
    hosts: &["shop.example.org", "API.example.org", "api.example.org:8080", "x.test", "a.b.test"],
    targets: &[
        "/",
        "/api/v1/users?id=#",
        "/API/v2",
        "/static/js/app.js",
        "/static/logo.PNG",
        "/a/b/c",
        "/img/x/b/",
        "/login?next=/api&user=7",
        "/v#/x",
    ],
    headers: &[
        ("x-beta", &["1", "0", "yes, 1"]),
        ("user-agent", &["Mozilla/5.0", "GoogleBot/2", "crawl"]),
        ("cookie", &["lang=de; canary=on", "canary=off"]),
    ],
};

/// Goal: paths and hosts by every way of comparing. Method: named tests with alternatives, case,
/// braces, negations, and rows.
#[test]
fn conditions_on_hosts_and_paths() {
    let front = "frontend www\n    bind @listen\n    \
        acl is_api path_beg -i /api/\n    acl is_api hdr(host) -i api.example.org\n    \
        acl is_api hdr(host),lower,field(1,:) -m str api.example.org\n    \
        acl is_static path_end -i .png .js\n    acl is_static path_dir img\n    \
        acl is_get method GET\n    acl deep path_reg ^/v[0-9]+[13579]/\n    \
        acl long path_len gt 12\n    acl dom hdr_dom(host) -i b\n    acl sub path_sub ogi\n    \
        use_backend assets if is_static !is_api or dom is_get\n    \
        use_backend api if is_api { path -m beg /api/v1 /API } || deep\n    \
        use_backend shop unless is_get || long\n    \
        use_backend api if ! long ! { path / } is_get\n    use_backend assets if sub\n    \
        default_backend shop\n";
    check("conditions on hosts and paths", &format!("{front}{BACKENDS}"), SERVERS, &DRAW);
}

/// Goal: addresses, headers, cookies, parameters, lists in files. Method: rules that answer before
/// rules that switch.
#[test]
fn conditions_on_headers_and_addresses() {
    let front = "frontend www\n    bind @listen\n    \
        acl inside src 127.0.0.2 127.0.0.4/31\n    \
        http-request deny if { hdr(user-agent) -i -m sub -f @folder/bots.lst } inside\n    \
        http-request redirect location /other code 302 if { path /login } !{ method POST }\n    \
        http-request return status 200 content-type text/plain string ok \
        if { path_beg -f @folder/paths.lst } { src 127.0.0.9 }\n    \
        use_backend api if { req.hdr(x-beta) 1 }\n    \
        use_backend api if { hdr_cnt(x-beta) gt 5 } FALSE\n    \
        use_backend assets if { req.cook(canary) on } METH_GET\n    \
        use_backend assets if { url_param(id) -m int 100:300 }\n    \
        use_backend shop if { hdr(x-beta) -m found } TRUE\n    \
        use_backend api if { query -m found } or LOCALHOST { ssl_fc }\n    \
        default_backend shop\n";
    check("conditions on headers and addresses", &format!("{front}{BACKENDS}"), SERVERS, &DRAW);
}

/// Goal: names that are made. Method: maps of all kinds, variables, backends that are not there.
#[test]
fn names_out_of_maps() {
    let front = "frontend www\n    bind @listen\n    \
        http-request set-var(txn.host) req.hdr(host),field(1,:)\n    \
        http-request set-header X-Seen yes\n    \
        use_backend %[src,map_ip(@folder/nets.map)] if { method DELETE }\n    \
        use_backend %[path,map_beg(@folder/starts.map)] if { path_beg /static }\n    \
        use_backend %[path,field(2,/)]s if { path_beg /nothing }\n    \
        use_backend %[var(txn.host),map(@folder/hosts.map,none)] unless { path_beg /a/ }\n    \
        default_backend assets\n";
    check("names out of maps", &format!("{front}{BACKENDS}"), SERVERS, &DRAW);
}

/// Goal: rules that name a server come before cookies and the method, and none that is down is
/// named. Method: both in one backend, which also refuses.
#[test]
fn rules_that_name_a_server() {
    let text = "frontend www\n    bind @listen\n    default_backend shop\n\
        backend shop\n    balance roundrobin\n    \
        http-request deny deny_status 429 if { path_beg /a/ }\n    \
        use-server shop-4 if { path_beg /api }\n    \
        use-server shop-1 if { path_beg /api } { method GET }\n    \
        use-server shop-2 if { hdr(x-beta) 1 }\n    use-server shop-3 unless { path_beg / }\n    \
        server shop-1 @shop-1@ cookie off\n    server shop-2 @shop-2@ cookie on weight 3\n    \
        server shop-3 @shop-3@ cookie x\n    server shop-4 @shop-4@ disabled\n";
    let servers = &["shop-1", "shop-2", "shop-3", "shop-4"];
    check("rules that name a server", text, servers, &DRAW);
}

/// Goal: rules that test, name a backend or hash see what earlier rules have made of a request.
/// Method: all rules that change targets, headers and variables, in a frontend and in backends.
#[test]
fn rules_see_what_earlier_ones_made() {
    let text = "global\n    expose-experimental-directives\n\
        frontend www\n    bind @listen\n    \
        http-request set-path /api%[path] if { path_beg /v }\n    \
        http-request replace-path /a/(.*)/c /img/\\1\n    \
        http-request set-query u=%[req.hdr(x-user)]&%[query]\n    \
        http-request set-var(txn.first) path,field(2,/)\n    \
        http-request set-header x-user %[req.hdr(x-beta)]-%[url_param(id)] if METH_GET\n    \
        http-request add-header x-user more,%[src] unless METH_GET\n    \
        http-request replace-value x-user (.)(.*) \\2\\1\n    \
        http-request replace-header user-agent (.*)Bot(.*) \\2\n    \
        http-request del-header x- -m beg if { method DELETE } { src 127.0.0.1 127.0.0.2 }\n    \
        http-request set-method PUT if { hdr(user-agent) /2 }\n    \
        use_backend uri if { method PUT }\n    \
        use_backend agent if { hdr(user-agent) /2 }\n    \
        use_backend uri if { path_beg /img /static }\n    \
        use_backend param if { var(txn.first) -i -m str api }\n    \
        default_backend shop\n\
        backend uri\n    balance uri whole\n    hash-type consistent\n    \
        http-request replace-uri (.*)\\.(js|PNG)(.*) /files//\\2\\1\\3&a=1\n    \
        http-request normalize-uri query-sort-by-name\n    \
        http-request normalize-uri path-merge-slashes\n    \
        server uri-1 @uri-1@\n    server uri-2 @uri-2@\n    server uri-3 @uri-3@\n\
        backend param\n    balance url_param u\n    \
        http-request replace-pathq (.*)u=u(.)(.*) \\1u=\\3\\2\n    \
        use-server param-2 if { url_param(u) -m len 7 }\n    \
        server param-1 @param-1@\n    server param-2 @param-2@\n\
        backend agent\n    balance hash path,lower\n    http-request set-pathq /%[src]\n    \
        server agent-1 @agent-1@\n    server agent-2 @agent-2@\n\
        backend shop\n    balance hdr(x-user)\n    server shop-1 @shop-1@\n    \
        server shop-2 @shop-2@\n    server shop-3 @shop-3@\n";
    let servers = &[
        "uri-1", "uri-2", "uri-3", "param-1", "param-2", "agent-1", "agent-2", "shop-1", "shop-2",
        "shop-3",
    ];
    check("rules that change requests", text, servers, &DRAW);
}

/// Goal: variables and single values of headers are hashed and remembered as HAProxy does it.
/// Method: `balance hash` and `stick on` of each, with lists of addresses of all kinds.
#[test]
fn variables_and_occurrences_are_hashed() {
    let text = "frontend www\n    bind @listen\n    \
        http-request set-var(txn.who) req.hdr(x-user),lower if METH_GET\n    \
        http-request set-var(txn.net) hdr_ip(x-forwarded-for,1),ipmask(24)\n    \
        http-request set-var(txn.size) path,length\n    \
        http-request set-var-fmt(req.mix) %[src]-%[url_param(id)]\n    \
        use_backend net if { path_beg /api }\n    \
        use_backend who if { path_beg /a }\n    \
        use_backend size if { path_beg /v }\n    \
        use_backend first if { path_beg /static }\n    \
        use_backend last if { path_beg /img }\n    \
        use_backend mix if { method POST }\n    \
        use_backend ip if { hdr_ip(x-forwarded-for) 192.0.2.0/24 }\n    \
        default_backend rest\n\
        backend who\n    balance hash var(txn.who)\n    hash-type consistent\n    \
        server who-1 @who-1@\n    server who-2 @who-2@\n\
        backend net\n    balance hash var(txn.net)\n    \
        server net-1 @net-1@\n    server net-2 @net-2@\n\
        backend size\n    balance hash var(txn.size)\n    hash-type consistent sdbm\n    \
        server size-1 @size-1@\n    server size-2 @size-2@\n\
        backend first\n    balance hash req.hdr(x-forwarded-for,1),field(1,:)\n    \
        server first-1 @first-1@\n    server first-2 @first-2@\n\
        backend last\n    balance hash hdr_ip(x-forwarded-for,-2)\n    \
        server last-1 @last-1@\n    server last-2 @last-2@\n\
        backend mix\n    stick-table type string len 64 size 1k\n    stick on var(req.mix)\n    \
        server mix-1 @mix-1@\n    server mix-2 @mix-2@\n    server mix-3 @mix-3@\n\
        backend ip\n    stick-table type ip size 1k\n    \
        stick on hdr_ip(x-forwarded-for,1)\n    \
        server ip-1 @ip-1@\n    server ip-2 @ip-2@\n\
        backend rest\n    balance hash var(txn.none,x)\n    \
        http-request set-var(txn.none) hdr(x-none)\n    \
        server rest-1 @rest-1@\n    server rest-2 @rest-2@\n";
    let servers = &[
        "who-1", "who-2", "net-1", "net-2", "size-1", "size-2", "first-1", "first-2", "last-1",
        "last-2", "mix-1", "mix-2", "mix-3", "ip-1", "ip-2", "rest-1", "rest-2",
    ];
    let draw = Draw {
        headers: &[
            (
                "x-forwarded-for",
                &[
                    "10.1.2.3, 10.9.9.9",
                    "192.0.2.7",
                    "2001:db8::7, 192.0.2.1:8080",
                    "unknown, 010.1.2.3",
                    "[::1]:80, a, 198.51.100.9",
                ],
            ),
            ("x-none", &[]),
        ],
        ..DRAW
    };
    check("variables and occurrences", text, servers, &draw);
}

/// Goal: what was before is told by the rules of the file from before. Method: rules that change
/// paths, headers and backends in the old file alone; its shares are held against what HAProxy did
/// with it.
#[test]
fn the_file_from_before_is_read_by_its_own_rules() {
    let backends = "backend api\n    balance uri\n    server api-1 @api-1@\n    \
        server api-2 @api-2@ weight 2\n\
        backend shop\n    balance hdr(x-user)\n    hash-type consistent\n    \
        server shop-1 @shop-1@\n    server shop-2 @shop-2@\n    server shop-3 @shop-3@\n\
        backend assets\n    server assets-1 @assets-1@\n";
    let old = "frontend www\n    bind @listen\n    \
        http-request set-path /x/%[path,field(2,/)]\n    \
        http-request set-header x-user %[req.hdr(x-user),bytes(0,2)]\n    \
        use_backend assets if { hdr(x-beta) 1 }\n    \
        use_backend api if { path_beg /x/a }\n    default_backend shop\n";
    let new = "frontend www\n    bind @listen\n    use_backend api if { method POST }\n    \
        use_backend assets if { path_beg /static }\n    default_backend shop\n";
    let site = site("before", &format!("{old}{backends}"), SERVERS);
    site.was_before(haproxy, &DRAW, &text(&format!("{new}{backends}")));
}
