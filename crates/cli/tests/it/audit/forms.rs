//! The forms in which findings are told.

use serde_json::Value;

use super::files::{TWICE, audit, folder, told};
use crate::support::{Folder, evenkeel};

fn shown(form: &str) -> String {
    told(&audit(folder(TWICE).path(), &["--format", form]))
}

#[test]
fn text_shows_the_line() {
    let text = shown("text");
    assert!(text.contains("error[EKP101]: servers `web1` and `web2`"), "{text}");
    assert!(text.contains("haproxy.cfg:14:3"), "{text}");
    assert!(text.ends_with('\n') && !text.contains('\u{1b}'), "{text}");
}

/// Goal: a code scanner knows an alert again after a line was put in above it, and closes it once
/// it is mended. Method: the fingerprint before and after; all rules are declared.
#[test]
fn sarif_alerts_are_known_again() {
    let of = |text: &str| -> Value {
        let output = audit(folder(text).path(), &["--format", "sarif"]);
        serde_json::from_str(&told(&output)).expect("JSON")
    };
    let print = |value: &Value| {
        let results = value["runs"][0]["results"].as_array().expect("results");
        let one = results.iter().find(|result| result["ruleId"] == "EKP101").expect("a result");
        let index = one["ruleIndex"].as_u64().expect("an index") as usize;
        let driver = &value["runs"][0]["tool"]["driver"];
        assert_eq!(driver["rules"][index]["id"], "EKP101");
        let place = &one["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "haproxy.cfg");
        (
            one["partialFingerprints"]["primaryLocationLineHash"].clone(),
            place["region"]["startLine"].clone(),
        )
    };
    let (before, after) = (of(TWICE), of(&format!("# one more\n{TWICE}")));
    assert_eq!(before["version"], "2.1.0");
    let ((old, line), (new, later)) = (print(&before), print(&after));
    assert_eq!((old, line.as_u64(), later.as_u64()), (new, Some(14), Some(15)));
    let clean = of("global\n  maxconn 1000\n");
    assert_eq!(
        clean["runs"][0]["tool"]["driver"]["rules"],
        before["runs"][0]["tool"]["driver"]["rules"]
    );
}

/// Goal: whoever hosts the code finds the file, wherever in the repository the audit ran. Method: a
/// folder of a repository, a file beside it, and one outside.
#[test]
fn paths_are_those_of_the_repository() {
    let around = folder(TWICE);
    let place = around.path().join("site/lb/edge");
    std::fs::create_dir_all(&place).expect("folders");
    std::fs::create_dir(around.path().join("site/.git")).expect("a repository");
    for name in ["site/a.cfg", "site/lb/b.cfg", "site/lb/edge/haproxy.cfg"] {
        std::fs::write(around.path().join(name), TWICE).expect("written");
    }
    let check = |file: &str, expected: &str, is_inside: bool| {
        let run = |form| told(&evenkeel(&place, &["audit", file, "--format", form]));
        let sarif: Value = serde_json::from_str(&run("sarif")).expect("JSON");
        let run_of = &sarif["runs"][0];
        let place = &run_of["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
        let uri = place["uri"].as_str().expect("a place");
        assert!(uri == expected || !is_inside && uri.ends_with(expected), "{file}: {place}");
        assert_eq!(uri.starts_with("file:///"), !is_inside, "{file}: {place}");
        assert_eq!(place.get("uriBaseId").is_some(), is_inside, "{file}: {place}");
        let root = run_of["originalUriBaseIds"]["%SRCROOT%"]["uri"].as_str().expect("a root");
        assert!(root.starts_with("file:///") && root.ends_with("/site/"), "{root}");
        if is_inside {
            let head = format!("::error file={expected},line=14,");
            assert!(run("github").contains(&head), "{}", run("github"));
            assert!(run("junit").contains(&format!(" file=\"{expected}\"")));
        }
        let json: Value = serde_json::from_str(&run("json")).expect("JSON");
        assert!(json["files"][0].as_str().is_some_and(|name| name.ends_with("cfg")), "{json}");
    };
    check("haproxy.cfg", "lb/edge/haproxy.cfg", true);
    check("../b.cfg", "lb/b.cfg", true);
    check("../../a.cfg", "a.cfg", true);
    check("../../../haproxy.cfg", "/haproxy.cfg", false);
}

/// Goal: a rule that is silent because somebody turned it off is not taken for content, and what is
/// allowed is marked. Method: a policy that turns one off and allows another.
#[test]
fn sarif_says_what_a_policy_keeps_silent() {
    let folder = folder(&TWICE.replace("check maxconn 100 cookie a\n", "cookie a\n"));
    let policy = "[rules]\nEKP101 = \"off\"\n[[allow]]\nrule = \"EKH401\"\n\
        file = \"haproxy.cfg\"\nreason = \"looked at elsewhere\"\n";
    std::fs::write(folder.path().join("policy.toml"), policy).expect("written");
    let output = audit(folder.path(), &["--format", "sarif", "--policy", "policy.toml"]);
    let sarif: Value = serde_json::from_str(&told(&output)).expect("JSON");
    let run = &sarif["runs"][0];
    let off = &run["invocations"][0]["ruleConfigurationOverrides"][0];
    assert_eq!(
        (&off["descriptor"]["id"], &off["configuration"]["enabled"]),
        (&"EKP101".into(), &false.into())
    );
    let index = off["descriptor"]["index"].as_u64().expect("an index") as usize;
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "EKP101");
    let results = run["results"].as_array().expect("results");
    let of = |rule: &str| results.iter().find(|result| result["ruleId"] == rule);
    assert!(of("EKP101").is_none());
    let allowed = &of("EKH401").expect("a result")["suppressions"][0];
    assert_eq!(
        (&allowed["kind"], &allowed["justification"]),
        (&"external".into(), &"looked at elsewhere".into())
    );
    assert!(results.iter().all(|result| result["suppressions"].is_array()), "{results:#?}");
}

#[test]
fn github_reads_one_line_for_each() {
    let text = shown("github");
    let line = text.lines().find(|line| line.contains("title=EKP101")).expect("a line");
    let head = "::error file=haproxy.cfg,line=14,endLine=14,col=3,endColumn=";
    assert!(line.starts_with(head), "{line}");
    assert!(text.lines().all(|line| line.starts_with("::")), "{text}");
}

#[test]
fn junit_counts_what_it_holds() {
    let text = shown("junit");
    let of = |what: &str| text.matches(what).count();
    assert!(
        text.contains(&format!("tests=\"{}\" failures=\"{}\"", of("<testcase "), of("<failure "))),
        "{text}"
    );
    assert_eq!(of("<testcase "), of("</testcase>") + of("\"/>\n"), "{text}");
    assert!(
        text.contains("classname=\"EKP101\"") && text.contains("file=\"haproxy.cfg\" line=\"14\"")
    );
}

#[test]
fn markdown_is_one_comment() {
    let text = shown("markdown");
    assert!(text.starts_with("## Evenkeel audit: "), "{text}");
    assert!(
        text.contains("| error | EKP101 duplicate-persistence-key | `haproxy.cfg:14` | "),
        "{text}"
    );
}

/// Goal: a program that reads the result learns why there is none, with places. Method: a file of
/// our own with two mistakes, one that is no UTF-8, and one of Envoy's that is no YAML, in each
/// form that programs read.
#[test]
fn what_cannot_be_read_is_told_in_every_form() {
    let folder = Folder::new();
    let cases: [(&str, &[u8], &[&str]); 3] = [
        (
            "own.toml",
            b"[server]\nworkerz = 2\n[pools.a]\nendpoints = []\n",
            &["did you mean `workers`?", "pool `a` is empty"],
        ),
        ("latin.toml", b"[server]\n# \xe9\n", &["this is not UTF-8"]),
        ("envoy.yaml", b"static_resources: [\n", &["expected"]),
    ];
    for (name, text, expected) in cases {
        std::fs::write(folder.path().join(name), text).expect("written");
        for form in ["json", "sarif", "junit", "github", "markdown"] {
            let output = evenkeel(folder.path(), &["audit", name, "--format", form]);
            let text = told(&output);
            assert_eq!(output.status.code(), Some(2), "{name} {form}");
            assert!(!output.stderr.is_empty(), "{name} {form}");
            for part in expected.iter().chain([&name]) {
                assert!(text.contains(part), "{name} {form}: {part}: {text}");
            }
            let passed = text.matches("<testcase ").count() - text.matches("<error ").count();
            assert_eq!(passed, 0, "no rule has looked at it: {text}");
        }
    }
    let output = evenkeel(folder.path(), &["audit", "own.toml", "--format", "json"]);
    let object: Value = serde_json::from_str(&told(&output)).expect("JSON");
    let places: Vec<_> = object["syntax_errors"].as_array().into_iter().flatten().collect();
    assert!(places.iter().any(|one| (&one["line"], &one["column"]) == (&2.into(), &1.into())));
    assert_eq!(object["product"], "evenkeel", "{object}");
}
