//! Audits on a schedule: what is new becomes an alarm, what is mended ends it.
//! when.

use serde_json::Value;

use crate::support::{Balancer, Folder, Weighted, until};

const TWICE: &str = "backend portal\n  mode http\n  cookie SRV insert indirect nocache\n  \
                     server web1 10.0.0.1:80 cookie a\n  server web2 10.0.0.2:80 cookie a\n";

fn standing(balancer: &Balancer, rule: &str) -> Option<Value> {
    let status = balancer.json("/v1/audits");
    let standing = status["standing"].as_array().expect("a list").iter();
    standing.into_iter().find(|it| it["rule"] == rule && it["target"] == "edge").cloned()
}

fn alarm_state(balancer: &Balancer) -> Option<String> {
    let status = balancer.json("/v1/alarms");
    let mut alarms = status["alarms"].as_array().expect("a list").iter();
    let found = alarms.find(|alarm| alarm["pool"] == "edge/EKP101")?;
    assert_eq!((&found["kind"], &found["severity"]), (&"audit".into(), &"ticket".into()));
    found["state"].as_str().map(str::to_owned)
}

/// Goal: somebody else's configuration is watched over like traffic. Method: a file of HAProxy's
/// with a fault, a restart, and the file mended.
#[test]
fn a_fault_is_found_kept_and_over_when_it_is_mended() {
    let folder = Folder::new();
    let file = folder.path().join("haproxy.cfg");
    std::fs::write(&file, TWICE).expect("a file");
    let target = format!("{{ name = \"edge\", files = [\"{}\"] }}", file.display());
    let site = Weighted::new(&format!("[audit]\nschedule = \"daily\"\ntargets = [{target}]\n"));
    let mut balancer = site.start();
    until("it is found", || standing(&balancer, "EKP101").is_some());
    until("it is an alarm", || alarm_state(&balancer).as_deref() == Some("firing"));
    let found = standing(&balancer, "EKP101").expect("it stands");
    let place = found["place"].as_str().expect("a place");
    assert!(place.ends_with("haproxy.cfg:5:3"), "{place}");
    let next = balancer.json("/v1/audits")["next_at"].as_f64().expect("a next one");
    let since = found["since"].as_f64().expect("a time");
    assert!(next > since && next <= since + 86_400.0 + 60.0, "{since} {next}");
    let told = String::from_utf8(balancer.told(&["audits"]).stdout).expect("a text");
    assert!(told.contains("error EKP101 duplicate-persistence-key, for "), "{told}");

    balancer.die_and_rise(|_| {});
    // Only an audit that knows the one before has two times.
    until("it is audited again", || {
        standing(&balancer, "EKP101").is_some_and(|it| it["seen_at"] != it["since"])
    });
    assert_eq!(standing(&balancer, "EKP101").expect("it stands")["since"], found["since"]);

    std::fs::write(&file, TWICE.replacen("cookie a\n  server web2", "cookie b\n  server web2", 1))
        .expect("a file");
    assert_eq!(balancer.reload().0, 200);
    until("it is gone", || standing(&balancer, "EKP101").is_none());
    let status = balancer.json("/v1/audits");
    let gone = status["gone"].as_array().expect("a list");
    assert!(gone.iter().any(|it| it["rule"] == "EKP101" && it["since"] == found["since"]));
    until("the alarm is over", || alarm_state(&balancer).as_deref() == Some("resolved"));
    let events = balancer.json("/v1/events");
    let events = events.as_array().expect("a list").iter();
    let audits: Vec<_> = events.filter(|event| event["kind"] == "audit").collect();
    let says = |word: &str| {
        audits.iter().any(|it| it["what"].as_str().is_some_and(|it| it.starts_with(word)))
    };
    assert!(says("found EKP101") && says("gone EKP101"), "{audits:?}");
}

/// Goal: a file that nobody can read is no good news. Method: it is not there.
#[test]
fn a_file_that_is_not_there_is_an_alarm() {
    let target = "{ name = \"edge\", product = \"nginx\", files = [\"/nowhere/nginx.conf\"] }";
    let site = Weighted::new(&format!("[audit]\nschedule = \"daily\"\ntargets = [{target}]\n"));
    let balancer = site.start();
    until("it is known that nobody looked", || {
        let status = balancer.json("/v1/alarms");
        let alarms = status["alarms"].as_array().expect("a list");
        alarms.iter().any(|alarm| {
            let summary = alarm["summary"].as_str().unwrap_or_default();
            alarm["kind"] == "telemetry_missing" && summary.contains("/nowhere/nginx.conf")
        })
    });
}
