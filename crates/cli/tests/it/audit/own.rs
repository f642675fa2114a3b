//! The balancer's own file: what `check` finds in it, `serve` and reloads refuse.

use std::path::Path;

use serde_json::Value;

use super::files::told;
use crate::support::{Balancer, Folder, Origin, Weighted, evenkeel, pool, until};

/// Two servers, one of which is ordered to take nearly all.
fn uneven(comment: &str) -> String {
    let text = Weighted::new("").text([100, 17]);
    let (_, text) = text.split_once('\n').expect("a comment above");
    // The line is there in any case: all places stay the same.
    text.replace("weight = 100", &format!("{comment}\nweight = 100"))
}

/// The line of the weight.
const LINE: usize = 16;

fn folder(text: &str) -> Folder {
    Folder::with(text)
}

/// Goal: `check` is the audit of this file. Method: one with an error, allowed and not, by each way
/// to name it, for people and programs.
#[test]
fn check_shows_what_an_audit_finds() {
    let bad = folder(&uneven(""));
    for args in [&["check"][..], &["check", "evenkeel.toml"], &["check", "-c", "evenkeel.toml"]] {
        let output = evenkeel(bad.path(), args);
        let text = told(&output);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {text}");
        for part in ["evenkeel.toml is valid: ", "error[EKW201]: ", "evenkeel.toml: 1 error\n"] {
            assert!(text.contains(part), "{part}:\n{text}");
        }
        let place = format!("evenkeel.toml:{LINE}:1");
        assert!(text.contains(&place), "{place}:\n{text}");
    }
    let output = evenkeel(bad.path(), &["check", "--format", "json"]);
    let object: Value = serde_json::from_str(&told(&output)).expect("JSON");
    assert_eq!((output.status.code(), &object["valid"]), (Some(1), &true.into()));
    assert_eq!(object["audit"]["findings"][0]["rule"], "EKW201", "{object}");
    let allowed = folder(&uneven("# evenkeel: allow EKW201 until 2999-01-31 -- web1 is strong"));
    let output = evenkeel(allowed.path(), &["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(told(&output).ends_with("evenkeel.toml: nothing found, 1 allowed\n"));
    let two = evenkeel(bad.path(), &["check", "evenkeel.toml", "-c", "evenkeel.toml"]);
    assert_eq!(two.status.code(), Some(2));
    assert_eq!(evenkeel(bad.path(), &["check", "absent.toml"]).status.code(), Some(2));
}

/// Goal: whoever is refused knows all that is to be allowed or mended. Method: errors of two rules,
/// one of them in two pools.
#[test]
fn all_rules_are_named_once() {
    let pool = |name: &str| {
        let server = |at: u8| format!("{{ name = \"w{at}\", address = \"10.0.0.{at}:80\"");
        let (strong, weak) = (server(1), server(2));
        format!("[pools.{name}]\nendpoints = [\n  {strong}, weight = 9 }},\n  {weak} }},\n]\n")
    };
    let head = "[audit]\npolicy = \"policy.toml\"\n\
        [[listeners]]\nname = \"w\"\naddress = \"127.0.0.1:0\"\n\
        [[routes]]\npool = \"p\"\n[[routes]]\nhosts = [\"q\"]\npool = \"q\"\n";
    let folder = folder(&format!("{head}{}{}", pool("p"), pool("q")));
    let policy = "[require]\nservers_min = 3\n";
    std::fs::write(folder.path().join("policy.toml"), policy).expect("written");
    let output = evenkeel(folder.path(), &["serve"]);
    let error = String::from_utf8_lossy(&output.stderr);
    for rule in ["EKL804", "EKW201"] {
        let line = format!("    # evenkeel: allow {rule} until YYYY-MM-DD -- reason\n");
        assert_eq!(error.matches(&line).count(), 1, "{rule}: {error}");
    }
}

/// Goal: an outage that waits does not start. Method: without a word, with one that
/// gives no reason, with one for another rule.
#[test]
fn what_is_an_error_does_not_start() {
    for comment in ["", "# evenkeel: allow EKW201", "# evenkeel: allow EKW206 -- web1 is strong"] {
        let folder = folder(&uneven(comment));
        let output = evenkeel(folder.path(), &["serve"]);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{comment}: {error}");
        let place = format!("evenkeel.toml:{LINE}:1");
        let shown = ["error[EKW201]: the weights of `p`", &place, "\nevenkeel.toml: 1 error\n"];
        let hint = "# evenkeel: allow EKW201 until YYYY-MM-DD -- reason";
        for part in shown.into_iter().chain([hint]) {
            assert!(error.contains(part), "{comment}: {part}:\n{error}");
        }
        assert!(!error.contains("listening"), "{error}");
    }
}

/// Goal: what is allowed with a reason starts, and says when it no longer will.
#[test]
fn what_is_allowed_starts() {
    let comment = "# evenkeel: allow EKW201 until 2999-01-31 -- web1 is strong";
    let balancer = Balancer::start_text(&uneven(comment));
    let log = balancer.log();
    let line = log.lines().find(|line| line.contains("allowed until then")).expect("a line");
    for part in [" WARN ", "rule=\"EKW201\"", "until=2999-01-31"] {
        assert!(line.contains(part), "{line}");
    }
}

/// Goal: a date that has passed keeps no balancer down, and lets no reload in.
#[test]
fn what_was_allowed_starts_again() {
    let comment = "# evenkeel: allow EKW201 until 2020-01-31 -- web1 is strong";
    let balancer = Balancer::start_text(&uneven(comment));
    let log = balancer.log();
    assert!(log.contains("no longer allowed, and no reload will be taken"), "{log}");
    let (status, told) = balancer.reload();
    assert!(status != 200 && told.contains("error[EKW201]"), "{status} {told}");
}

/// Goal: a reload into an outage changes nothing and is seen where invalid files are. Method: the
/// control address, a signal, the command; then the same with a reason.
#[test]
fn what_is_an_error_is_not_reloaded() {
    let origin = Origin::named("a");
    let good = Balancer::text("", "", &pool("p", "", &[("a", origin.address)]));
    let balancer = Balancer::start_text(&good);
    let digest = balancer.status()["config"]["digest"].clone();
    balancer.rewrite(&uneven(""));
    let (status, body) = balancer.reload();
    assert_eq!(status, 409, "{body}");
    let answer: Value = serde_json::from_str(&body).expect("JSON");
    let why = answer["error"].as_str().expect("text").to_owned();
    let place = format!("evenkeel.toml:{LINE}:1");
    for part in ["error[EKW201]: ", &place, "hint: mend it, or allow it", "allow EKW201 until"] {
        assert!(why.contains(part), "{part}:\n{why}");
    }
    until("it is logged", || balancer.log().contains("reload refused, nothing has changed"));
    assert!(balancer.log().contains("error[EKW201]: "));
    let config = &balancer.status()["config"];
    assert_eq!((&config["digest"], &config["reloads_failed"]), (&digest, &1.into()));
    assert!(config["last_error"].as_str().is_some_and(|text| text.contains("EKW201")), "{config}");
    let is_event = || {
        let events = balancer.json("/v1/events");
        let mut events = events.as_array().expect("a list").iter();
        events.any(|event| {
            let what = event["what"].as_str().unwrap_or_default();
            event["kind"] == "reload_failed" && what.contains("EKW201")
        })
    };
    until("it is an event", is_event);
    balancer.signal("HUP");
    until("the signal, too", || balancer.status()["config"]["reloads_failed"] == 2);
    let output = balancer.told(&["reload"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && error.contains("EKW201"), "{error}");
    assert_eq!(balancer.connect().get("/").text(), "a", "the old one serves on");
    balancer.rewrite(&uneven("# evenkeel: allow EKW201 -- web1 is strong"));
    let (status, body) = balancer.reload();
    assert_eq!(status, 200, "{body}");
    assert_eq!(balancer.status()["config"]["last_error"], "");
}

/// Goal: nobody copies from the documents what does not start. Method: every block of TOML that is
/// a whole configuration, or a policy.
#[test]
fn documents_show_what_starts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guides = std::fs::read_dir(root.join("docs/guides")).expect("a folder");
    let guides = guides.map(|entry| entry.expect("an entry").path());
    let others = ["README.md", "docs/reference/configuration.md"].map(|name| root.join(name));
    let (mut judged, mut policies) = (0, 0);
    for path in guides.chain(others) {
        let page = std::fs::read_to_string(&path).expect("a page");
        for block in page.split("```toml\n").skip(1) {
            let block = block.split("```").next().expect("a block");
            if block.contains("[require]") {
                let policy = audit::Policy::parse(block, "page.toml");
                policy.unwrap_or_else(|told| panic!("{}: {told}", path.display()));
                policies += 1;
                continue;
            }
            let own = Some(audit::Product::Evenkeel);
            let Ok(subject) = audit::read_text("page.toml", block, own) else { continue };
            let audit = audit::judge(&audit::Case::of(&subject), audit::Day::FIRST);
            assert_ne!(
                audit.worst(),
                Some(audit::Severity::Error),
                "{}: {audit:?}",
                path.display()
            );
            judged += 1;
        }
    }
    assert!(judged >= 2, "README and reference have one each");
    assert_eq!(policies, 1, "the guide has one");
}

/// Goal: a scenario plays the weights that it orders. Method: each one's configurations, those
/// after a change among them, checked as the program that drills checks them.
#[test]
fn scenarios_are_put_in_force() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../drills");
    let folders = [root.clone(), root.join("unbound")];
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("a folder"));
    let files = files.map(|entry| entry.expect("an entry").path());
    for file in files.filter(|path| path.extension().is_some_and(|end| end == "toml")) {
        let name = file.to_str().expect("a path");
        let output = evenkeel(&root, &["drill", "check", name, "--balancer", "evenkeel"]);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{name}: {error}");
    }
}
