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
    let failed =
        predict_population(&subject(Product::Haproxy, text), &question, &mut |_| {}).unwrap_err();
    assert_eq!(failed, Failure::UnknownServer("w9".to_owned()));
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
    let made = predict_population(&cookie([100, 17]), &QUESTION, &mut |_| {}).expect("figures");
    assert!(made.traffic.synthetic && made.notes[0].contains("600 users"), "{:?}", made.notes);
    let unknown = Question { pool: Some("x"), ..QUESTION };
    let failed = predict_population(&cookie([1, 1]), &unknown, &mut |_| {}).unwrap_err();
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
