//! Reads a configuration from its main file, with everything that it includes.

use std::collections::HashMap;

use super::directive::{Body, DEPTH_MAX, Directive, File, Tree};
use super::files::Files;
use super::glob::is_pattern;
use super::{arity, parse, template};
use crate::fault::SyntaxError;
use crate::source::{FileId, Sources, Span};

/// How many files a configuration may have.
const FILES_MAX: usize = 20_000;

/// How often files may be included together.
const INCLUDES_MAX: usize = 1_000_000;

/// How many bytes they may have together.
const BYTES_MAX: usize = 512 << 20;

/// Reads a configuration.
///
/// `prefix` is the folder from which files that are included by a relative path are taken; where
/// it is absent, the main file's own, as nginx has it. All that is wrong is in the tree.
pub fn read(main: &str, prefix: Option<&str>, files: &dyn Files, sources: &mut Sources) -> Tree {
    let folder = main.rsplit_once('/').map(|(folder, _)| folder);
    let prefix = prefix.or(folder).unwrap_or("").to_owned();
    let (tree, known) = Default::default();
    let mut loading = Loading { files, sources, prefix, tree, known, bytes: 0, includes: 0 };
    match files.bytes(main) {
        Ok(bytes) => {
            loading.load(main, &bytes, &mut Vec::new());
        }
        Err(why) => {
            let id = loading.sources.add(main, b"");
            loading
                .tree
                .missing
                .push(SyntaxError::new(start(id), format!("cannot read it: {why}")));
        }
    }
    let mut tree = loading.tree;
    finish(&mut tree, sources);
    tree
}

/// What can only be said of a tree as a whole.
pub(super) fn finish(tree: &mut Tree, sources: &Sources) {
    tree.errors.extend(arity::check(tree, sources));
    tree.errors.extend(template::unfilled(tree));
    tree.errors.sort_by_key(|error| error.span);
}

fn start(file: FileId) -> Span {
    Span { file, start: 0, end: 0 }
}

struct Loading<'a> {
    files: &'a dyn Files,
    sources: &'a mut Sources,
    prefix: String,
    tree: Tree,
    /// The numbers of files that were read, by their paths.
    known: HashMap<String, usize>,
    bytes: usize,
    includes: usize,
}

impl Loading<'_> {
    /// Reads a file and what it includes. `above` are the paths of the files that include it.
    fn load(&mut self, path: &str, bytes: &[u8], above: &mut Vec<String>) -> usize {
        let id = self.sources.add(path, bytes);
        self.bytes = self.bytes.saturating_add(bytes.len());
        let (file, error) = parse::parse(self.sources, id);
        self.tree.errors.extend(error);
        let number = self.tree.files.len();
        self.known.insert(path.to_owned(), number);
        let File { mut directives, comments, .. } = file;
        let held = File { id, directives: Vec::new(), comments };
        self.tree.files.push(held);
        above.push(path.to_owned());
        self.block(&mut directives, above);
        above.pop();
        if let Some(file) = self.tree.files.get_mut(number) {
            file.directives = directives;
        }
        number
    }

    // As deep as blocks and files nest, which are both limited.
    fn block(&mut self, block: &mut [Directive], above: &mut Vec<String>) {
        for directive in block {
            match &mut directive.body {
                Body::Block(inner) => self.block(inner, above),
                Body::None if directive.name.is("include") && directive.args.len() == 1 => {
                    let included = self.include(directive, above);
                    directive.body = Body::Files(included);
                }
                _ => {}
            }
        }
    }

    fn include(&mut self, directive: &Directive, above: &mut Vec<String>) -> Vec<usize> {
        let Some(word) = directive.args.first() else { return Vec::new() };
        let path = self.path(&word.text);
        if !is_pattern(&path) {
            return self.one(&path, word.span, above).into_iter().collect();
        }
        let paths = match self.files.matching(&path) {
            Ok(paths) => paths,
            Err(why) => {
                self.missing(word.span, format!("cannot include `{path}`: {why}"));
                return Vec::new();
            }
        };
        paths.iter().filter_map(|path| self.one(path, word.span, above)).collect()
    }

    /// The full path of what is included.
    fn path(&self, written: &str) -> String {
        if written.starts_with('/') || self.prefix.is_empty() {
            return written.to_owned();
        }
        format!("{}/{written}", self.prefix.trim_end_matches('/'))
    }

    fn one(&mut self, path: &str, span: Span, above: &mut Vec<String>) -> Option<usize> {
        if above.iter().any(|open| open == path) {
            let what = format!("`{path}` includes itself, over {} files", above.len());
            self.tree.errors.push(SyntaxError::new(span, what).expected("an end to the circle"));
            return None;
        }
        self.includes += 1;
        if self.includes > INCLUDES_MAX {
            if self.includes == INCLUDES_MAX + 1 {
                let what = format!("files are included more than {INCLUDES_MAX} times");
                self.tree.errors.push(SyntaxError::new(span, what));
            }
            return None;
        }
        if let Some(&number) = self.known.get(path) {
            return Some(number);
        }
        if let Some(limit) = self.limit(above.len()) {
            self.tree.errors.push(SyntaxError::new(span, limit));
            return None;
        }
        match self.files.bytes(path) {
            Ok(bytes) => Some(self.load(path, &bytes, above)),
            Err(why) => {
                self.missing(span, format!("cannot include `{path}`: {why}"));
                None
            }
        }
    }

    fn limit(&self, depth: usize) -> Option<String> {
        if depth >= DEPTH_MAX {
            return Some(format!("more than {DEPTH_MAX} files include each other in a row"));
        }
        if self.tree.files.len() >= FILES_MAX {
            return Some(format!("more than {FILES_MAX} files are included"));
        }
        (self.bytes > BYTES_MAX).then(|| format!("more than {BYTES_MAX} bytes are included"))
    }

    fn missing(&mut self, span: Span, what: String) {
        self.tree.missing.push(SyntaxError::new(span, what).expected("a file that can be read"));
    }
}
