//! Every source opens with one sentence that says what it is for.

use crate::tidy::finding::Finding;
use crate::tidy::source::Source;

const WHY: &str = "a reader decides by the first line whether to read on";

pub(crate) fn check(source: &Source) -> Option<Finding> {
    let paragraph: Vec<&str> = source
        .text
        .lines()
        .map_while(|line| line.strip_prefix("//! "))
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let what = match paragraph.join(" ") {
        empty if empty.is_empty() => "does not open with a `//!` sentence",
        sentence if !sentence.contains(' ') => "opens with one word, not with a sentence",
        sentence if !sentence.contains(". ") && !sentence.ends_with(['.', ':']) => {
            "its opening sentence does not end"
        }
        _ => return None,
    };
    Some(Finding::new(&source.path, 1, what.to_owned(), WHY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::sample;

    fn fires(text: &str) -> bool {
        check(&sample("a.rs", text)).is_some()
    }

    #[test]
    fn asks_for_a_sentence() {
        assert!(fires("fn a() {}\n"));
        assert!(fires("// Not a doc comment.\n"));
        assert!(fires("\n//! Too late.\n"));
        assert!(fires("//! placeholder\n"));
        assert!(fires("//! Says something and stops\n\nfn a() {}\n"));
        assert!(fires("/// Documents the item.\nfn a() {}\n"));
    }

    #[test]
    fn is_content_with_one() {
        assert!(!fires("//! Decides who answers.\n"));
        assert!(!fires("//! Decides who answers. Then more\n"));
        assert!(!fires("//! Decides\n//! who answers.\n//!\n//! More\nfn a() {}\n"));
        assert!(!fires("//! Words with one meaning each:\n//!\n//! - a\n"));
    }
}
