//! The names of the machines themselves, which differ and do not count.

use std::collections::BTreeSet;
use std::path::Path;

/// For each configuration, the names that its path has and not all others: `lb1` of
/// `lb1/haproxy.cfg`, and of `lb1.cfg`.
pub(super) fn names(paths: &[&Path]) -> Vec<BTreeSet<String>> {
    let all: Vec<BTreeSet<String>> = paths.iter().map(|path| parts(path)).collect();
    let is_shared = |name: &String| all.iter().all(|names| names.contains(name));
    all.iter().map(|names| names.iter().filter(|it| !is_shared(it)).cloned().collect()).collect()
}

fn parts(path: &Path) -> BTreeSet<String> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let parts = path.parent().into_iter().flat_map(|parent| parent.iter());
    parts.map(|part| part.to_string_lossy().into_owned()).chain(stem).collect()
}

/// A text in which the machine's names stand as `HOST`.
pub(super) fn without(text: &str, names: &BTreeSet<String>) -> String {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for letter in text.chars().chain(std::iter::once('\0')) {
        if is_letter(letter) {
            word.push(letter);
            continue;
        }
        out.push_str(if names.contains(&word) { "HOST" } else { &word });
        word.clear();
        if letter != '\0' {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_paths_do_not_share_are_names() {
        let check = |paths: [&str; 2], text: &str, expected: &str| {
            let names = names(&paths.map(Path::new));
            assert_eq!(without(text, &names[0]), expected, "{paths:?}");
        };
        check(["a/lb1.cfg", "a/lb2.cfg"], "lb1.example.com", "HOST.example.com");
        check(["lb1/h.cfg", "lb2/h.cfg"], "node lb1", "node HOST");
        check(["lb1/h.cfg", "lb2/h.cfg"], "lb12 a-lb1 h", "lb12 a-lb1 h");
    }
}
