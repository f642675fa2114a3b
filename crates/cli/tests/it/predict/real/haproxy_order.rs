//! HAProxy: what comes before what, and what ends early: rulesets, pages of its own, variables
//! that are set once, headers behind all rules.

use super::haproxy::{BACKENDS, DRAW, SERVERS, check};
use super::traffic::Draw;

/// Goal: a rule that accepts ends its own ruleset and no other one, and a page of HAProxy's own is
/// answered where it is. Method: both in a frontend and in a backend, with rules behind them.
#[test]
fn rulesets_that_end_and_pages() {
    let front = "frontend www\n    bind @listen\n    monitor-uri /login?next=/api&user=7\n    \
        tcp-request inspect-delay 2s\n    \
        tcp-request content accept if { src 127.0.0.2 127.0.0.3 }\n    \
        tcp-request content set-var(txn.early) path,field(2,/)\n    \
        http-request deny if { path_beg /login }\n    \
        http-request allow if { path_beg /api /v } METH_GET\n    \
        http-request set-path /static/x if { path / }\n    \
        http-request deny deny_status 429 if { path_beg /v }\n    \
        http-request set-header x-user all\n    \
        redirect location /other if { path_beg /api } { hdr(x-beta) 1 }\n    \
        use_backend api if { var(txn.early) -m str a img }\n    \
        use_backend assets if { path_beg /static }\n    default_backend shop\n";
    let backends = BACKENDS.replace(
        "    server assets-1",
        "    stats uri /static/js\n    stats auth a:b\n    \
         http-request allow if { src 127.0.0.5 }\n    \
         http-request set-path /static/js if { path_end .PNG }\n    server assets-1",
    );
    check("rulesets that end, and pages", &format!("{front}{backends}"), SERVERS, &DRAW);
}

/// Goal: a variable keeps its value where a rule's conditions do not hold, or where there is
/// nothing to set it to. Method: all conditions, at all levels, and one of the process.
#[test]
fn variables_that_are_set_when() {
    let text = "global\n    set-var proc.mode str(api)\n\
        frontend www\n    bind @listen\n    \
        tcp-request session set-var(sess.who) src\n    \
        http-request set-var(txn.pool) var(proc.mode) if { path_beg /api }\n    \
        http-request set-var(txn.pool) str(assets) if { path_beg /static }\n    \
        http-request set-var(txn.pool,ifnotexists) str(shop)\n    \
        http-request set-var(txn.pool,ifnotempty) url_param(none)\n    \
        http-request set-var(txn.n) int(5)\n    \
        http-request set-var(txn.n,ifgt) int(7) if { path_beg /a/ }\n    \
        http-request set-var(txn.n,iflt) int(7) if { path_beg /v }\n    \
        http-request set-var(txn.x) req.hdr(x-beta)\n    \
        http-request set-var(txn.x,ifset) str(set)\n    \
        http-request unset-var(txn.x) if METH_GET\n    \
        http-request set-var-fmt(txn.x,ifnotset) \"%[src]\"\n    \
        http-request set-header x-user %[var(sess.who)]%[var(txn.x)]\n    \
        use_backend assets if { var(txn.n) -m int 7 }\n    \
        use_backend %[var(txn.pool)]\n";
    let text = format!("{text}{BACKENDS}");
    check("variables that are set when", &text, SERVERS, &DRAW);
}

/// Goal: the client's address is added to its header behind all rules of HTTP, and before a server
/// is chosen. Method: requests with and without the header; all words of the option, in frontend
/// and backends.
#[test]
fn addresses_in_headers() {
    let text = "frontend www\n    bind @listen\n    option forwardfor except 127.0.0.2/31\n    \
        http-request set-header x-client %ci if { src 127.0.0.7 }\n    \
        use_backend last if { path_beg /api /static }\n    \
        use_backend named if { path_beg /a/ /img /v }\n    \
        use_backend none if { hdr(x-forwarded-for) -m sub 127.0.0 }\n    default_backend first\n\
        backend first\n    balance hdr(x-forwarded-for)\n    \
        use-server first-1 if { hdr(x-forwarded-for) -m sub 127.0.0 }\n    \
        server first-1 @first-1@\n    server first-2 @first-2@\n    server first-3 @first-3@\n\
        backend last\n    balance roundrobin\n    \
        stick-table type string len 40 size 1k expire 10m\n    stick on hdr(x-forwarded-for)\n    \
        server last-1 @last-1@\n    server last-2 @last-2@\n    server last-3 @last-3@\n\
        backend named\n    balance hdr(x-client)\n    hash-type consistent\n    \
        option forwardfor header X-Client if-none except 127.0.0.8\n    \
        server named-1 @named-1@ id 77\n    server named-2 @named-2@ id 3\n    \
        server named-3 @named-3@ weight 30\n\
        backend none\n    server none-1 @none-1@\n";
    let servers = &[
        "first-1", "first-2", "first-3", "last-1", "last-2", "last-3", "named-1", "named-2",
        "named-3", "none-1",
    ];
    let draw = Draw {
        headers: &[
            ("x-forwarded-for", &["192.0.2.1", "192.0.2.2, 192.0.2.3"]),
            ("x-client", &["192.0.2.4"]),
        ],
        ..DRAW
    };
    check("addresses in headers", text, servers, &draw);
}

/// Goal: tests look at every cookie and value of a name, keys at the last one, and both read them
/// alike. Method: cookies twice, empty, quoted and with spaces; values with quoted commas.
#[test]
fn cookies_and_values_of_one_name() {
    let text = "frontend www\n    bind @listen\n    \
        use_backend twice if { req.cook(sid) a }\n    \
        use_backend twice if { hdr(x-beta) 1 }\n    \
        use_backend key if { req.cook(sid) -m found }\n    default_backend table\n\
        backend twice\n    server twice-1 @twice-1@\n\
        backend key\n    balance hash req.cook(sid)\n    \
        server key-1 @key-1@\n    server key-2 @key-2@\n    server key-3 @key-3@\n\
        backend table\n    balance roundrobin\n    \
        stick-table type string len 40 size 1k expire 10m\n    stick on req.hdr(x-beta)\n    \
        server table-1 @table-1@\n    server table-2 @table-2@\n    server table-3 @table-3@\n";
    let servers = &["twice-1", "key-1", "key-2", "key-3", "table-1", "table-2", "table-3"];
    let draw = Draw {
        headers: &[
            (
                "cookie",
                &[
                    "sid=a; sid=b",
                    "sid=b; sid=c",
                    "sid=",
                    "sid=; x=1",
                    "x=1; sid=d, sid=e",
                    "x=\"1; sid=a\"; sid = f ;y",
                    "sid=\"a;b\"",
                    "SID=a; lang=de",
                ],
            ),
            ("x-beta", &["\"2,1\",3", "0", "yes, 1", "4, \"5,6\""]),
        ],
        ..DRAW
    };
    check("cookies and values of one name", text, servers, &draw);
}

/// Goal: what is looked up by one line and stored by another is kept as by `stick on`. Method: both
/// orders of the lines, by address and by header, and a table that another backend has.
#[test]
fn rules_that_look_up_and_store() {
    let mut text = "frontend www\n    bind @listen\n    \
        use_backend api if { path_beg /api /a }\n    \
        use_backend old if { path_beg /static }\n    default_backend shop\n\
        backend kept\n    stick-table type ip size 1k\n"
        .to_owned();
    for (name, rules) in [
        ("api", "stick-table type ip size 1k\n    stick match src\n    stick store-request src"),
        (
            "shop",
            "stick-table type string len 40 size 1k\n    stick store-request req.hdr(x-user)\n    \
             stick match req.hdr(x-user)",
        ),
        ("old", "stick match src table kept\n    stick store-request src table kept"),
    ] {
        text += &format!("backend {name}\n    balance roundrobin\n    {rules}\n");
        let servers = (1..=3).map(|at| format!("    server {name}-{at} @{name}-{at}@\n"));
        text += &servers.collect::<String>();
    }
    let servers =
        &["api-1", "api-2", "api-3", "shop-1", "shop-2", "shop-3", "old-1", "old-2", "old-3"];
    check("rules that look up and store", &text, servers, &DRAW);
}
