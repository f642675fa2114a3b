//! The output of crossplane gives the tree that the files give, on the same lines.

use super::show::{shown, told};
use crate::nginx::syntax::read_crossplane;
use crate::source::Sources;

const OUTPUT: &str = r##"{"status": "failed", "errors": [], "config": [
 {"file": "/etc/nginx/nginx.conf", "status": "failed",
  "errors": [{"error": "unknown directive \"x\" in /etc/nginx/nginx.conf:9", "line": 9}],
  "parsed": [
  {"directive": "#", "line": 1, "args": [], "comment": " first"},
  {"directive": "http", "line": 3, "args": [], "block": [
    {"directive": "include", "line": 4, "args": ["b.conf"], "includes": [1]},
    {"directive": "log_format", "line": 5, "args": ["a", "\"$x\" 'y'\n", "\\."]},
    {"directive": "map", "line": 7, "args": ["$a", "$b"], "block": [
      {"directive": "", "line": 8, "args": ["c d"]}]},
    {"directive": "if", "line": 9, "args": ["$a", "=", "b c"], "block": []},
    {"directive": "content_by_lua_block", "line": 10, "args": [" a = {} "]}]}]},
 {"file": "/etc/nginx/b.conf", "status": "ok", "errors": [], "parsed": [
  {"directive": "b", "line": 12, "args": []}, {"directive": "include", "line": 12,
   "args": ["b.conf"], "includes": [7]}]}]}"##;

#[test]
fn the_tree_is_that_of_the_files() {
    let mut sources = Sources::default();
    let tree = read_crossplane("out.json", OUTPUT.as_bytes(), &mut sources);
    assert_eq!(
        shown(&tree, &sources),
        "[http]{[b] [log_format][a][\"$x\" 'y'\n][\\.] [map][$a][$b]{[][c d]} \
         [if][($a][=][b c][)]{} [content_by_lua_block]< a = {} >}"
    );
    let lines: Vec<_> = tree.files.iter().map(|f| sources.place(f.directives[0].span)).collect();
    assert_eq!(lines[0].line, 3);
    assert_eq!((lines[1].file.as_ref(), lines[1].line), ("/etc/nginx/b.conf", 12));
    assert_eq!(sources.slice(tree.files[0].comments[0]), "# first");
    let told = told(&tree, &sources);
    assert_eq!(
        told,
        ["/etc/nginx/nginx.conf:9:1: unknown directive \"x\" in /etc/nginx/nginx.conf:9"]
    );
}

fn check(text: &str, expected: &str) {
    let mut sources = Sources::default();
    let tree = read_crossplane("out.json", text.as_bytes(), &mut sources);
    assert_eq!(told(&tree, &sources), [expected]);
}

#[test]
fn what_is_no_output_says_so() {
    check(
        "{\"config\": 3}",
        "out.json:1:1: this is no output of `crossplane parse`: expected an object with `config`",
    );
    check("{\n]", "out.json:2:1: this is no JSON: key must be a string at line 2 column 1");
}

/// A file that includes itself, and a line number beyond reason.
#[test]
fn nothing_runs_away() {
    let text = r#"{"config": [{"file": "a", "parsed": [
        {"directive": "include", "line": 99999999999, "args": ["a"], "includes": [0, 0]}]}]}"#;
    let mut sources = Sources::default();
    let tree = read_crossplane("out.json", text.as_bytes(), &mut sources);
    assert_eq!(shown(&tree, &sources), "");
}

/// Goal: a block that includes its own file is a mistake and no memory without end. Method: what
/// the fuzzer found.
#[test]
fn a_block_that_includes_its_own_file() {
    let text = r#"{"config": [{"file": "a", "parsed": [{"directive": "http", "line": 1, "args": [],
        "block": [{"directive": "include", "line": 2, "args": ["a"], "includes": [0]}]}]}]}"#;
    check(text, "a:2:1: this includes the file it stands in");
}
