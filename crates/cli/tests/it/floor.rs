//! `evenkeel drill`: scenarios on real sockets, before Evenkeel and before others.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal};

use crate::support::{Client, Folder, evenkeel, last_line};

/// Four seconds of five servers.
const SHORT: &str = "name = \"t\"\nduration = \"4s\"\nwarm_up = \"1s\"\n\
    [[servers]]\ncount = 5\nslots = 4\n\
    [traffic]\nrate = 200.0\nusers = 60\ndemand = { exponential = { mean = \"5ms\" } }\n";
const COOKIE: &str = "[pool]\naffinity = { by = \"cookie\" }\n";

/// Runs a scenario and answers the figures; a machine that is busy with other tests may be too
/// late: that is said, and no failure.
fn drill(text: &str, balancers: &str) -> serde_json::Value {
    let folder = Folder::new();
    std::fs::write(folder.path().join("t.toml"), text).expect("written");
    let args = ["drill", "run", "t.toml", "--balancer", balancers, "--format", "json"];
    let output = evenkeel(folder.path(), &args);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 3)), "{balancers}: {code:?} {told}");
    last_line(&output)
}

/// Goal: the same file runs on real sockets, with the very requests of the simulator, and those
/// who try again survive what happens. Method: ten seconds with a server that dies, one that
/// fails fast, one that turns slow and a script that sets weights.
#[test]
fn a_drill_is_the_same_scenario() {
    let text = "name = \"t\"\nduration = \"10s\"\nwarm_up = \"1s\"\n\
        [traffic]\nrate = 150.0\nusers = 50\ndemand = { exponential = { mean = \"10ms\" } }\n\
        [[servers]]\ncount = 4\nslots = 4\n\
        [pool]\naffinity = { by = \"cookie\" }\n\
        [[events]]\nat = \"2s\"\nfor = \"2s\"\nservers = [\"web1\"]\nfails_fast = \"200us\"\n\
        [[events]]\nat = \"4s\"\nfor = \"2s\"\nservers = [\"web2\"]\nkilled = true\n\
        [[events]]\nat = \"5s\"\nservers = [\"web3\"]\nslower = 2.0\n\
        [[events]]\nat = \"7s\"\nweights = { web1 = 100.0, web2 = 17.0 }\n\
        [expect]\nerrors = 0.0\n";
    let folder = Folder::new();
    std::fs::write(folder.path().join("t.toml"), text).expect("written");
    let played = evenkeel(folder.path(), &["sim", "run", "t.toml", "--format", "json"]);
    let played = last_line(&played);
    for balancer in ["evenkeel", "haproxy", "envoy"] {
        let args = ["drill", "run", "t.toml", "--balancer", balancer, "--format", "json"];
        let output = evenkeel(folder.path(), &args);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let seen = last_line(&output);
        // A machine that is busy with other tests may be too late: that is said, and no failure.
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 3)), "{balancer}: {code:?} {seen} {told}");
        assert_eq!(seen["requests"], played["requests"], "{balancer}: {seen}");
        assert_eq!(seen["errors"], 0, "{balancer}: {seen}");
        assert_eq!(seen["balancer"], balancer);
        let present = seen["endpoints"].as_array().expect("servers").iter();
        assert!(present.clone().all(|one| one["requests"].as_u64() > Some(0)), "{seen}");
        assert!(seen["excess_p99_ms"].as_f64() > Some(0.0), "{seen}");
    }
}

/// Goal: what a script does to the weights is noticed within seconds, and named, on real sockets
/// and in virtual time. Method: the weights of an outage, after some quiet seconds.
#[test]
fn what_happens_is_noticed() {
    let text = "name = \"t\"\nduration = \"22s\"\nwarm_up = \"1s\"\n\
        [traffic]\nrate = 200.0\nusers = 60\ndemand = { exponential = { mean = \"5ms\" } }\n\
        [[servers]]\ncount = 5\nslots = 4\n[pool]\naffinity = { by = \"cookie\" }\n\
        [[events]]\nat = \"16s\"\nweights = { web1 = 100.0, web2 = 100.0, web3 = 17.0 }\n";
    let folder = Folder::new();
    std::fs::write(folder.path().join("t.toml"), text).expect("written");
    let played = ["sim", "run", "t.toml", "--judge", "--format", "json"];
    let played = last_line(&evenkeel(folder.path(), &played));
    for seen in [played, drill(text, "evenkeel")] {
        let after = seen["alarm_after_s"].as_f64();
        assert!(after.is_some_and(|after| (0.0..5.0).contains(&after)), "{seen}");
        let named = seen["diagnosed_after_s"].as_f64();
        assert!(named.is_some_and(|named| (0.0..5.0).contains(&named)), "{seen}");
        let causes = seen["causes"].as_array().expect("a list");
        assert!(causes.iter().any(|cause| cause == "weights"), "{seen}");
        assert_eq!(seen["ddos"], "ruled_out", "{seen}");
        assert!(seen["runner_up"].is_string(), "{seen}");
        assert_eq!(
            (seen["pages"].as_u64(), seen["tickets"].as_u64()),
            (Some(0), Some(1)),
            "{seen}"
        );
    }
}

/// Goal: of the outage of 2024-05-01, both causes are named within fifteen seconds on real sockets,
/// and no denial of service is. Method: its drill, which ends fifteen seconds after it began.
#[test]
fn both_causes_of_the_outage_are_named() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../drills/outage-2024-05-01.toml");
    let text = std::fs::read_to_string(path).expect("the drill");
    assert!(text.contains("at = \"20s\""), "{text}");
    let text = text.replace("\"120s\"", "\"35s\"").replace("\"30s\"", "\"1s\"");
    let seen = drill(&text, "evenkeel");
    assert!(seen["alarm_after_s"].as_f64().is_some_and(|after| after <= 5.0), "{seen}");
    let mut causes: Vec<&str> =
        seen["causes"].as_array().expect("a list").iter().filter_map(|one| one.as_str()).collect();
    causes.sort_unstable();
    assert_eq!(causes, ["persistence", "weights"], "{seen}");
    assert_eq!(seen["ddos"], "ruled_out", "{seen}");
    let evidence = seen["diagnosis"]["ddos_evidence"].as_array().expect("a list");
    assert!(evidence.iter().filter_map(|one| one.as_str()).any(|one| one.contains("firewall")));
    assert!(seen["runner_up"].is_string(), "{seen}");
    assert_eq!(seen["errors"], 0, "{seen}");
}

/// Goal: of the outage of 2023-11-04, with all that users asked again, the cause is named within
/// twenty seconds on real sockets, and neither users nor an attack are blamed. Method: the drill of
/// a balancer that does as it is told, which ends half a minute after it began.
#[test]
fn repetitions_are_taken_for_what_they_are() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../drills/unbound/outage-2023-11-04.toml");
    let text = std::fs::read_to_string(path).expect("the drill");
    assert!(text.contains("at = \"25s\""), "{text}");
    // A third of the requests, each of which takes three times as long: the machine does other
    // things too.
    let text = text.replace("\"80s\"", "\"55s\"").replace("\"20ms\"", "\"60ms\"");
    let seen = drill(&text, "evenkeel");
    assert!(seen["alarm_after_s"].as_f64().is_some_and(|after| after <= 5.0), "{seen}");
    let named = seen["named_after_s"]["weights"].as_f64();
    assert!(named.is_some_and(|after| after <= 20.0), "{seen}");
    assert_eq!(seen["causes"], serde_json::json!(["weights"]), "{seen}");
    assert_eq!(seen["diagnosis"]["amplified_by"], "retry_storm", "{seen}");
    assert_eq!(seen["ddos"], "ruled_out", "{seen}");
    for hypothesis in seen["diagnosis"]["hypotheses"].as_array().expect("a list") {
        if hypothesis["cause"] == "surge" || hypothesis["cause"] == "flood" {
            assert!(hypothesis["decibans"].as_f64().is_some_and(|db| db <= -15.0), "{hypothesis}");
        }
    }
    let told = seen["diagnosis"]["actions"].to_string();
    assert!(told.contains("adding servers will not fix this"), "{told}");
    // 247 requests/s, and 30 s: those who ask again come on top of it.
    let again = seen["retried"].as_f64().expect("a count") / (247.0 * 30.0);
    assert!(again > 0.8, "{again}: {seen}");
}

/// Goal: every setting is one that its program takes. Method: each program checks what it would
/// get where nobody, a cookie or an address keeps users.
#[test]
fn settings_are_accepted() {
    let folder = Folder::new();
    let hash = "[pool]\npolicy = \"maglev\"\nhash = { by = \"client\" }\n";
    let dies = "[[events]]\nat = \"1s\"\nfor = \"1s\"\nservers = [\"web1\"]\nkilled = true\n";
    for (pool, count) in [("", 14), (COOKIE, 13), (hash, 11), (dies, 14)] {
        std::fs::write(folder.path().join("t.toml"), format!("{SHORT}{pool}")).expect("written");
        let output = evenkeel(folder.path(), &["drill", "check", "t.toml", "--balancer", "all"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{pool}: {told}");
        let said = String::from_utf8(output.stdout).expect("text");
        assert_eq!(said.lines().count(), count, "{pool}: {said}");
        assert!(said.lines().all(|line| line.ends_with(": accepted")), "{said}");
    }
}

/// Goal: every balancer serves in its settings. Method: a scenario in which nothing is wrong.
#[test]
fn everybody_serves() {
    let seen = drill(SHORT, "envoy,envoy:default,nginx,nginx:random2,haproxy:default");
    assert_eq!((&seen["balancer"], &seen["errors"]), (&"envoy".into(), &0.into()), "{seen}");
    for name in ["envoy:default", "nginx", "nginx:random2", "haproxy:default"] {
        let other = &seen["against"][name];
        assert_eq!(
            (&other["errors"], &other["requests"]),
            (&0.into(), &seen["requests"]),
            "{name}"
        );
        let present = other["endpoints"].as_array().expect("servers").iter();
        assert!(present.clone().all(|one| one["requests"].as_u64() > Some(20)), "{other}");
    }
}

/// Goal: users come from their own addresses, and those behind a NAT from its. Method: balancers
/// that hash addresses, before users of one address and of many.
#[test]
fn addresses_arrive_as_they_are() {
    let servers_used = |figures: &serde_json::Value| {
        let endpoints = figures["endpoints"].as_array().expect("servers").iter();
        endpoints.filter(|one| one["requests"].as_u64() > Some(0)).count()
    };
    let many = drill(&format!("{SHORT}{COOKIE}"), "nginx:default");
    assert_eq!(servers_used(&many), 5, "{many}");
    let one = format!("{SHORT}nats = [{{ addresses = 1, share = 1.0 }}]\n{COOKIE}");
    let seen = drill(&one, "haproxy:default,nginx:default,envoy:default");
    assert_eq!(servers_used(&seen), 1, "{seen}");
    for name in ["nginx:default", "envoy:default"] {
        assert_eq!(servers_used(&seen["against"][name]), 1, "{name}: {seen}");
    }
}

/// Goal: a share of errors, probes that fail alone and cookies that nobody handed out are made on
/// real sockets. Method: users who all hold the first server's cookie, before one that keeps them
/// there and one that does as it likes; a server that errs and one whose probe fails.
#[test]
fn faults_and_cookies_are_real() {
    let text = format!(
        "{SHORT}{COOKIE}\
         [[events]]\nat = \"500ms\"\nservers = [\"web1\"]\nstick = {{ share = 1.0 }}\n\
         [[events]]\nat = \"1s\"\nfor = \"1s\"\nservers = [\"web2\"]\nerrors = 0.5\n\
         [[events]]\nat = \"1s\"\nservers = [\"web3\"]\nprobe_fails = true\n"
    );
    let seen = drill(&text, "haproxy:default,evenkeel");
    assert!(seen["endpoints"][0]["share"].as_f64() > Some(0.97), "{seen}");
    let ours = &seen["against"]["evenkeel"];
    assert_eq!((&ours["errors"], &ours["requests"]), (&0.into(), &seen["requests"]), "{ours}");
}

/// Goal: a reload closes no connection under anybody. Method: one every half second, and a client
/// that notices when a kept connection is closed while it asks.
#[test]
fn a_reload_closes_nothing_under_its_users() {
    let reload = "[[events]]\nat = \"500ms\"\nevery = \"500ms\"\nreload = true\n";
    let seen = drill(&format!("{SHORT}{COOKIE}{reload}"), "evenkeel,envoy");
    for figures in [&seen, &seen["against"]["envoy"]] {
        assert_eq!((&figures["errors"], &figures["stale"]), (&0.into(), &0.into()), "{figures}");
    }
}

/// Goal: servers serve alone, break by a call, and end with Ctrl-C. Method: the program started as
/// by a person, its addresses read from what it prints.
#[test]
fn servers_stand_alone() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("t.toml"), SHORT).expect("written");
    let mut child = Command::new(env!("CARGO_BIN_EXE_evenkeel"))
        .args(["drill", "servers", "t.toml", "--control", "127.0.0.1:0"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().take(6);
    let addresses: Vec<SocketAddr> = lines
        .map(|line| {
            let line = line.expect("a line");
            let (_, rest) = line.split_once("http://").expect("an address");
            rest.split([' ', '/']).next().expect("a word").parse().expect("an address")
        })
        .collect();
    let answer = Client::connect(addresses[1]).get("/");
    assert_eq!((answer.status, answer.field("x-origin")), (200, Some("web2")));
    let mut control = Client::connect(addresses[5]);
    let fault = r#"{"fails_fast": "1us", "for": "1m"}"#;
    let length = fault.len();
    control.send(&format!(
        "PUT /faults/web2 HTTP/1.1\r\nhost: t\r\ncontent-length: {length}\r\n\r\n{fault}"
    ));
    assert_eq!(control.response().status, 200);
    assert_eq!(Client::connect(addresses[1]).get("/").status, 503);
    rustix::process::kill_process(Pid::from_child(&child), Signal::INT).expect("told to end");
    assert_eq!(child.wait().expect("ended").code(), Some(0));
}

/// Goal: what cannot be done on real sockets is said before anything starts.
#[test]
fn a_drill_that_cannot_be_is_refused() {
    let folder = Folder::new();
    let text = "name = \"t\"\nduration = \"10s\"\n[traffic]\nrate = 1.0\n\
        demand = { constant = { mean = \"10ms\" } }\n[[servers]]\ncount = 2\nslots = 4\n";
    std::fs::write(folder.path().join("t.toml"), text).expect("written");
    let sticky = format!("{text}[pool]\naffinity = {{ by = \"cookie\" }}\n");
    std::fs::write(folder.path().join("s.toml"), sticky).expect("written");
    for (args, code, said) in [
        (vec!["drill", "run", "s.toml", "--balancer", "nginx:random2"], 1, "keeps no users"),
        (vec!["drill", "run", "t.toml", "--balancer", "haproxy:bounded"], 1, "keeps nobody"),
        (vec!["drill", "run", "t.toml", "--balancer", "haproxy:hope"], 2, "haproxy:default"),
    ] {
        let output = evenkeel(folder.path(), &args);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{told}");
        assert!(told.contains(said), "{told}");
    }
}
