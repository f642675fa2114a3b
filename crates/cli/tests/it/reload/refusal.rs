//! A configuration that cannot be had changes nothing, and everybody can see why.

use std::net::TcpListener;

use crate::support::{Balancer, Origin, evenkeel, free_address, pool, until};

/// An invalid file: a typo, and a route to nowhere.
fn invalid(good: &str) -> String {
    good.replace("address = ", "adress = ").replace("pool = \"p\"", "pool = \"q\"")
}

fn metric(balancer: &Balancer, name: &str) -> Option<f64> {
    let page = balancer.page("/metrics");
    let line = page.lines().find(|line| line.starts_with(name) && !line.starts_with('#'))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// Goal: an invalid file is refused with all its problems: in the answer, the log, the metrics
/// and the status; the old configuration serves on.
#[test]
fn an_invalid_file() {
    let origin = Origin::named("a");
    let good = Balancer::text("", "", &pool("p", "", &[("a", origin.address)]));
    let balancer = Balancer::start_text(&good);
    let digest = balancer.status()["config"]["digest"].clone();
    let mut client = balancer.connect();
    assert_eq!(client.get("/").text(), "a");
    balancer.rewrite(&invalid(&good));
    let (status, body) = balancer.reload();
    assert_eq!(status, 409);
    let answer: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(answer["ok"], false);
    let error = answer["error"].as_str().expect("text");
    for part in ["adress", "did you mean `address`?", "evenkeel.toml:"] {
        assert!(error.contains(part), "{part}:\n{error}");
    }
    until("all is logged", || balancer.log().contains("evenkeel.toml: 3 errors"));
    assert!(balancer.log().contains("reload refused, nothing has changed"));
    assert!(balancer.log().contains("adress"));
    assert_eq!(balancer.log().matches("did you mean `p`?").count(), 1, "said once");
    assert_eq!(metric(&balancer, "evenkeel_config_reloads_failed_total"), Some(1.0));
    assert_eq!(metric(&balancer, "evenkeel_config_last_reload_successful"), Some(0.0));
    let config = &balancer.status()["config"];
    assert_eq!((&config["digest"], &config["revision"]), (&digest, &0.into()));
    assert_eq!(config["reloads_failed"], 1);
    assert!(config["last_error"].as_str().is_some_and(|text| text.contains("adress")));
    assert_eq!(client.get("/").text(), "a", "the same connection goes on");
    balancer.rewrite(&good);
    assert_eq!(balancer.reload().0, 200);
    assert_eq!(metric(&balancer, "evenkeel_config_last_reload_successful"), Some(1.0));
    assert_eq!(balancer.status()["config"]["last_error"], "");
}

/// Goal: a file that is gone is refused as well.
#[test]
fn an_unreadable_file() {
    let origin = Origin::named("a");
    let balancer = Balancer::start("", "", &pool("p", "", &[("a", origin.address)]));
    std::fs::remove_file(balancer.folder().join("evenkeel.toml")).expect("it was there");
    let (status, body) = balancer.reload();
    assert_eq!(status, 409, "{body}");
    assert!(body.contains("evenkeel.toml"), "{body}");
    assert_eq!(balancer.connect().get("/").text(), "a");
}

/// Goal: the command says the same, on stderr with exit code 1, and 2 when nobody answers.
#[test]
fn by_command() {
    let origin = Origin::named("a");
    let good = Balancer::text("", "", &pool("p", "", &[("a", origin.address)]));
    let mut balancer = Balancer::start_text(&good);
    let admin = balancer.admin.to_string();
    let reload = |folder: &std::path::Path| {
        let output = evenkeel(folder, &["reload", "--admin", &admin]);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    balancer.rewrite(&invalid(&good));
    let (code, out, err) = reload(balancer.folder());
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("did you mean `address`?") && err.contains("`q`"), "{err}");
    balancer.rewrite(&good.replace("[server]", "# edited\n[server]"));
    let (code, out, err) = reload(balancer.folder());
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("reloaded: 1 pool(s), digest "), "{out}");
    balancer.signal("KILL");
    let _ = balancer.wait();
    let (code, _, err) = reload(balancer.folder());
    assert_eq!(code, Some(2));
    assert!(err.contains("cannot be reached") && err.contains("hint: "), "{err}");
}

/// Goal: SIGHUP reloads, and refuses.
#[test]
fn by_signal() {
    let (one, two) = (Origin::named("one"), Origin::named("two"));
    let text = |origin: &Origin| Balancer::text("", "", &pool("p", "", &[("a", origin.address)]));
    let balancer = Balancer::start_text(&text(&one));
    assert_eq!(balancer.connect().get("/").text(), "one");
    balancer.rewrite(&text(&two));
    balancer.signal("HUP");
    until("it is reloaded", || balancer.log().contains("reloaded: 1 pool(s)"));
    assert_eq!(balancer.connect().get("/").text(), "two");
    balancer.rewrite(&invalid(&text(&one)));
    balancer.signal("HUP");
    until("it is refused", || balancer.log().contains("reload refused, nothing has changed"));
    assert_eq!(balancer.connect().get("/").text(), "two");
    assert_eq!(balancer.status()["config"]["reloads_failed"], 1);
}

/// Goal: an address that another process has is refused, and nothing else of the file happens.
#[test]
fn an_address_in_use() {
    let (one, two) = (Origin::named("one"), Origin::named("two"));
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken_address = taken.local_addr().expect("its address");
    let with = |origin: &Origin, more: &str| {
        Balancer::text("", "", &format!("{more}{}", pool("p", "", &[("a", origin.address)])))
    };
    let balancer = Balancer::start_text(&with(&one, ""));
    let more = format!("[[listeners]]\nname = \"more\"\naddress = \"{taken_address}\"\n");
    balancer.rewrite(&with(&two, &more));
    let (status, body) = balancer.reload();
    assert_eq!(status, 409, "{body}");
    for part in ["`more`", &taken_address.to_string(), "another process listens there"] {
        assert!(body.contains(part), "{part}: {body}");
    }
    assert_eq!(balancer.connect().get("/").text(), "one", "not even the pool has changed");
    assert_eq!(balancer.status()["config"]["revision"], 0);
    assert_eq!(metric(&balancer, "evenkeel_config_reloads_failed_total"), Some(1.0));
    drop(taken);
    assert_eq!(balancer.reload().0, 200);
    assert_eq!(balancer.connect().get("/").text(), "two");
    assert_eq!(crate::support::Client::connect(taken_address).get("/").text(), "two");
}

/// Goal: the process's own admin listener is not taken for another process.
#[test]
fn the_admin_s_address() {
    let origin = Origin::named("a");
    let (admin, next) = (free_address().to_string(), free_address().to_string());
    let text = Balancer::text("", "", &pool("p", "", &[("a", origin.address)]));
    let balancer = Balancer::start_text(&text.replacen("127.0.0.1:0", &admin, 1));
    let more = format!("[[listeners]]\nname = \"more\"\naddress = \"{admin}\"\n[[routes]]");
    let moved = text.replacen("127.0.0.1:0", &next, 1).replacen("[[routes]]", &more, 1);
    balancer.rewrite(&moved);
    let (status, body) = balancer.reload();
    assert_eq!(status, 409, "{body}");
    assert!(body.contains("the admin listener has it until a restart"), "{body}");
}

/// Goal: what only a start can change is named, as long as it is so.
#[test]
fn a_restart_is_needed() {
    let origin = Origin::named("a");
    let text = Balancer::text("", "", &pool("p", "", &[("a", origin.address)]));
    let balancer = Balancer::start_text(&text);
    balancer.rewrite(&text.replace("workers = 2", "workers = 1\naccess_log = \"new.jsonl\""));
    let (status, body) = balancer.reload();
    assert_eq!(status, 200);
    assert!(body.contains("a restart is needed for server.workers, server.access_log"), "{body}");
    assert_eq!(balancer.status()["workers"], 2);
    let line = "a restart is needed for server.workers";
    until("it is logged", || balancer.log().contains(line));
    let waiting = || balancer.status()["config"]["restart_needed"].clone();
    assert_eq!(waiting(), serde_json::json!(["server.workers", "server.access_log"]));
    let (_, body) = balancer.reload();
    assert!(body.contains("a restart is needed for server.workers"), "still: {body}");
    balancer.rewrite(&text);
    let (_, body) = balancer.reload();
    assert!(!body.contains("restart"), "all is as it was: {body}");
    assert_eq!(waiting(), serde_json::json!([]));
}
