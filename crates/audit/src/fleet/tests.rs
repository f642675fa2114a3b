//! Fleets as people have them.

use std::path::PathBuf;

use super::fleet;
use crate::day::Day;
use crate::finding::Finding;
use crate::policy::Policy;
use crate::product::Product;
use crate::rules::DRIFT;
use crate::subject::{Subject, read_text};

/// What is found between texts that are named `lb1`, `lb2`, …; where they say `lb1`, each says its
/// own name.
fn drift(product: Product, texts: &[&str]) -> (Subject, Vec<Finding>) {
    let members = texts.iter().enumerate().map(|(at, text)| {
        let host = format!("lb{}", at + 1);
        let (name, text) = (format!("{host}.cfg"), &text.replace("lb1", &host));
        let subject = read_text(&name, text, Some(product)).expect("a configuration");
        assert!(subject.errors.is_empty(), "{text}\n{:?}", subject.errors);
        (PathBuf::from(name), subject)
    });
    let (subject, audit) =
        fleet(members.collect(), &Policy::default(), Day::FIRST).expect("a fleet");
    let found = audit.findings.into_iter().filter(|it| it.rule.id == DRIFT.id).collect();
    (subject, found)
}

fn what(product: Product, texts: &[&str]) -> Vec<String> {
    drift(product, texts).1.into_iter().map(|finding| finding.what).collect()
}

/// Goal: what the rule's page shows is what is found. Method: its examples, cut at the comments
/// that name the files.
#[test]
fn examples_are_true() {
    for example in DRIFT.examples {
        let parts = |text: &'static str| text.split("# lb").skip(1).map(|it| &it[1..]);
        let texts = |text| parts(text).map(|it| it.split_once('\n').map_or("", |it| it.1));
        let bad: Vec<&str> = texts(example.bad).collect();
        assert_eq!(bad.len(), 2);
        let found = what(example.product, &bad);
        assert_eq!(found.len(), 1, "{found:#?}\n{}", example.bad);
        let good: Vec<&str> = texts(example.good).collect();
        assert_eq!(what(example.product, &good), Vec::<String>::new(), "{}", example.good);
    }
}

const SITE: &str = "\
global
  node lb1
defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 5s
frontend web
  bind 10.0.0.1:80
  acl api path_beg /api
  http-request deny if { src 10.9.0.0/16 }
  http-request set-header X-Balancer lb1.example.com
  use_backend api if api
  default_backend portal
backend portal
  balance roundrobin
  server web1 10.0.0.11:80 check weight 10
  server web2 10.0.0.12:80 check weight 10
backend api
  server api1 10.0.0.21:80 check
";

/// The same from another machine, by somebody with other habits.
const SAME: &str = "\
# the second one
global
  node lb2
defaults
  timeout connect 5000
  timeout server 30000ms
  timeout client 30s
backend api
  mode http
  server api1 10.0.0.21:80 check fall 3
backend portal
  mode http
  default-server check weight 10
  server web2 10.0.0.12:80
  server web1 10.0.0.11:80
frontend web
  mode http
  bind 10.0.0.2:80
  http-request deny if { src 10.9.0.0/16 }
  http-request set-header X-Balancer lb2.example.com
  acl api path_beg /api
  default_backend portal
  use_backend api if api
";

#[test]
fn habits_make_no_difference() {
    assert_eq!(what(Product::Haproxy, &[SITE, SAME]), Vec::<String>::new());
}

/// Goal: names of machines that stand in all files alike are no difference, although each file's
/// own name is not looked at. Method: the list of peers, and a file's name that is a common word.
#[test]
fn names_that_all_say_are_the_same() {
    let peers = |host: &str| {
        format!(
            "global\n localpeer {host}\npeers all\n peer one 10.0.0.1:1024\n peer two \
             10.0.0.2:1024\nlisten a\n bind :1\n http-request set-header X-Of {host}\n"
        )
    };
    let member = |host: &str| {
        let name = format!("{host}/haproxy.cfg");
        let subject = read_text(&name, &peers(host), Some(Product::Haproxy)).expect("it");
        (PathBuf::from(name), subject)
    };
    for hosts in [["one", "two"], ["a", "b"]] {
        let (_, audit) =
            fleet(hosts.map(member).into(), &Policy::default(), Day::FIRST).expect("a fleet");
        let found: Vec<_> = audit.findings.iter().filter(|it| it.rule.id == DRIFT.id).collect();
        assert!(found.is_empty(), "{found:#?}");
    }
}

/// Goal: the odd one out is named, with the lines of all. Method: three balancers, one of which
/// has another weight and no second server of `api`.
#[test]
fn the_odd_one_out_is_named() {
    let api = "  server api2 10.0.0.22:80 check\n";
    let (full, same) = (
        format!("{SITE}{api}"),
        SAME.replacen("backend portal", &format!("{api}backend portal"), 1),
    );
    let odd = SITE.replace("10.0.0.12:80 check weight 10", "10.0.0.12:80 check weight 90");
    let (subject, found) = drift(Product::Haproxy, &[&full, &same, &odd]);
    let told: Vec<&str> = found.iter().map(|finding| finding.what.as_str()).collect();
    assert_eq!(
        told,
        [
            "`backend api`: `server api2` is missing in `lb3.cfg`, and is there in the other 2",
            "`backend portal / server web2`: `weight` is `90` in `lb3.cfg`, and is `10` in the \
             other 2",
        ]
    );
    let notes: Vec<&String> = found.iter().flat_map(|finding| &finding.notes).collect();
    assert_eq!(notes, ["the odd one out is `lb3.cfg`, in 2 of 2 differences"]);
    let place = |span| {
        let place = subject.sources().place(span);
        format!("{}:{}", place.file, place.line)
    };
    let weight = &found[1];
    let mut places = vec![place(weight.span.expect("a place"))];
    places.extend(weight.related.iter().map(|other| place(other.span)));
    assert_eq!(places, ["lb3.cfg:18", "lb1.cfg:18", "lb2.cfg:14"]);
}

#[test]
fn the_order_of_rules_counts() {
    let deny = "  http-request deny if { src 10.9.0.0/16 }\n";
    let turned =
        SITE.replace(deny, "").replace("  use_backend api", &format!("{deny}  use_backend api"));
    assert_eq!(
        what(Product::Haproxy, &[SITE, &turned]),
        ["`frontend web`: `http-request` are in another order in `lb1.cfg`, and are in another \
          order in `lb2.cfg`"]
    );
}

/// Goal: also sections that are no proxies are compared. Method: another peer.
#[test]
fn peers_are_compared() {
    let texts = ["10.0.0.3", "10.0.0.4"].map(|ip| format!("peers all\n server one {ip}:1024\n"));
    assert_eq!(
        what(Product::Haproxy, &[&texts[0], &texts[1]]),
        [
            "`peers all`: `server one 10.0.0.3:1024` is there in `lb1.cfg`, and is missing in \
             `lb2.cfg`",
            "`peers all`: `server one 10.0.0.4:1024` is missing in `lb1.cfg`, and is there in \
             `lb2.cfg`",
        ]
    );
}

#[test]
fn one_line_of_defaults_is_one_difference() {
    let slow = SITE.replace("timeout server 30s", "timeout server 90s");
    assert_eq!(
        what(Product::Haproxy, &[SITE, &slow]),
        ["`backend api` and `backend portal`: `timeout server` is `30000 ms` in `lb1.cfg`, and \
             is `90000 ms` in `lb2.cfg`"]
    );
}

/// Goal: a block that is missing is one difference, and not one for each of its lines.
#[test]
fn a_missing_block_is_told_once() {
    let texts = [
        "http { server { server_name a; listen 1.1.1.1:80; location / { root /a; } } }",
        "http {}",
    ];
    let texts = texts.map(|text| format!("events {{}}\n{text}\n"));
    assert_eq!(
        what(Product::Nginx, &[&texts[0], &texts[1]]),
        ["`http`: `server a` is there in `lb1.cfg`, and is missing in `lb2.cfg`"]
    );
}

/// Goal: what differs on purpose can be said where it stands. Method: a comment in the odd one of
/// three, and in the second of two.
#[test]
fn a_comment_allows_what_is_meant() {
    let line = "  server web2 10.0.0.12:80 check weight 10\n";
    let comment = "  # evenkeel: allow EKF701 -- this one stands next to it\n";
    let meant = SITE.replace(line, &format!("{comment}{}", line.replace("10\n", "20\n")));
    assert_eq!(what(Product::Haproxy, &[SITE, SITE, &meant]), Vec::<String>::new());
    assert_eq!(what(Product::Haproxy, &[SITE, &meant]), Vec::<String>::new());
}
