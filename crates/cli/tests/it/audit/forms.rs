//! The forms in which findings are told.

use serde_json::Value;

use super::files::{TWICE, audit, folder, told};

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
