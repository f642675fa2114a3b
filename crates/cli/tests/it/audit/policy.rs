//! What an organisation asks of every configuration.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use super::files::{TWICE, folder, told};
use crate::support::{Balancer, Folder, Origin, evenkeel, pool, until};

const STRICT: &str = "\
[rules]
EKP101 = \"warning\"
[require]
servers_min = 3
[[allow]]
rule = \"EKL804\"
file = \"envoy.json\"
reason = \"one is enough for the archive\"
";

/// A cluster of one server, in a form that has no comments.
const ENVOY: &str = r#"{ "static_resources": { "clusters": [ { "name": "archive",
  "load_assignment": { "cluster_name": "archive", "endpoints": [ { "lb_endpoints": [
    { "endpoint": { "address": { "socket_address": { "address": "10.0.0.1", "port_value": 80 } } } }
  ] } ] } } ] } }
"#;

fn with(policy: &str) -> Folder {
    let folder = folder(TWICE);
    std::fs::write(folder.path().join("policy.toml"), policy).expect("the policy");
    std::fs::write(folder.path().join("envoy.json"), ENVOY).expect("a configuration");
    folder
}

fn audit(folder: &Path, file: &str, form: &str) -> Output {
    evenkeel(folder, &["audit", file, "--policy", "policy.toml", "--format", form])
}

/// Goal: what a policy asks for is told in every form like all else. Method: one requirement and
/// one change of severity, in each form.
#[test]
fn every_form_tells_what_a_policy_asks_for() {
    let folder = with(STRICT);
    for (form, parts) in [
        ("text", &["error[EKL804]: 2 servers take", "haproxy.cfg:10:1", "warning[EKP101]"][..]),
        ("json", &["\"rule\": \"EKL804\"", "\"name\": \"too-few-servers\""]),
        ("sarif", &["\"ruleId\": \"EKL804\"", "\"id\": \"EKL805\""]),
        ("junit", &["classname=\"EKL804\""]),
        ("github", &["::error file=haproxy.cfg,line=10", "title=EKL804", "::warning "]),
        ("markdown", &["| error | EKL804 too-few-servers | `haproxy.cfg:10` |"]),
    ] {
        let output = audit(folder.path(), "haproxy.cfg", form);
        let text = told(&output);
        assert_eq!(output.status.code(), Some(1), "{form}: {text}");
        for part in parts {
            assert!(text.contains(part), "{form}: {part}:\n{text}");
        }
    }
    let without = told(&evenkeel(folder.path(), &["audit", "haproxy.cfg"]));
    assert!(without.contains("error[EKP101]") && !without.contains("EKL804"), "{without}");
    let page = told(&evenkeel(folder.path(), &["explain", "EKL804"]));
    assert!(page.contains("a policy that asks for it"), "{page}");
}

/// Goal: a rule that was turned off is no test that has passed.
#[test]
fn what_is_off_is_no_passed_test() {
    let cases = |policy: &str| {
        let folder = with(policy);
        told(&audit(folder.path(), "haproxy.cfg", "junit")).matches("\"EKP104\"").count()
    };
    assert_eq!((cases(""), cases("[rules]\nunbounded-persistence = \"off\"\n")), (1, 0));
}

/// Goal: a file without comments can be right. Method: Envoy's JSON, which the policy names.
#[test]
fn a_policy_allows_what_no_comment_can() {
    let folder = with(STRICT);
    let output = audit(folder.path(), "envoy.json", "json");
    let object: Value = serde_json::from_str(&told(&output)).expect("JSON");
    assert_eq!(output.status.code(), Some(0), "{object}");
    let suppressed = object["suppressed"].as_array().expect("a list");
    let one = suppressed.iter().find(|one| one["rule"] == "EKL804").expect("it is allowed");
    assert_eq!(one["reason"], "one is enough for the archive");
    let over = STRICT.to_owned() + "until = \"2020-01-31\"\n";
    let folder = with(&over);
    let output = audit(folder.path(), "envoy.json", "text");
    let text = told(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("error[EKL804]") && text.contains("warning[EKS902]"), "{text}");
}

/// Goal: a policy with a mistake asks for nothing and says so. Method: mistakes with their places,
/// no file.
#[test]
fn a_policy_is_read_strictly() {
    let check = |policy: &str, parts: &[&str]| {
        let folder = with(policy);
        let output = audit(folder.path(), "haproxy.cfg", "text");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), told(&output).as_str()), (Some(2), ""), "{error}");
        for part in parts {
            assert!(error.contains(part), "{part}:\n{error}");
        }
    };
    check("[require]\nhealthcheck = true\n", &["policy.toml:2:1", "did you mean `health_check`?"]);
    check("[require]\nmethods = [\"leastcon\"]\n", &["policy.toml:2:12", "`leastconn`?"]);
    check("[rules]\nEKP1O1 = \"off\"\n", &["policy.toml:2:1", "`EKP101`?"]);
    let folder = folder(TWICE);
    let output = audit(folder.path(), "haproxy.cfg", "text");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("cannot read the policy policy.toml"), "{error}");
    assert_eq!(output.status.code(), Some(2));
}

/// Goal: `audit.policy` counts wherever this file does, and for the targets. Method: a policy that
/// the file does not keep, then keeps; `check`, a start, a reload, a scheduled audit.
#[test]
fn its_own_file_is_held_against_the_policy() {
    let origin = Origin::named("a");
    let site = |policy: &str, more: &str| {
        let own = pool("p", "", &[("a", origin.address)]);
        Balancer::text("", "", &format!("{own}[audit]\nschedule = \"daily\"\n{policy}{more}"))
    };
    let folder = Folder::with(&site("policy = \"policy.toml\"\n", ""));
    let run = |args: &[&str], code: i32, parts: &[&str]| {
        let output = evenkeel(folder.path(), args);
        let text = told(&output) + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {text}");
        for part in parts {
            assert!(text.contains(part), "{args:?}: {part}:\n{text}");
        }
    };
    let missing = ["cannot read the policy policy.toml", "hint: `audit.policy` names it"];
    run(&["check"], 2, &missing);
    run(&["serve"], 2, &missing);
    let write = |text: &str| std::fs::write(folder.path().join("policy.toml"), text);
    write("[requires]\n").expect("a policy");
    run(&["check"], 1, &["policy.toml:1:2", "`require`?"]);
    run(&["check", "--format", "json"], 1, &["\"file\": \"policy.toml\"", "\"valid\": false"]);
    run(&["serve"], 1, &["policy.toml:1:2", "`require`?"]);
    write("[require]\nhealth_check = true\n").expect("a policy");
    run(&["check"], 1, &["error[EKL801]", "evenkeel.toml:"]);
    run(&["serve"], 1, &["error[EKL801]", "allow EKL801 until"]);

    std::fs::write(folder.path().join("envoy.json"), ENVOY).expect("a configuration");
    let file = folder.path().join("envoy.json");
    let target = format!("targets = [{{ name = \"edge\", files = [\"{}\"] }}]\n", file.display());
    let balancer = Balancer::start_text(&site("", &target));
    let policy = format!("policy = \"{}\"\n", folder.path().join("policy.toml").display());
    balancer.rewrite(&site(&policy, &target));
    let (status, body) = balancer.reload();
    assert!(status == 409 && body.contains("EKL801"), "{body}");
    write("[require]\ntimeouts = true\n[rules]\nEKL803 = \"warning\"\n").expect("a policy");
    let (status, body) = balancer.reload();
    assert_eq!(status, 200, "{body}");
    let is_found = |target: &str| {
        let status = balancer.json("/v1/audits");
        let mut standing = status["standing"].as_array().expect("a list").iter();
        standing.any(|it| it["rule"] == "EKL803" && it["target"] == target)
    };
    until("both are audited by it", || is_found("edge") && is_found("evenkeel"));
}
