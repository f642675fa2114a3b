//! Nothing unfinished is handed over: no stubs, no ignored tests, no notes to oneself.

use proc_macro2::TokenTree;

use crate::tidy::finding::Finding;
use crate::tidy::source::Source;

const WHY: &str = "what is in the tree works, or is not in the tree";

// Written in halves, so that this file does not hold what it looks for.
const STUBS: [&str; 2] = [concat!("to", "do"), concat!("unimple", "mented")];
const NOTES: [&str; 2] = [concat!("FIX", "ME"), concat!("X", "XX")];

pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        for note in NOTES {
            if line.split(|c: char| !c.is_alphanumeric()).any(|word| word == note) {
                let what = format!("`{note}` marks an open end");
                findings.push(Finding::new(&source.path, index + 1, what, WHY));
            }
        }
    }
    let tokens = source.tokens();
    for pair in tokens.windows(2) {
        let what = match pair {
            [TokenTree::Ident(name), TokenTree::Punct(mark)]
                if mark.as_char() == '!' && STUBS.iter().any(|stub| name == stub) =>
            {
                format!("`{name}!` stands for code that is not there")
            }
            [TokenTree::Punct(mark), TokenTree::Group(group)]
                if mark.as_char() == '#' && ignores(group) =>
            {
                "an ignored test tests nothing".to_owned()
            }
            _ => continue,
        };
        findings.push(Finding::new(&source.path, pair[0].span().start().line, what, WHY));
    }
    findings
}

/// Whether an attribute's brackets open with the word.
fn ignores(group: &proc_macro2::Group) -> bool {
    let first = group.stream().into_iter().next();
    matches!(first, Some(TokenTree::Ident(name)) if name == "ignore")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::lines;
    use crate::tidy::source::sample;

    fn fires(text: &str) -> Vec<usize> {
        lines(&check(&sample("a.rs", text)))
    }

    #[test]
    fn stubs_and_ignored_tests() {
        assert_eq!(fires(concat!("//!\nfn a() { to", "do!() }\n")), [2]);
        assert_eq!(fires(concat!("fn a() { f(unimple", "mented!(\"b\")) }\n")), [1]);
        assert_eq!(fires(concat!("#[test]\n#[ign", "ore]\nfn a() {}\n")), [2]);
        assert_eq!(fires(concat!("#[test]\n#[ign", "ore = \"slow\"]\nfn a() {}\n")), [2]);
    }

    #[test]
    fn notes_in_comments_and_text() {
        assert_eq!(fires(concat!("// FIX", "ME: later\nfn a() {}\n")), [1]);
        assert_eq!(fires(concat!("fn a() {} // X", "XX\n")), [1]);
    }

    #[test]
    fn the_words_may_be_written_about() {
        assert!(fires("// A todo list, and what to ignore.\nfn todo() {}\n").is_empty());
        assert!(fires("fn a() -> &'static str { \"todo!()\" }\n").is_empty());
        assert!(fires("#[must_use]\nfn a() { ignore!(); }\n").is_empty());
    }
}
