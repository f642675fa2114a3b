//! The files of the tree, as the rules read them.

use std::path::Path;
use std::process::Command;

use proc_macro2::{TokenStream, TokenTree};

use crate::fault::Fault;
use crate::tidy::finding::Finding;

/// A text file of the repository.
pub(crate) struct TextFile {
    /// Relative to the repository's root.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A Rust source that parses.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) syntax: syn::File,
}

/// All text files that are tracked, or would be when added.
pub(crate) fn text_files(root: &Path) -> Result<Vec<TextFile>, Fault> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git")
        .current_dir(root)
        .args(arguments)
        .output()
        .map_err(|error| Fault::new("cannot start git").detail(error))?;
    if !output.status.success() {
        let detail = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Fault::new("cannot list the repository's files").detail(detail));
    }
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut files = Vec::new();
    for path in names.split_terminator('\0') {
        // A file deleted but not yet staged is still listed; a link is checked where it points.
        if !root.join(path).symlink_metadata().is_ok_and(|data| data.is_file()) {
            continue;
        }
        let bytes = std::fs::read(root.join(path))
            .map_err(|error| Fault::new(format!("cannot read {path}")).detail(error))?;
        if let Ok(text) = String::from_utf8(bytes)
            && !text.contains('\0')
        {
            files.push(TextFile { path: path.to_owned(), text });
        }
    }
    Ok(files)
}

impl Source {
    pub(crate) fn parse(file: &TextFile) -> Result<Source, Finding> {
        match syn::parse_file(&file.text) {
            Ok(syntax) => Ok(Source { path: file.path.clone(), text: file.text.clone(), syntax }),
            Err(error) => {
                let (line, what) = (error.span().start().line, format!("not Rust: {error}"));
                Err(Finding::new(&file.path, line, what, "the other rules read the syntax"))
            }
        }
    }

    /// Every token of the file in order, those inside macro calls and groups included.
    pub(crate) fn tokens(&self) -> Vec<TokenTree> {
        fn flatten(stream: TokenStream, into: &mut Vec<TokenTree>) {
            for token in stream {
                let inner = match &token {
                    TokenTree::Group(group) => Some(group.stream()),
                    _ => None,
                };
                into.push(token);
                if let Some(stream) = inner {
                    flatten(stream, into);
                }
            }
        }
        let mut tokens = Vec::new();
        // A file that parsed as Rust is made of tokens.
        flatten(self.text.parse().unwrap_or_default(), &mut tokens);
        tokens
    }

    /// The file's name without folder and ending.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.strip_suffix(".rs").unwrap_or(name)
    }
}

#[cfg(test)]
pub(crate) fn sample(path: &str, text: &str) -> Source {
    let file = TextFile { path: path.to_owned(), text: text.to_owned() };
    Source::parse(&file).unwrap_or_else(|finding| panic!("{finding}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_reach_into_groups() {
        let source = sample("a.rs", "fn a() { b!(c [d]); }");
        let names: Vec<String> = source
            .tokens()
            .iter()
            .filter(|token| matches!(token, TokenTree::Ident(_)))
            .map(ToString::to_string)
            .collect();
        assert_eq!(names, ["fn", "a", "b", "c", "d"]);
    }

    #[test]
    fn what_does_not_parse_is_a_finding() {
        let file = TextFile { path: "a.rs".into(), text: "//! A.\nfn {".into() };
        let finding = Source::parse(&file).err().unwrap();
        assert_eq!((finding.path.as_str(), finding.line), ("a.rs", 2));
    }
}
