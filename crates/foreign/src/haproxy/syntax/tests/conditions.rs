//! Conditions, and which lines they leave.

use crate::Sources;
use crate::haproxy::syntax::{Environment, Liveness, Remarks, Version, read};

fn lookup(name: &str) -> Option<String> {
    (name == "HOME").then(|| "/root".to_owned())
}

/// `+` for lines that count, `?` for doubtful ones, `-` for those that do not; and the mistakes.
fn live(text: &str) -> (String, Vec<String>) {
    let mut sources = Sources::default();
    let id = sources.add("a", text.as_bytes());
    let mut remarks = Remarks::default();
    let environment = Environment::new(&lookup)
        .with_version(Version::new(2, 6))
        .with_feature("OPENSSL", true)
        .with_feature("QUIC", false);
    let file = read(&sources, id, &environment, &mut remarks);
    let lines = file.lines.iter().filter_map(|line| match line.liveness {
        Liveness::Live => Some('+'),
        Liveness::Doubtful => Some('?'),
        Liveness::Dropped => Some('-'),
        Liveness::Directive | Liveness::Broken => None,
    });
    let errors = remarks.errors.iter().map(|error| error.what.clone()).collect();
    (lines.collect(), errors)
}

/// What a condition comes to.
fn check(condition: &str, expected: &str) {
    let text = format!(".if {condition}\nx\n.endif\n");
    assert_eq!(live(&text), (expected.to_owned(), vec![]), "{condition}");
}

#[test]
fn predicates_are_evaluated() {
    for yes in [
        "1",
        "-1",
        "0x1",
        "!0",
        "defined(HOME)",
        "!defined(NONE)",
        "streq(a,a)",
        "strneq(a,b)",
        "strstr(abc,b)",
        "version_atleast(2.6)",
        "version_before(2.7-dev3)",
        "feature(OPENSSL)",
        "!feature(QUIC)",
        "streq(\"$HOME\",/root)",
        "streq('a b',\"a b\")",
        "streq(a\\,b,\"'a,b'\")",
        "(1 || 0) && !(0)",
        "1||0",
        "!!1",
        "0 && 0 || 1",
    ] {
        check(yes, "+");
    }
    for no in ["0", "", "defined(NONE)", "streq(a,b)", "version_atleast(2.6.1)", "1 && 0"] {
        check(no, "-");
    }
    for open in ["feature(LUA)", "enabled(EPOLL)", "new_one(x)", "defined(HAPROXY_X)", "!foo(1)"] {
        check(open, "?");
    }
    check("foo(1) && 0", "-");
    check("foo(1) || 1", "+");
}

#[test]
fn one_branch_counts_or_all_that_may() {
    let check = |text: &str, expected: &str| assert_eq!(live(text).0, expected, "{text}");
    check(".if 0\na\n.elif 1\nb\n.elif 1\nc\n.else\nd\n.endif\ne\n", "-+--+");
    check(".if foo(1)\na\n.elif 1\nb\n.else\nc\n.endif\nd\n", "??-+");
    check(".if foo(1)\na\n.elif 0\nb\n.else\nc\n.endif\n", "?-?");
    check(".if 1\na\n.elif foo(1)\nb\n.else\nc\n.endif\n", "+--");
    check(".if 0\n.if 1\na\n.else\nb\n.endif\n.else\nc\n.endif\n", "--+");
    check(".if foo(1)\n.if 1\na\n.else\nb\n.endif\n.endif\n", "?-");
}

#[test]
fn blocks_have_to_fit() {
    let check = |text: &str, expected: &str| assert_eq!(live(text).1, [expected], "{text}");
    check(".if 1\na\n", "`.if` that does not end");
    check(".endif\n", "`.endif` without `.if`");
    check(".else\n", "`.else` without `.if`");
    check(".if 1\n.else\n.elif 1\n.endif\n", "`.elif` behind `.else`");
    check(".if 1\n.else x\n.endif\n", "`.else` takes no arguments");
    check(".if (1\n.endif\n", "a parenthesis that is not closed in a condition");
    check(".if 1 1\n.endif\n", "unexpected `1` in a condition");
    check(".if 1 &&\n.endif\n", "a condition that is not complete");
    check(".if streq(a)\n.endif\n", "`streq` takes two arguments");
    check(".foo\n", "unknown directive `.foo`");
    check(".notice a b\n", "`.notice` takes one message");
    assert_eq!(live(&(".if 1\n".repeat(99) + &".endif\n".repeat(99))).1.len(), 0);
    assert_eq!(live(&(".if 1\n".repeat(100) + &".endif\n".repeat(100))).1.len(), 1);
    let deep = format!(".if {}1\n.endif\n", "(".repeat(60_000));
    assert_eq!(live(&deep).1.len(), 1);
}
