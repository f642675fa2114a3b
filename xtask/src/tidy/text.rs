//! Every text file ends its last line, and none names a folder of somebody's machine.

use crate::tidy::finding::Finding;
use crate::tidy::source::TextFile;

const NEWLINE_WHY: &str = "tools join the next file's first line to an unfinished one";
const PATH_WHY: &str = "it exists on one machine only";
const LONG_WHY: &str = "the whole house is understood in one sitting";

// Written in halves, so that this file does not hold what it looks for.
const MACHINE_FOLDERS: [&str; 3] =
    [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/wo", "rk/")];

const ARCHITECTURE: &str = "docs/architecture.md";
const ARCHITECTURE_LINES: usize = 250;

pub(crate) fn check(file: &TextFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = file.text.lines().count();
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        let what = "the last line does not end".to_owned();
        findings.push(Finding::new(&file.path, lines, what, NEWLINE_WHY));
    }
    if file.path == ARCHITECTURE && lines > ARCHITECTURE_LINES {
        let what = format!("{lines} lines, the limit is {ARCHITECTURE_LINES}");
        findings.push(Finding::new(&file.path, ARCHITECTURE_LINES + 1, what, LONG_WHY));
    }
    for (index, line) in file.text.lines().enumerate() {
        for folder in MACHINE_FOLDERS.into_iter().filter(|folder| names_folder(line, folder)) {
            let what = format!("a path under `{folder}`");
            findings.push(Finding::new(&file.path, index + 1, what, PATH_WHY));
        }
    }
    findings
}

/// Whether a path in the line starts with the folder; inside a longer path it may stand.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '}' | '~'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::lines;

    fn fires(path: &str, text: &str) -> Vec<usize> {
        lines(&check(&TextFile { path: path.into(), text: text.into() }))
    }

    #[test]
    fn last_lines_end() {
        assert_eq!(fires("a.md", "one\ntwo"), [2]);
        assert!(fires("a.md", "one\ntwo\n").is_empty());
        assert!(fires("empty", "").is_empty());
    }

    #[test]
    fn machine_paths() {
        assert_eq!(fires("a", concat!("x\nsee /ho", "me/me/file\n")), [2]);
        assert_eq!(fires("a", concat!("path = \"/ro", "ot/.cargo\"\n")), [1]);
        assert_eq!(fires("a", concat!("/wo", "rk/main\n")), [1]);
        assert!(fires("a", concat!("https://example.com/ho", "me/page\n")).is_empty());
        assert!(fires("a", concat!("docs/wo", "rk/a, /homes/b\n")).is_empty());
    }

    #[test]
    fn the_architecture_stays_short() {
        let long = "line\n".repeat(ARCHITECTURE_LINES + 1);
        assert_eq!(fires(ARCHITECTURE, &long), [ARCHITECTURE_LINES + 1]);
        assert!(fires("docs/guides/a.md", &long).is_empty());
    }
}
