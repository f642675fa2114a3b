//! No text makes the parser panic, and what it accepts survives a round trip.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fmt::Write;

use proptest::prelude::*;
use proptest::sample::Index;

const EXAMPLE: &str = include_str!("../src/reference/example.toml");

/// Words that mean something somewhere, put where they may not.
const WORDS: [&str; 24] = [
    "0",
    "-1",
    "1e400",
    "nan",
    "inf",
    "\"30\"",
    "\"\"",
    "true",
    "[]",
    "{}",
    "[[pools]]",
    "[pools]",
    "[server]",
    "\"off\"",
    "99999999999999999999999999999999999999999999",
    "\"10.0.0.1\"",
    "\"é\u{301}\"",
    "\u{1b}[31m",
    "1979-05-27",
    "\n",
    "\"",
    "'''",
    "=",
    "\"0s\"",
];

#[derive(Clone, Debug)]
enum Edit {
    Insert(Index, Index),
    Replace(Index, Index),
    Remove(Index, usize),
    Swap(Index, Index),
    Repeat(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<Index>;
    prop_oneof![
        (at(), at()).prop_map(|(at, word)| Edit::Insert(at, word)),
        (at(), at()).prop_map(|(at, word)| Edit::Replace(at, word)),
        (at(), 1..40usize).prop_map(|(at, length)| Edit::Remove(at, length)),
        (at(), at()).prop_map(|(a, b)| Edit::Swap(a, b)),
        at().prop_map(Edit::Repeat),
    ]
}

fn apply(text: &mut String, edit: &Edit) {
    let place = |index: &Index, text: &str| text.floor_char_boundary(index.index(text.len() + 1));
    match edit {
        Edit::Insert(at, word) => text.insert_str(place(at, text), word.get::<&str>(&WORDS)),
        Edit::Remove(at, length) => {
            let start = place(at, text);
            let end = text.ceil_char_boundary((start + length).min(text.len()));
            text.replace_range(start..end, "");
        }
        Edit::Replace(at, word) => on_lines(text, |lines| {
            let line = at.get_mut(lines);
            if let Some((key, _)) = line.split_once(" = ") {
                *line = format!("{key} = {}", word.get::<&str>(&WORDS));
            }
        }),
        Edit::Swap(a, b) => on_lines(text, |lines| {
            let (a, b) = (a.index(lines.len()), b.index(lines.len()));
            lines.swap(a, b);
        }),
        Edit::Repeat(at) => on_lines(text, |lines| {
            let line = at.get(lines).clone();
            lines.push(line);
        }),
    }
}

fn on_lines(text: &mut String, change: impl FnOnce(&mut Vec<String>)) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if !lines.is_empty() {
        change(&mut lines);
    }
    *text = lines.join("\n");
}

/// What must hold of any text at all.
fn judge(text: &str) {
    match config::parse(text, "evenkeel.toml") {
        Ok(settings) => {
            for pool in settings.pools.values() {
                let spec = pool.spec();
                assert!(spec.endpoints.iter().any(|endpoint| endpoint.weight > 0.0));
            }
            let written = serde_json::to_value(&settings).unwrap();
            // Secrets are not written; everything else comes back.
            let back: config::Settings = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(serde_json::to_value(&back).unwrap(), written);
        }
        Err(problems) => {
            assert!(problems.count(config::Severity::Error) > 0);
            for problem in &problems {
                // Structure is checked before serde reads, so serde has nothing left to refuse.
                assert_ne!(problem.slug, "unreadable", "{}", problem.what);
                assert!(text.get(problem.span.clone()).is_some());
                assert!(problem.line >= 1 && problem.column >= 1);
                assert!(!problem.what.is_empty() && !problem.why.is_empty());
            }
            let plain = problems.render(false);
            assert!(!plain.contains('\u{1b}'), "a file steers the terminal");
            let mut shown = String::new();
            write!(shown, "{problems}").unwrap();
            assert_eq!(shown, plain);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_file_is_judged(edits in prop::collection::vec(edit(), 1..8)) {
        let mut text = EXAMPLE.to_owned();
        for edit in &edits {
            apply(&mut text, edit);
        }
        judge(&text);
    }

    #[test]
    fn any_text_is_judged(text in ".{0,200}") {
        judge(&text);
    }
}

#[test]
fn the_example_survives_a_round_trip() {
    judge(EXAMPLE);
}
