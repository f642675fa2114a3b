//! Quotes, escapes, comments and variables.

use crate::Sources;
use crate::haproxy::syntax::{Doubt, Environment, Remarks, Version, read};

fn lookup(name: &str) -> Option<String> {
    match name {
        "HOST" => Some("web1".to_owned()),
        "LIST" => Some(" a  b ".to_owned()),
        "EMPTY" => Some(String::new()),
        "_x.y" => None,
        _ => None,
    }
}

/// Words of a line, or the mistake in it.
fn words(line: &str) -> Result<Vec<String>, String> {
    let mut sources = Sources::default();
    let id = sources.add("a", format!("{line}\n").as_bytes());
    let mut remarks = Remarks::default();
    let file = read(&sources, id, &Environment::new(&lookup), &mut remarks);
    match remarks.errors.first() {
        Some(error) => Err(error.told(&sources).to_string()),
        None => Ok(file.lines[0].words.iter().map(|word| word.text.to_string()).collect()),
    }
}

fn check(line: &str, expected: &[&str]) {
    let expected = expected.iter().map(|word| (*word).to_owned()).collect();
    assert_eq!(words(line), Ok(expected), "{line}");
}

fn refused(line: &str, expected: &str) {
    assert_eq!(words(line), Err(expected.to_owned()), "{line}");
}

#[test]
fn spaces_separate_and_quotes_join() {
    check("  server \t s1  1.2.3.4:80 ", &["server", "s1", "1.2.3.4:80"]);
    check(r#"a "b c" 'd e' f"g h"i"#, &["a", "b c", "d e", "fg hi"]);
    check(r#"a "" ''"#, &["a", "", ""]);
    check(r#""it's" 'say "x"'"#, &["it's", "say \"x\""]);
    check("", &[]);
    refused(r#"a "b"#, "a:1:3: a quote that does not end");
    refused("a 'b\"", "a:1:3: a quote that does not end");
}

#[test]
fn backslashes_escape_outside_single_quotes() {
    check(r"a\ b \# \\ \' \t", &["a b", "#", "\\", "'", "\t"]);
    check(r#""a\"b" "\$X" \$X"#, &["a\"b", "$X", "\\$X"]);
    check(r"'a\ b' ^/x\.y$ \1", &[r"a\ b", r"^/x\.y$", r"\1"]);
    check(r"\x41\x2f", &["A/"]);
    // No line goes on in the next one.
    check(r"a \", &["a", r"\"]);
    check(r"\xff", &["\u{fffd}"]);
    refused(
        r"a \x4",
        "a:1:3: an escape that is not complete: expected `\\x` and two hexadecimal digits",
    );
}

#[test]
fn a_hash_begins_a_comment_unless_quoted() {
    check("a#b c", &["a"]);
    check("a '#b' \"#c\" \\#d # e \"", &["a", "#b", "#c", "#d"]);
    check("# all of it", &[]);
}

#[test]
fn variables_are_filled_in_inside_double_quotes_alone() {
    check(r#"$HOST '$HOST' "$HOST" "${HOST}:80""#, &["$HOST", "$HOST", "web1", "web1:80"]);
    check(r#""${NONE-a b}" "${HOST-x}""#, &["a b", "web1"]);
    check(r#"a "$NONE" b"#, &["a", "", "b"]);
    check(r#"x"$LIST"y"#, &["x a  b y"]);
    check(r#""$.LINE" "$.FILE""#, &["1", "a"]);
    refused(r#""$1""#, "a:1:3: a variable without a name: expected a letter or `_`; or `\\$`");
    refused(r#""${HOST""#, "a:1:3: a variable's brace that is not closed: expected `}`");
    refused(r#""${HOST[x]}""#, "a:1:8: a variable's list that is not complete: expected `[*]`");
}

#[test]
fn a_list_is_as_many_words_as_it_has() {
    check(r#"a "${LIST[*]}" c"#, &["a", "a", "b", "c"]);
    check(r#"x"${LIST[*]}"y"#, &["x", "a", "b", "y"]);
    check(r#"a "${EMPTY[*]}" b"#, &["a", "b"]);
    check(r#"a "${NONE[*]}" b"#, &["a", "b"]);
}

#[test]
fn a_carriage_return_ends_a_line() {
    check("mode http\r", &["mode", "http"]);
    check("mode http\r tcp", &["mode", "http"]);
    refused("mode\0http", "a:1:5: a NUL byte");
}

#[test]
fn sixty_four_words_are_the_limit() {
    assert_eq!(words(&["w"; 64].join(" ")).map(|words| words.len()), Ok(64));
    refused(&["w"; 65].join(" "), "a:1:129: too many words in a line: expected at most 64");
}

/// What is told of a text, in an old version and in a new one.
fn told(text: &str, version: Version) -> (Vec<Doubt>, usize) {
    let mut sources = Sources::default();
    let id = sources.add("a", text.as_bytes());
    let mut remarks = Remarks::default();
    read(&sources, id, &Environment::new(&lookup).with_version(version), &mut remarks);
    (remarks.told.iter().map(|told| told.doubt).collect(), remarks.errors.len())
}

#[test]
fn what_is_doubtful_is_told() {
    let new = Version::default();
    assert_eq!(told("a \"$NONE\"\n", new).0, [Doubt::UnsetVariable, Doubt::EmptyWord]);
    assert_eq!(told("a \"$HAPROXY_X\"\n", new).0, [Doubt::UnsetVariable, Doubt::EmptyWord]);
    assert_eq!(told(".notice \"x y\"\n", new), (vec![Doubt::Message], 0));
    assert_eq!(told(".alert x\n", new), (vec![], 1));
    assert_eq!(told(".if 0\n.alert x\n.foo\n.endif\n", new), (vec![], 0));
    assert_eq!(told("global", new), (vec![], 1));
    assert_eq!(told("global", Version::new(2, 2)), (vec![Doubt::Version], 0));
}

#[test]
fn quotes_are_letters_before_1_6() {
    let mut sources = Sources::default();
    let id = sources.add("a", b"a \"b c' \\\" \\ d \"$HOST\"\n");
    let environment = Environment::new(&lookup).with_version(Version::new(1, 5));
    let file = read(&sources, id, &environment, &mut Remarks::default());
    let words: Vec<&str> = file.lines[0].words.iter().map(|word| word.text.as_ref()).collect();
    assert_eq!(words, ["a", "\"b", "c'", "\\\"", " d", "\"$HOST\""]);
}

#[test]
fn global_sets_variables_for_the_lines_below() {
    let mut sources = Sources::default();
    let text = "global\n setenv A x\n presetenv A y\n presetenv B \"${A}z\"\n unsetenv HOST\n\
                defaults\n setenv C no\nx \"$A\" \"$B\" \"${HOST-none}\" \"${C-unset}\"\n";
    let id = sources.add("a", text.as_bytes());
    let file = read(&sources, id, &Environment::new(&lookup), &mut Remarks::default());
    let last: Vec<&str> = file.lines[7].words.iter().map(|word| word.text.as_ref()).collect();
    assert_eq!(last, ["x", "x", "xz", "none", "unset"]);
}

#[test]
fn variables_cannot_make_a_configuration_endless() {
    // Goal: memory stays in proportion. Method: variables that double themselves.
    let mut text = "global\n setenv A xxxxxxxxxxxxxxxx\n".to_owned();
    text.push_str(&" setenv A \"$A$A$A$A$A$A$A$A\"\n".repeat(40));
    let mut sources = Sources::default();
    let id = sources.add("a", text.as_bytes());
    let mut remarks = Remarks::default();
    let file = read(&sources, id, &Environment::new(&lookup), &mut remarks);
    let longest = file.lines.iter().flat_map(|line| &line.words).map(|word| word.text.len()).max();
    assert!(longest <= Some(64 << 10), "{longest:?}");
    assert!(remarks.told.iter().any(|told| told.doubt == Doubt::Limit));
}
