//! What cannot be known of a pass, and the hash that shares are made by.

use crate::Sources;
use crate::logs::Line;
use crate::nginx::model::Config;
use crate::nginx::syntax::{Kept, read};
use crate::pick::digest::murmur32;
use crate::route::{NginxRoutes, To};

fn check(server: &str, line: &Line<'_>, to: To, doubt: Option<&str>) {
    let upstreams = "upstream a { server 10.0.0.1; } upstream b { server 10.0.0.2; }";
    let text = format!("http {{ {upstreams}\n{server} }}");
    let mut sources = Sources::default();
    let tree = read("n.conf", None, &Kept::default().with("n.conf", text), &mut sources);
    let names = ["a".to_owned(), "b".to_owned()];
    let routes = NginxRoutes::new(&Config::read(&tree), &sources, &names);
    let decision = routes.decide(line);
    assert_eq!(decision.to, to, "{server}");
    assert_eq!(decision.doubt.map(|doubt| routes.told(doubt)).as_deref(), doubt, "{server}");
}

/// Goal: what a log leaves open is told. Method: variables, hosts, files and listeners of which
/// it has nothing.
#[test]
fn what_is_open_is_told() {
    let line = Line { target: Some(b"/x"), ..Line::default() };
    let (a, b) = (To::Pool(0), To::Pool(1));
    let map = "map $http_x $p { default a; 1 b; } server { location / { proxy_pass http://$p; } }";
    check(map, &line, a, Some("`http://$p` (n.conf:2): `$http_x` cannot be known from the log"));
    let two = "server { server_name x; location / { proxy_pass http://a; } } \
               server { server_name y; location / { proxy_pass http://b; } }";
    let open = "several servers listen at one address: the log does not have the host";
    check(two, &line, a, Some(open));
    check(two, &Line { host: Some(b"Y:80"), ..line.clone() }, b, None);
    let files = "server { location / { try_files $uri @b; } location @b { proxy_pass http://b; } }";
    let open = "`try_files $uri @b` (n.conf:2): whether the files are there is not in the log; \
                taken is that none is";
    check(files, &line, b, Some(open));
    let ports = "server { listen 80; return 301 /; } \
                 server { listen 81; location / { proxy_pass http://b; } }";
    let open = "several addresses are listened at: the log does not say which of them took the \
                request";
    check(ports, &line, b, Some(open));
    check("server { location / { proxy_pass http://b; } }", &line, b, None);
}

/// Goal: who was let in is told where the log leaves it open, and followed where it does not.
/// Method: addresses and passwords, with and without what the log says of them.
#[test]
fn who_was_let_in_is_told() {
    let line = Line { target: Some(b"/x"), method: Some(b"GET"), ..Line::default() };
    let inside =
        |rules: &str| format!("server {{ location / {{ {rules} proxy_pass http://a; }} }}");
    let from = |client: &str| Line { client: client.parse().ok(), ..line.clone() };
    let a = To::Pool(0);
    let networks = inside("allow 10.0.0.0/8; deny all;");
    let open = "`allow 10.0.0.0/8` (n.conf:2): the log does not have the client's address; taken \
                is that it is let in";
    check(&networks, &line, a, Some(open));
    check(&networks, &from("10.1.2.3"), a, None);
    check(&networks, &from("::ffff:10.1.2.3"), a, None);
    check(&networks, &from("192.0.2.1"), To::Answered, None);
    check(&inside("deny all;"), &line, To::Answered, None);
    let password = inside("auth_basic x; auth_basic_user_file y;");
    let open = "`auth_basic x` (n.conf:2): whether it was let in is not in the log; taken is that \
                it was";
    check(&password, &line, a, Some(open));
    let refused = "`auth_basic x` (n.conf:2): whether it was let in is not in the log; taken is \
                   that it was not, by its status";
    let with = |status| Line { status: Some(status), ..line.clone() };
    check(&password, &with(401), To::Answered, Some(refused));
    check(&password, &with(404), a, Some(open));
    check(&networks, &with(200), a, None);
    check(&password, &Line { status: Some(200), ..line.clone() }, a, None);
    let served = Line { status: Some(404), server: Some(b"10.0.0.1"), ..line.clone() };
    check(&password, &served, a, None);
    let either = inside("satisfy any; allow 10.0.0.0/8; deny all; auth_basic x;");
    check(&either, &from("10.1.2.3"), a, None);
    check(&either, &from("192.0.2.1"), a, Some(open));
    check(
        &inside("auth_basic off; limit_req zone=z;"),
        &Line { status: Some(200), ..line },
        a,
        None,
    );
}

/// Goal: a page for what is not there leads on only where a file is missing, which is told.
#[test]
fn files_that_may_be_missing_are_told() {
    let line = Line { target: Some(b"/x"), ..Line::default() };
    let files =
        "server { error_page 404 = @b; location @b { proxy_pass http://b; } location / { } }";
    let open = "`error_page 404 = @b` (n.conf:2): whether the file is there is not in the log; \
                taken is that it is";
    check(files, &line, To::Answered, Some(open));
}

#[test]
fn shares_are_made_by_murmur() {
    // As MurmurHash2 of 32 bits has them, with the seed 0.
    for (text, hash) in [("", 0), ("a", 0x9268_5f5e), ("hello", 0xe561_29cb)] {
        assert_eq!(murmur32(text.as_bytes()), hash, "{text}");
    }
}
