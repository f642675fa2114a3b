//! Places as reports tell them.

use std::path::{Component, Path};

use foreign::{Sources, Span};

/// From where to where a finding is; lines and columns from 1, the end's column after the last
/// letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) path: String,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

pub(super) fn region(sources: &Sources, span: Span, root: &Path) -> Region {
    let begin = sources.place(span);
    let end = sources.place(Span { start: span.end, ..span });
    Region {
        path: path(&begin.file, root),
        line: begin.line,
        column: begin.column,
        end_line: end.line,
        end_column: end.column,
    }
}

/// A file's path from the root, with `/` between its parts; one outside stays as it is.
pub(super) fn path(name: &str, root: &Path) -> String {
    let path = Path::new(name);
    let inside = path.strip_prefix(root).unwrap_or(path);
    let parts = inside.components().filter(|part| *part != Component::CurDir);
    let told: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
    match told.split_first() {
        Some((first, rest)) if first == "/" => format!("/{}", rest.join("/")),
        _ => told.join("/"),
    }
}

/// A file's own words stand in messages: none of them may steer a terminal.
pub(super) fn printable(text: &str) -> String {
    let escape = |c: char| match c {
        c if c.is_control() => c.escape_default().collect(),
        c => String::from(c),
    };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_the_root() {
        let check = |name: &str, told: &str| assert_eq!(path(name, Path::new("/r/p")), told);
        check("/r/p/a/b.cfg", "a/b.cfg");
        check("./a/./b.cfg", "a/b.cfg");
        check("/etc/haproxy.cfg", "/etc/haproxy.cfg");
        check("../x.cfg", "../x.cfg");
    }
}
