//! Words and blocks, as nginx reads them.

use super::show::{one, shown, told};
use crate::nginx::syntax::variables;

fn check(text: &str, expected: &str) {
    let (tree, sources) = one(text);
    assert_eq!(told(&tree, &sources), Vec::<String>::new(), "{text}");
    assert_eq!(shown(&tree, &sources), expected, "{text}");
}

#[test]
fn words_are_those_of_nginx() {
    check("a b;", "[a][b]");
    check("a\tb\r\n  c ;", "[a][b][c]");
    check(r#"a "b c" 'd "e"';"#, r#"[a][b c][d "e"]"#);
    check(r#"a "b\"c\n\.\\";"#, "[a][b\"c\n\\.\\]");
    check(r"a \ b\;c d\{;", r"[a][\ b\;c][d\{]");
    check("a x#y z}q;", "[a][x#y][z}q]");
    check("a foo\"bar;", "[a][foo\"bar]");
    check("a ${b}c$d{e f;}", "[a][${b}c$d]{[e][f]}");
    check("a ${{b}};", "[a][${{b}}]");
    check("a '';", "[a][]");
    check(r#"if ($a = "b"){c d;}"#, "[if][($a][=][b][)]{[c][d]}");
    check("a \"é\" 'ü\\\u{20ac}';", "[a][é][ü\\\u{20ac}]");
}

#[test]
fn blocks_nest_and_comments_are_kept() {
    let text = "http { # one\n server{listen 80;} }# two";
    check(text, "[http]{[server]{[listen][80]}}");
    let (tree, sources) = one(text);
    let comments: Vec<_> = tree.files[0].comments.iter().map(|span| sources.slice(*span)).collect();
    assert_eq!(comments, ["# one", "# two"]);
    let http = &tree.files[0].directives[0];
    assert_eq!(sources.slice(http.span), "http { # one\n server{listen 80;} }");
    assert_eq!(sources.slice(http.head()), "http");
}

#[test]
fn lua_ends_with_its_brace() {
    check(
        "location / { content_by_lua_block { if a then b = { '}', \"\\\"}\" } end -- }\n } c d; }",
        "[location][/]{[content_by_lua_block]< if a then b = { '}', \"\\\"}\" } end -- }\n > \
         [c][d]}",
    );
    check(
        "set_by_lua_block $a { return [==[ } ]] ]==] --[[ } \n ]] }",
        "[set_by_lua_block][$a]< return [==[ } ]] ]==] --[[ } \n ]] >",
    );
    check("init_by_lua_block {}", "[init_by_lua_block]<>");
}

#[test]
fn variables_are_found_in_words() {
    let found = |text| variables(text).collect::<Vec<_>>();
    assert_eq!(found("http://${Host}:$port/$1${x"), ["host", "port", "1"]);
    assert_eq!(found("$$a$"), ["a"]);
}
