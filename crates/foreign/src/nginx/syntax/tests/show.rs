//! Trees and errors as text.

use crate::nginx::syntax::{Body, Directive, Kept, Level, Tree, read};
use crate::source::Sources;

/// Reads one file.
pub(super) fn one(text: &str) -> (Tree, Sources) {
    let mut sources = Sources::default();
    let files = Kept::default().with("nginx.conf", text);
    let tree = read("nginx.conf", None, &files, &mut sources);
    (tree, sources)
}

/// All errors, as people see them.
pub(super) fn told(tree: &Tree, sources: &Sources) -> Vec<String> {
    let all = tree.errors.iter().chain(&tree.missing);
    all.map(|error| error.told(sources).to_string()).collect()
}

/// A tree in one line, what is included in its place.
pub(super) fn shown(tree: &Tree, sources: &Sources) -> String {
    let level = Level::new(tree);
    let top = level.top();
    top.iter().map(|directive| line(directive, &level, sources)).collect::<Vec<_>>().join(" ")
}

fn line(directive: &Directive, level: &Level, sources: &Sources) -> String {
    let words = std::iter::once(&directive.name).chain(&directive.args);
    let words: Vec<_> = words.map(|word| format!("[{}]", word.text)).collect();
    let body = match &directive.body {
        Body::Block(block) => {
            let inner: Vec<_> =
                level.of(block).iter().map(|inner| line(inner, level, sources)).collect();
            format!("{{{}}}", inner.join(" "))
        }
        Body::Code(span) => format!("<{}>", sources.slice(*span)),
        Body::None | Body::Files(_) => String::new(),
    };
    words.concat() + &body
}
