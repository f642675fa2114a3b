//! This balancer's own file, against a process of it that runs.

use super::process::found;
use crate::support::Weighted;

/// Goal: a file that was changed and not loaded is found, until it is. Method: other weights, a
/// reload, a file that is refused, and another server.
#[test]
fn a_file_that_was_not_loaded_is_found() {
    let site = Weighted::new("");
    let balancer = site.start();
    let admin = balancer.admin.to_string();
    let check = || found(balancer.folder(), &["evenkeel.toml", "--running", &admin]);
    assert_eq!(check(), (Some(0), Vec::new()));

    balancer.rewrite(&site.text([3, 1]));
    let (code, told) = check();
    assert_eq!((code, told.len()), (Some(1), 1), "{told:#?}");
    assert_eq!(
        told[0]["what"],
        "`a` of `p` runs with weight 1, and the file says 3: 50.0 % of new sessions, not 75.0 %"
    );
    let text = site.text([3, 1]);
    let line = text.lines().position(|line| line == "weight = 3").expect("the line") + 1;
    assert_eq!(told[0]["place"]["line"], line);
    let note = told[0]["notes"][0].as_str().expect("a note");
    assert!(note.starts_with("digest ") && note.contains(" is in force, and was loaded"), "{note}");

    assert_eq!(balancer.reload().0, 200);
    assert_eq!(check().1, [] as [serde_json::Value; 0]);

    // What was refused explains why the file does not run.
    balancer.rewrite(&site.text([3, 1]).replace("name = \"b\"", "name = \"b c\""));
    assert_ne!(balancer.reload().0, 200);
    balancer.rewrite(&site.text([3, 1]).replace("name = \"b\"", "name = \"c\""));
    let (code, told) = check();
    assert_eq!((code, &told[0]["rule"]), (Some(1), &"EKC602".into()), "{told:#?}");
    let what = told[0]["what"].as_str().expect("words");
    assert_eq!(what, "`c` of `p` does not run; `b` of `p` is not in the file and takes requests");
    let notes = told[0]["notes"].as_array().expect("notes").iter();
    let notes: Vec<&str> = notes.filter_map(|note| note.as_str()).collect();
    assert!(notes.iter().any(|it| it.starts_with("its last reload was refused: ")), "{notes:?}");
}
