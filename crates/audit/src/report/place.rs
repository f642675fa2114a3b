//! Places as reports tell them.

use std::path::{Component, Path, PathBuf};

use foreign::Span;

use super::view::View;

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

pub(super) fn region(view: &View<'_>, span: Span) -> Region {
    let sources = view.subject.sources();
    let begin = sources.place(span);
    let end = sources.place(Span { start: span.end, ..span });
    Region {
        path: path(&begin.file, view),
        line: begin.line,
        column: begin.column,
        end_line: end.line,
        end_column: end.column,
    }
}

/// A file's path from the root, with `/` between its parts; one outside has all of its path.
pub(super) fn path(name: &str, view: &View<'_>) -> String {
    path_from(name, view.folder, view.root)
}

fn path_from(name: &str, folder: &Path, root: &Path) -> String {
    let path = straight(&folder.join(name));
    let inside = path.strip_prefix(root).unwrap_or(&path);
    let told: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    match told.split_first() {
        Some((first, rest)) if first == "/" => format!("/{}", rest.join("/")),
        _ => told.join("/"),
    }
}

/// A path without `.` and `..`.
fn straight(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            Component::ParentDir if out.has_root() => {}
            part => out.push(part),
        }
    }
    out
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
        let check = |folder: &str, name: &str, told: &str| {
            let (folder, root) = (Path::new(folder), Path::new("/r/p"));
            assert_eq!(path_from(name, folder, root), told, "{name} in {folder:?}");
        };
        check("/r/p", "/r/p/a/b.cfg", "a/b.cfg");
        check("/r/p", "./a/./b.cfg", "a/b.cfg");
        check("/r/p", "/etc/haproxy.cfg", "/etc/haproxy.cfg");
        check("/r/p", "../x.cfg", "/r/x.cfg");
        check("/r/p/lb", "a.cfg", "lb/a.cfg");
        check("/r/p/lb/x", "../../a/b.cfg", "a/b.cfg");
        check("/r/p/lb", "../../../../../x.cfg", "/x.cfg");
        check("/elsewhere", "a.cfg", "/elsewhere/a.cfg");
        check("", "../x.cfg", "../x.cfg");
    }
}
