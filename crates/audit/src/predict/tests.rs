//! Small logs through small configurations.

use std::fmt::Write;
use std::io::Cursor;

use foreign::logs::{Asked, Reader};

use super::*;
use crate::product::Product;
use crate::subject::{Subject, read_text};

fn subject(product: Product, text: &str) -> Subject {
    read_text("test", text, Some(product)).expect("a configuration")
}

/// Requests of so many clients in turn, a second apart.
fn log(clients: usize, requests: usize) -> String {
    let mut text = String::new();
    for at in 0..requests {
        let (client, minute, second) = (at % clients, at / 60 % 60, at % 60);
        let _ = writeln!(
            text,
            "10.0.{}.{} - - [10/Oct/2024:13:{minute:02}:{second:02} +0000] \"GET /p{} HTTP/1.1\" \
             200 5 \"-\" \"a\"",
            client / 200,
            client % 200 + 1,
            at % 7
        );
    }
    text
}

const QUESTION: Question<'static> = Question {
    pool: None,
    down: &[],
    clients: Clients::New,
    service_s: 0.1,
    session: None,
    against: None,
};

fn predict(subject: &Subject, log: &str, question: &Question<'_>) -> (Prediction, Vec<String>) {
    let reader = Reader::new(Cursor::new(log.to_owned().into_bytes()), &Asked::default());
    let mut each = Vec::new();
    let mut note = |it: &Predicted<'_>| {
        each.push(format!("{} {}", it.server.unwrap_or("-"), it.reason.as_str()));
    };
    let log = Log { name: "test".to_owned(), reader: reader.expect("a log") };
    let made = predict_logs(subject, vec![log], question, &mut note);
    (made.expect("a prediction"), each)
}

fn shares(pool: &PoolPrediction, of: fn(&ServerPrediction) -> f64) -> Vec<i64> {
    pool.servers.iter().map(|server| (of(server) * 100.0).round() as i64).collect()
}

const COOKIE: &str = "backend b\n mode http\n balance roundrobin\n cookie S insert\n";

fn cookie(weights: [u32; 2]) -> Subject {
    let [one, two] = weights;
    subject(
        Product::Haproxy,
        &format!(
            "{COOKIE} server w1 10.1.0.1:80 cookie a weight {one}\n \
             server w2 10.1.0.2:80 cookie b weight {two}\n"
        ),
    )
}

/// Goal: a weight reaches new sessions and no kept ones. Method: the outage in small.
#[test]
fn kept_sessions_stay_and_new_ones_follow_the_weights() {
    let (before, after) = (cookie([1, 1]), cookie([9, 1]));
    let question = Question { against: Some(&before), ..QUESTION };
    let (made, _) = predict(&after, &log(100, 1000), &question);
    let pool = made.pool("b").expect("the pool");
    assert_eq!(shares(pool, |server| server.share_kept), [50, 50]);
    assert_eq!(shares(pool, |server| server.share_new), [90, 10]);
    assert_eq!(shares(pool, |server| server.share_steady), [50, 50]);
    assert_eq!(pool.n_minus_one.len(), 2);
    assert_eq!(pool.n_minus_one[0].shares, [0.0, 1.0]);
    let change = pool.change.as_ref().expect("a change");
    assert!((change.moved_share - 0.4).abs() < 0.11, "{change:?}");
    assert_eq!((made.traffic.requests, made.traffic.unrouted), (1000, 0));
}

/// Goal: what the file from before leaves open is told as its own. Method: a rule of it that asks
/// for what the log does not have, and a pool of it that is not imitated.
#[test]
fn the_file_from_before_speaks_for_itself() {
    let file = |rules: &str, how: &str| {
        let text = format!(
            "defaults\n mode http\nfrontend f\n bind :80\n{rules} default_backend b\n\
             backend b\n server w1 10.1.0.1:80\n server w2 10.1.0.2:80\n\
             backend c\n balance {how}\n server w3 10.1.0.3:80\n server w4 10.1.0.4:80\n"
        );
        subject(Product::Haproxy, &text)
    };
    let now = file("", "roundrobin");
    let check = |before: &Subject, expected: &str| {
        let question = Question { against: Some(before), ..QUESTION };
        let (made, _) = predict(&now, &log(9, 100), &question);
        let expected = format!("in the file from before: {expected}");
        assert!(made.notes.iter().any(|it| it.starts_with(&expected)), "{:?}", made.notes);
        assert_eq!(made.traffic.assumed, []);
    };
    check(
        &file(" use_backend c if { hdr(x-id) 1 }\n", "roundrobin"),
        "100 requests are taken to go to `b`, which the log leaves open. `use_backend c`",
    );
    check(&file("", "hash nonsense"), "`c` is not played: the expression `nonsense`");
}

#[test]
fn each_line_has_its_server_and_reason() {
    let (_, each) = predict(&cookie([1, 1]), &log(2, 4), &QUESTION);
    assert_eq!(each, ["w1 method", "w2 method", "w1 cookie", "w2 cookie"]);
}

#[test]
fn a_table_keeps_addresses_until_a_reload() {
    let text = "backend b\n balance roundrobin\n stick-table type ip size 100 expire 30m\n \
                stick on src\n server w1 10.1.0.1:80\n server w2 10.1.0.2:80\n";
    let (made, each) = predict(&subject(Product::Haproxy, text), &log(3, 9), &QUESTION);
    assert_eq!(each[..4], ["w1 method", "w2 method", "w1 method", "w1 stick"]);
    let pool = &made.pools[0];
    assert_eq!((pool.keys.distinct, pool.keys.room), (3, Some(100)));
    assert_eq!(pool.share_nat.iter().filter(|share| **share == 1.0).count(), 1);
}

#[test]
fn a_lost_server_s_backup_takes_over() {
    let text = "backend b\n server w1 10.1.0.1:80\n server w2 10.1.0.2:80 backup\n";
    let down = ["w1".to_owned()];
    let question = Question { down: &down, ..QUESTION };
    let (_, each) = predict(&subject(Product::Haproxy, text), &log(3, 3), &question);
    assert_eq!(each, ["w2 backup"; 3]);
    let down = ["w9".to_owned()];
    let question = Question { down: &down, ..QUESTION };
    let failed = predict_population(&subject(Product::Haproxy, text), &question).unwrap_err();
    assert_eq!(failed, Failure::UnknownServer("w9".to_owned(), Some("w1".to_owned())));
}

#[test]
fn nginx_routes_by_location_and_hashes_a_network() {
    let text = "http { upstream a { ip_hash; server 10.1.0.1; server 10.1.0.2; } \
                server { location / { proxy_pass http://a; } \
                location /p3 { proxy_pass http://10.9.0.1:81; } } }";
    let (made, each) = predict(&subject(Product::Nginx, text), &log(50, 70), &QUESTION);
    assert_eq!(made.pool("a").map(|pool| pool.requests), Some(60));
    assert_eq!(made.pool("10.9.0.1:81").map(|pool| pool.requests), Some(10));
    assert_eq!(each[3], "10.9.0.1:81 method");
    let first = made.pool("a").expect("the pool").servers[0].share_new;
    assert!(first == 0.0 || first == 1.0, "all of a /24 go to one server: {first}");
}

#[test]
fn envoy_and_own_pools_share_by_weight() {
    let envoy = "static_resources:\n  clusters:\n  - name: c\n    load_assignment:\n      \
                 cluster_name: c\n      endpoints:\n      - lb_endpoints:\n        \
                 - {load_balancing_weight: 3, endpoint: {address: {socket_address: \
                 {address: 10.1.0.1, port_value: 80}}}}\n        \
                 - {endpoint: {address: {socket_address: \
                 {address: 10.1.0.2, port_value: 80}}}}\n";
    let (made, _) = predict(&subject(Product::Envoy, envoy), &log(9, 400), &QUESTION);
    assert_eq!(shares(&made.pools[0], |server| server.share_new), [75, 25]);
    let own = "[[listeners]]\nname = \"w\"\naddress = \"127.0.0.1:8080\"\n\
               [[routes]]\npool = \"p\"\n[pools.p]\npolicy = \"round_robin\"\n\
               [[pools.p.endpoints]]\nname = \"a\"\naddress = \"10.0.0.1:80\"\ncapacity = 30\n\
               [[pools.p.endpoints]]\nname = \"b\"\naddress = \"10.0.0.2:80\"\ncapacity = 10\n";
    let (made, _) = predict(&subject(Product::Evenkeel, own), &log(9, 400), &QUESTION);
    assert_eq!(shares(&made.pools[0], |server| server.share_new), [75, 25]);
}

#[test]
fn without_a_log_the_population_is_told() {
    let made = predict_population(&cookie([100, 17]), &QUESTION).expect("figures");
    assert!(made.traffic.synthetic && made.notes[0].contains("600 users"), "{:?}", made.notes);
    let unknown = Question { pool: Some("x"), ..QUESTION };
    let failed = predict_population(&cookie([1, 1]), &unknown).unwrap_err();
    assert_eq!(failed, Failure::UnknownPool("x".to_owned(), vec!["b".to_owned()]));
}

/// Goal: logs of several balancers are one traffic, in whatever order they are named. Method: a
/// log dealt out to three, one of them without a line, and a line that cannot be read.
#[test]
fn several_logs_are_played_by_their_times() {
    let text = log(5, 3500);
    let (whole, expected) = predict(&cookie([3, 1]), &text, &QUESTION);
    let dealt = |rest: usize| {
        let lines = text.lines().enumerate().filter(|(at, _)| (at % 7 < 3) == (rest == 0));
        lines.map(|(_, line)| format!("{line}\n")).collect::<String>()
    };
    let texts = [("late", dealt(1) + "garbage\n"), ("early", dealt(0)), ("none", String::new())];
    let open = |(name, text): (&str, String)| {
        let reader = Reader::new(Cursor::new(text.into_bytes()), &Asked::default());
        Log { name: name.to_owned(), reader: reader.expect("a log") }
    };
    let (logs, mut each) = (texts.map(open).into(), Vec::new());
    let mut note = |it: &Predicted<'_>| {
        each.push(format!("{} {}", it.server.unwrap_or("-"), it.reason.as_str()));
    };
    let made = predict_logs(&cookie([3, 1]), logs, &QUESTION, &mut note).expect("a prediction");
    assert!(each == expected, "lines go elsewhere");
    assert_eq!(made.pools, whole.pools);
    let traffic = &made.traffic;
    assert_eq!((traffic.requests, traffic.malformed), (3500, 1));
    assert!(traffic.bad[0].1.starts_with("late: "), "{:?}", traffic.bad);
    assert_eq!(traffic.what, "3 access logs, format combined");
}

/// Goal: what waits since all are full is served where a place becomes free. Method: six requests
/// at once over servers that take one and two.
#[test]
fn who_waits_goes_where_a_place_becomes_free() {
    let text = "backend b\n server w1 10.1.0.1:80 maxconn 1\n server w2 10.1.0.2:80 maxconn 2\n";
    let question = Question { service_s: 6.0, ..QUESTION };
    let (made, _) = predict(&subject(Product::Haproxy, text), &log(9, 900), &question);
    assert_eq!(shares(&made.pools[0], |server| server.share_new), [33, 67]);
    let pressure = |server: &ServerPrediction| server.peak_pressure;
    assert_eq!(shares(&made.pools[0], pressure), [200, 200]);
}

/// Goal: neighbours are counted as well as strangers. Method: addresses one after the other.
#[test]
fn addresses_in_a_row_are_counted() {
    const COUNT: usize = 20_000;
    let (made, _) = predict(&cookie([1, 1]), &log(COUNT, COUNT), &QUESTION);
    let off = made.traffic.addresses as f64 / COUNT as f64 - 1.0;
    assert!(off.abs() < 0.05, "{}", made.traffic.addresses);
}

/// Goal: what a log leaves open is counted and told, and a rule's server gets its requests.
/// Method: a rule on a header that the log does not have, one on a path, one that answers.
#[test]
fn ways_that_are_open_are_counted() {
    let text = "defaults\n mode http\nfrontend f\n bind :80\n \
                http-request redirect location / if { path /p6 }\n \
                use_backend beta if { hdr(x-beta) 1 }\n use_backend api if { path /p0 /p1 }\n \
                default_backend shop\nbackend beta\n server t1 10.0.0.1:80\n\
                backend api\n use-server a2 if { path /p1 }\n server a1 10.0.1.1:80\n \
                server a2 10.0.1.2:80\nbackend shop\n server s1 10.0.2.1:80\n";
    let config = subject(Product::Haproxy, text);
    let (made, each) = predict(&config, &log(10, 700), &QUESTION);
    let requests = |name: &str| made.pool(name).map(|pool| pool.requests);
    assert_eq!(
        (requests("api"), requests("shop"), requests("beta")),
        (Some(200), Some(400), Some(0))
    );
    assert_eq!((made.traffic.answered, made.traffic.unrouted), (100, 0));
    let why = "`use_backend beta` (test:6): the log does not have the header `x-beta`";
    let assumed = |pool: &str, requests| Assumption {
        pool: Some(pool.to_owned()),
        requests,
        open: Open::Pool,
        why: why.to_owned(),
    };
    assert_eq!(made.traffic.assumed, [assumed("shop", 400), assumed("api", 200)]);
    assert!(made.notes.iter().any(|note| note.contains("400 requests are taken to go to `shop`")));
    assert_eq!(each[..2], ["a1 method".to_owned(), "a2 rule".to_owned()]);
    assert_eq!(each[6], "- answered");
    let (made, _) =
        predict(&config, &log(10, 700), &Question { down: &["a2".to_owned()], ..QUESTION });
    assert_eq!(made.pool("api").map(|api| shares(api, |it| it.share_new)), Some(vec![100, 0]));
}

/// Goal: what the log itself says of a request's way is told, and what no server had is not played.
/// Method: an address of the pool that is named, one of another pool, and none.
#[test]
fn the_logs_own_word_is_told() {
    let text = "events {}\nhttp {\n upstream a { server 10.0.1.1:80; server 10.0.1.2:80; }\n \
                upstream b { server 10.0.2.1:80; }\n server {\n \
                location / { proxy_pass http://a; }\n \
                location /b { proxy_pass http://b; }\n }\n}\n";
    let line = |path: &str, server: &str| {
        format!(
            "{{\"time\":\"2026-01-01T00:00:00Z\",\"request\":\"GET {path} HTTP/1.1\",\
             \"status\":200,\"upstream_addr\":\"{server}\"}}\n"
        )
    };
    let lines = [
        line("/", "10.0.1.1:80"),
        line("/x", "-"),
        line("/b", "10.0.1.2:80"),
        line("/b", ""),
        line("/b", "10.0.2.1:80"),
        line("/", "10.9.9.9:80"),
    ];
    let (made, each) = predict(&subject(Product::Nginx, text), &lines.concat(), &QUESTION);
    let answered: Vec<bool> = each.iter().map(|it| it == "- answered").collect();
    assert_eq!(answered, [false, true, false, true, false, false]);
    let requests = |name: &str| made.pool(name).map(|pool| pool.requests);
    assert_eq!((requests("a"), requests("b"), made.traffic.answered), (Some(2), Some(2), 2));
    let told = |what: &str| made.notes.iter().any(|note| note.starts_with(what));
    assert!(told("2 of these reached no server, as the log says, the first on line 2"));
    assert!(told(
        "the log has 1 requests in another pool than the rules lead to, the first on line 3"
    ));
}

/// Goal: a server that shares its cookie's value with an earlier one gets the first requests of
/// sessions alone, and one without a value keeps nobody. Method: three servers in turn.
#[test]
fn cookies_lead_where_their_value_does() {
    let text = format!(
        "{COOKIE} server w1 10.1.0.1:80 cookie a\n server w2 10.1.0.2:80 cookie a\n \
         server w3 10.1.0.3:80\n"
    );
    let config = subject(Product::Haproxy, &text);
    let (made, each) = predict(&config, &log(3, 9), &QUESTION);
    assert_eq!(each[..3], ["w1 method", "w2 method", "w3 method"]);
    // The third one begins again, and is kept by the server that it comes to then.
    assert_eq!(each[3..6], ["w1 cookie", "w1 cookie", "w1 method"]);
    assert_eq!(each[6..], ["w1 cookie"; 3]);
    assert_eq!(made.pools[0].n_minus_one[0].shares[0], 0.0);
    let none = format!("{COOKIE} server w1 10.1.0.1:80\n server w2 10.1.0.2:80\n");
    let (made, each) = predict(&subject(Product::Haproxy, &none), &log(1, 3), &QUESTION);
    assert_eq!(each, ["w1 method", "w2 method", "w1 method"]);
    assert!(made.pools[0].notes[0].contains("nothing is kept"), "{:?}", made.pools[0].notes);
}

const END: &str = "1/1/1/1/0 0/0 \"GET / HTTP/1.1\"\n";
const HTTPLOG: &str = "127.0.0.1:5 [10/Oct/2024:13:00:00.000] f";

/// Goal: a cookie in the log names the server of a kept session, and no user. Method: all requests
/// from one address and program, with a captured cookie, and with the state that tells of one.
#[test]
fn a_logged_cookie_names_the_server() {
    let config = cookie([1, 1]);
    let line = |server: &str, cookie: &str, state: &str| {
        format!("{HTTPLOG} b/{server} 0/0/0/0/9 200 5 {cookie} - {state} {END}")
    };
    let text = [("w1", "S=b", "--VN"), ("w2", "S=a", "--VN"), ("w1", "-", "--VN")];
    let text = text.map(|(server, cookie, state)| line(server, cookie, state)).concat();
    let kept = Question { clients: Clients::Kept, session: Some("S"), ..QUESTION };
    let (made, each) = predict(&config, &text, &kept);
    assert_eq!(each, ["w2 cookie", "w1 cookie", "w1 cookie"]);
    assert_eq!(made.traffic.sessions, 1);
    assert!(made.notes.iter().any(|note| note.contains("names the server and not the user")));
    // Whoever sends none begins, whoever else is behind the address.
    let text = ["--NI", "--VN", "--NI"].map(|state| line("w1", "-", state)).concat();
    let (_, each) = predict(&config, &text, &QUESTION);
    assert_eq!(each, ["w1 method", "w1 cookie", "w2 method"]);
}

/// Goal: what the balancer answered by itself is told and not played, what found no server is
/// played, and no request is free. Method: a line of each kind.
#[test]
fn lines_without_a_server_are_told() {
    let config = subject(
        Product::Haproxy,
        "defaults\n mode http\nfrontend f\n bind :80\n default_backend b\nbackend b\n \
         server w1 10.1.0.1:80\n server w2 10.1.0.2:80\n",
    );
    let line = |backend: &str, status: u16, state: &str| {
        format!("{HTTPLOG} {backend} 0/0/0/0/0 {status} 5 - - {state} {END}")
    };
    let text = [
        line("f/<NOSRV>", 403, "PR--"),
        line("b/<NOSRV>", 302, "LR--"),
        line("b/<NOSRV>", 503, "SC--"),
        line("b/w1", 200, "----"),
    ];
    let (made, each) = predict(&config, &text.concat(), &QUESTION);
    assert_eq!(each, ["- answered", "- answered", "w1 method", "w2 method"]);
    assert_eq!((made.traffic.answered, made.pools[0].requests), (2, 2));
    assert!(made.pools[0].servers[0].peak_pressure > 0.0);
    let has =
        |text: &str| assert!(made.notes.iter().any(|it| it.contains(text)), "{:?}", made.notes);
    has("2 requests were answered by HAProxy itself");
    has("(`LR` 1, `PR` 1)");
    has("1 requests found no server");
    has("(0.5 ms)");
}

/// Goal: a server is named with its pool, and a slip is found. Method: two pools with one name.
#[test]
fn servers_are_named_with_their_pools() {
    let text = "backend a\n server web1 10.1.0.1:80\n server web3 10.1.0.3:80\n\
                backend b\n server web1 10.2.0.1:80\n server web3 10.2.0.3:80\n";
    let config = subject(Product::Haproxy, text);
    let made = |down: &str| {
        let down = [down.to_owned()];
        predict_population(&config, &Question { down: &down, ..QUESTION })
    };
    let new = |made: &Prediction, pool: &str| shares(made.pool(pool).unwrap(), |it| it.share_new);
    let both = made("web3").expect("a prediction");
    assert_eq!((new(&both, "a"), new(&both, "b")), (vec![100, 0], vec![100, 0]));
    assert!(both.notes.iter().any(|note| note.contains("`a`, `b`")), "{:?}", both.notes);
    let one = made("b/web3").expect("a prediction");
    assert_eq!((new(&one, "a"), new(&one, "b")), (vec![50, 50], vec![100, 0]));
    let failed = made("b/web2").expect_err("no such server").to_string();
    assert_eq!(failed, "no pool has a server `b/web2`; did you mean `b/web1`?");
}

/// Goal: what a pool picks by and the log does not have is told. Method: a header, and a rule that
/// makes one of another.
#[test]
fn keys_that_nobody_knows_are_told() {
    let told = |rules: &str, balance: &str| {
        let text = format!(
            "defaults\n mode http\nfrontend f\n bind :80\n{rules} default_backend b\nbackend b\n \
             balance {balance}\n server w1 10.1.0.1:80\n server w2 10.1.0.2:80\n"
        );
        let (made, _) = predict(&subject(Product::Haproxy, &text), &log(3, 9), &QUESTION);
        made.traffic
            .assumed
            .into_iter()
            .map(|it| (it.open, it.requests, it.why))
            .collect::<Vec<_>>()
    };
    let why = |why: &str| vec![(Open::Server, 9, why.to_owned())];
    assert_eq!(told("", "hdr(x-user)"), why("the log does not have the header `x-user`"));
    let made = " http-request set-header x-user %[req.hdr(x-id)]\n";
    let open = "`http-request set-header` (test:5): the log does not have the header `x-id`";
    assert_eq!(told(made, "hdr(x-user)"), why(open));
    assert_eq!(told(made, "uri"), []);
    assert_eq!(told(" http-request set-header x-user %[src]\n", "hdr(x-user)"), []);
}

/// Goal: no address is no address that is known. Method: every balancer's way of hashing or keeping
/// by it, and a log that does not have it.
#[test]
fn addresses_that_nobody_knows_are_told() {
    let line = "{\"time\":\"2026-01-01T00:00:00Z\",\"request\":\"GET / HTTP/1.1\",\
                \"status\":200}\n";
    let check = |product: Product, text: &str, why: &str| {
        let (made, _) = predict(&subject(product, text), &line.repeat(3), &QUESTION);
        let told: Vec<_> =
            made.traffic.assumed.iter().map(|it| (it.open, it.requests, it.why.as_str())).collect();
        assert_eq!(told, [(Open::Server, 3, why)], "{text}");
        assert!(!made.pools[0].exact, "{text}");
    };
    let none = "the log does not have the client's address";
    let haproxy = |rules: &str| {
        format!(
            "listen b\n bind :80\n mode http\n{rules}\n server w1 10.1.0.1:80\n \
             server w2 10.1.0.2:80\n"
        )
    };
    check(Product::Haproxy, &haproxy(" balance source"), none);
    let table = " stick-table type ip size 1k\n stick on src";
    check(Product::Haproxy, &haproxy(table), none);
    let set = " http-request set-src hdr(x-id)\n balance source";
    let made = "`http-request set-src` (test:4): `hdr(x-id)` is not imitated";
    check(Product::Haproxy, &haproxy(set), made);
    let nginx = |method: &str| {
        format!(
            "http {{ upstream a {{ {method}; server 10.1.0.1; server 10.1.0.2; }} \
             server {{ location / {{ proxy_pass http://a; }} }} }}"
        )
    };
    check(Product::Nginx, &nginx("ip_hash"), none);
    check(Product::Nginx, &nginx("hash $binary_remote_addr consistent"), none);
    check(Product::Nginx, &nginx("hash $http_x_id"), "the log does not have the header `x-id`");
    let own = "[[listeners]]\nname = \"w\"\naddress = \"127.0.0.1:8080\"\n\
               [[routes]]\npool = \"p\"\n[pools.p]\npolicy = \"rendezvous\"\n\
               hash = { by = \"client\" }\n\
               [[pools.p.endpoints]]\nname = \"a\"\naddress = \"10.0.0.1:80\"\ncapacity = 30\n\
               [[pools.p.endpoints]]\nname = \"b\"\naddress = \"10.0.0.2:80\"\ncapacity = 10\n";
    check(Product::Evenkeel, own, none);
    let host = "{endpoint: {address: {socket_address: {address: 10.1.0.1, port_value: 1}}}}";
    let manager = "type.googleapis.com/envoy.extensions.filters.network.\
                   http_connection_manager.v3.HttpConnectionManager";
    let envoy = format!(
        "static_resources:\n  clusters:\n  - name: c\n    lb_policy: MAGLEV\n    \
         load_assignment: {{cluster_name: c, endpoints: [{{lb_endpoints: [{host}, {}]}}]}}\n  \
         listeners:\n  - filter_chains:\n    - filters:\n      - name: h\n        \
         typed_config:\n          \"@type\": {manager}\n          \
         route_config: {{virtual_hosts: [{{domains: ['*'], routes: [{{match: {{prefix: /}}, \
         route: {{cluster: c, \
         hash_policy: [{{connection_properties: {{source_ip: true}}}}]}}}}]}}]}}\n",
        host.replace("1.0.1", "1.0.2")
    );
    let part =
        "the route at test:12: a part of its hash is the client's address, which is not known";
    check(Product::Envoy, &envoy, part);
}

const OWN: &str = "[[listeners]]\nname = \"w\"\naddress = \"127.0.0.1:8080\"\n\
                   [[routes]]\npool = \"p\"\n[pools.p]\npolicy = \"round_robin\"\n\
                   affinity = { by = \"cookie\", name = \"ek\" }\n\
                   [[pools.p.endpoints]]\nname = \"a\"\naddress = \"10.0.0.1:80\"\ncapacity = 10\n\
                   [[pools.p.endpoints]]\nname = \"b\"\naddress = \"10.0.0.2:80\"\ncapacity = 10\n";

/// Goal: sessions behind one address are told apart by what our own log says of them. Method: ten
/// that begin in turn at two servers, and eight requests of each server's.
#[test]
fn our_log_says_where_sessions_begin() {
    let line = |server: &str, binding: &str| {
        format!(
            "{{\"time\":\"2026-01-01T00:00:00Z\",\"client\":\"127.0.0.1\",\"method\":\"GET\",\
             \"path\":\"/\",\"status\":200,\"pool\":\"p\",\"endpoint\":\"{server}\",\
             \"attempts\":1,\"affinity\":\"{binding}\"}}\n"
        )
    };
    let begun: String = (0..5).flat_map(|_| [line("a", "new"), line("b", "new")]).collect();
    let kept = line("a", "kept").repeat(30) + &line("b", "kept").repeat(10);
    let text = begun + &kept;
    let config = subject(Product::Evenkeel, OWN);
    let (made, each) = predict(&config, &text, &Question { clients: Clients::Kept, ..QUESTION });
    assert_eq!((made.traffic.sessions, made.traffic.requests), (10, 50));
    assert!(each[10..40].iter().all(|it| it == "a cookie"), "{each:?}");
    assert_eq!(shares(&made.pools[0], |server| server.share_kept), [70, 30]);
    assert_eq!(made.traffic.assumed, []);
    let told = |text: &str| made.notes.iter().any(|note| note.contains(text));
    assert!(told("40 requests of kept sessions are dealt out in turn"), "{:?}", made.notes);
    let weighted = OWN.replacen("capacity = 10", "capacity = 40", 1);
    let (made, _) = predict(&subject(Product::Evenkeel, &weighted), &text, &QUESTION);
    let first = made.pools[0].servers[0].share_new;
    assert!((0.7..0.95).contains(&first), "{first}");
    let why = "the log does not say which of the sessions at its server sent it: each of them is \
               given its turn";
    assert_eq!(made.traffic.assumed.first().map(|it| it.why.as_str()), Some(why));
    // Without a word of it one address is one session, which is told.
    let (made, _) = predict(&config, &log(1, 9), &QUESTION);
    assert!(made.notes.iter().any(|note| note.contains("those behind one address are one")));
}

/// Goal: `stick match` with `stick store-request` is what `stick on` is, and rules of stickiness
/// that are not imitated are told of. Method: both ways to write it, and conditions.
#[test]
fn stick_rules_are_played_or_told_of() {
    let made = |rules: &str| {
        let text = format!(
            "backend b\n balance roundrobin\n stick-table type ip size 100\n{rules} server w1 \
             10.1.0.1:80\n server w2 10.1.0.2:80\n server w3 10.1.0.3:80\n"
        );
        let (made, each) = predict(&subject(Product::Haproxy, &text), &log(4, 12), &QUESTION);
        (made.pool("b").expect("the pool").notes.join("; "), each)
    };
    let on = made(" stick on src\n");
    assert_eq!(made(" stick store-request src\n stick match src\n"), on);
    assert!(!on.0.contains("stick"), "{}", on.0);
    let told = |rules: &str| made(rules).0;
    let nothing = "`stick match` and `stick store-…` of `src` are not imitated: nothing is kept";
    assert!(told(" stick match src\n").contains(nothing));
    assert!(told(" stick match src\n stick store-request src if TRUE\n").contains(nothing));
    assert!(told(" stick on src if TRUE\n").contains("for every request"));
    let of_old = " appsession SID len 52 timeout 3h\n";
    let text = format!("backend b\n{of_old} server a 10.1.0.1:80\n server b 10.1.0.2:80\n");
    let (made, _) = predict(&subject(Product::Haproxy, &text), &log(4, 12), &QUESTION);
    let note = "2:2: `appsession` is not imitated: HAProxy 1.5 keeps sessions by it";
    assert!(made.notes.iter().any(|it| it.contains(note)), "{:?}", made.notes);
}
