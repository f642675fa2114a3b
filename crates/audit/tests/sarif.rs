//! Holds what code scanners get against the schema of SARIF 2.1.0.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::path::{Path, PathBuf};

use audit::report::{View, sarif};
use audit::{Audit, Case, Day, Needs, Product, Severity, Subject};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// OASIS's file of the errata of 2023.
const DIGEST: &str = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e";

/// Goal: every scanner can read it. Method: the examples of all rules, whatever is found in them,
/// against the schema that OASIS publishes.
#[test]
fn all_findings_keep_to_the_schema() {
    let check = check();
    let mut results = 0;
    let rules = audit::ALL.iter().map(|rule| rule.doc()).filter(|doc| doc.needs == Needs::Text);
    for example in rules.flat_map(|doc| doc.examples) {
        for text in [example.bad, example.good] {
            results += check(text, example.product);
        }
    }
    assert!(results > audit::ALL.len(), "{results} findings");
}

/// Goal: the parts that are seldom there are right too. Method: a finding that is allowed, one
/// about the file as a whole, and a line that HAProxy refuses.
#[test]
fn what_is_allowed_and_what_is_refused_keep_to_it() {
    let check = check();
    let allowed = "\
backend app
  # evenkeel: allow EKH401 until 2999-12-31 -- the servers are checked \u{1f6a2} elsewhere
  server a 10.0.0.1:80
  server b 10.0.0.2:80
";
    assert!(check(allowed, Product::Haproxy) > 0);
    let refused = "backend app\n  balance nonsense\n  server a 10.0.0.1:80 weight 900\n";
    check(refused, Product::Haproxy);
    check("", Product::Haproxy);
    assert_eq!(check("[server]\nworkerz = 2\n", Product::Evenkeel), 0);
    assert_eq!(check("static_resources: [\n", Product::Envoy), 0);
}

/// Tells whether a text's report is right, and how many results it has.
fn check() -> impl Fn(&str, Product) -> usize {
    let place = schema();
    let hint = "`cargo xtask test` fetches it";
    let bytes = std::fs::read(&place).unwrap_or_else(|why| panic!("{place:?}: {why}; {hint}"));
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, DIGEST, "{place:?} is not OASIS's schema");
    let schema: Value = serde_json::from_slice(&bytes).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0" })), "all is right to it");
    move |text, product| {
        let subject = audit::read_text("my files/a.cfg", text, Some(product));
        let subject = subject.unwrap_or_else(|refusal| refusal.subject().unwrap());
        let value: Value = serde_json::from_str(&report(&subject)).unwrap();
        let errors = validator.iter_errors(&value);
        let errors: Vec<String> =
            errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{text}\n{value:#}");
        value["runs"][0]["results"].as_array().unwrap().len()
    }
}

fn report(subject: &Subject) -> String {
    let day: Day = "2026-01-01".parse().unwrap();
    let audit: Audit = audit::judge(&Case::of(subject), day);
    let (root, folder) = (Path::new("/srv"), Path::new("/srv/lb"));
    let view = View { subject, audit: &audit, root, folder, fails: Severity::Error };
    sarif(&view)
}

/// Where the schema is: `cargo xtask test` has fetched it below the target directory.
fn schema() -> PathBuf {
    let named = std::env::var_os("EVENKEEL_SARIF_SCHEMA").filter(|place| !place.is_empty());
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tools/sarif-schema-2.1.0.json");
    named.map_or(kept, PathBuf::from)
}
