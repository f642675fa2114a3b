//! Comments that allow a finding.

use serde_json::Value;

use super::files::{TWICE, audit, folder, told};

/// The file with a comment above what is found.
fn with(comment: &str) -> String {
    TWICE.replace("  server web2", &format!("  # evenkeel: {comment}\n  server web2"))
}

fn ids(text: &str) -> (Option<i32>, Vec<String>, Vec<Value>) {
    let output = audit(folder(text).path(), &["--format", "json"]);
    let value: Value = serde_json::from_str(&told(&output)).expect("JSON");
    let list = |key: &str| value[key].as_array().expect("a list").clone();
    let id = |finding: &Value| finding["rule"].as_str().expect("a rule").to_owned();
    (output.status.code(), list("findings").iter().map(id).collect(), list("suppressed"))
}

/// Goal: an exception is heeded for as long as it says and no longer, and never without a reason.
/// Method: one with a day to come, one with a day that is over, one without reason.
#[test]
fn an_exception_has_a_reason_and_an_end() {
    let (code, found, suppressed) = ids(&with("allow EKP101 until 2999-01-31 -- one machine"));
    assert_eq!((code, found.contains(&"EKP101".to_owned())), (Some(0), false));
    assert_eq!(suppressed[0]["reason"], "one machine");
    assert_eq!(suppressed[0]["until"], "2999-01-31");
    let check = |comment: &str, told: &str| {
        let (code, found, suppressed) = ids(&with(comment));
        assert_eq!((code, suppressed.len()), (Some(1), 0), "{comment}");
        assert!(found.contains(&"EKP101".to_owned()) && found.contains(&told.to_owned()));
    };
    check("allow EKP101 until 2020-01-31 -- one machine", "EKS902");
    check("allow EKP101", "EKS903");
}
