//! Every source is part of some program: a module declaration leads to it.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Item, ItemMod};

use crate::tidy::finding::Finding;
use crate::tidy::source::Source;

const WHY: &str = "no compiler reads it, so nothing in it is true";

/// `roots` are the files that cargo builds, `folders` those of the workspace's crates;
/// sources outside of all of them (a fuzz crate of its own) are not judged.
pub(crate) fn check(
    sources: &[Source],
    roots: &BTreeSet<String>,
    folders: &[String],
) -> Vec<Finding> {
    let by_path: BTreeMap<&str, &Source> =
        sources.iter().map(|source| (source.path.as_str(), source)).collect();
    let mut reached = BTreeSet::new();
    let mut open: Vec<String> = roots.iter().cloned().collect();
    while let Some(path) = open.pop() {
        if let Some(source) = by_path.get(path.as_str())
            && reached.insert(path.clone())
        {
            let places = Places::of(&path, roots.contains(&path));
            places.declared(&source.syntax.items, &mut open);
        }
    }
    sources
        .iter()
        .filter(|source| !reached.contains(&source.path))
        .filter(|source| folders.iter().any(|folder| source.path.starts_with(folder.as_str())))
        .map(|source| {
            let what = "no module declaration leads to this file".to_owned();
            Finding::new(&source.path, 1, what, WHY)
        })
        .collect()
}

/// Where the modules that a file declares are looked for.
struct Places {
    /// The folder of the file itself: `#[path]` starts there.
    folder: String,
    /// The folder of its modules.
    modules: String,
}

impl Places {
    fn of(path: &str, is_root: bool) -> Places {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = name.trim_end_matches(".rs");
        let modules = if is_root || stem == "mod" { folder.to_owned() } else { join(folder, stem) };
        Places { folder: folder.to_owned(), modules }
    }

    fn declared(&self, items: &[Item], into: &mut Vec<String>) {
        for item in items {
            let Item::Mod(module) = item else { continue };
            let name = module.ident.to_string();
            match (&module.content, path_attribute(module)) {
                (Some((_, items)), _) => {
                    let modules = join(&self.modules, &name);
                    Places { folder: modules.clone(), modules }.declared(items, into);
                }
                (None, Some(path)) => into.push(join(&self.folder, &path)),
                (None, None) => {
                    into.push(join(&self.modules, &format!("{name}.rs")));
                    into.push(join(&self.modules, &format!("{name}/mod.rs")));
                }
            }
        }
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn path_attribute(module: &ItemMod) -> Option<String> {
    let attribute = module.attrs.iter().find(|attribute| attribute.path().is_ident("path"))?;
    let syn::Expr::Lit(value) = &attribute.meta.require_name_value().ok()?.value else {
        return None;
    };
    match &value.lit {
        syn::Lit::Str(path) => Some(path.value()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::sample;

    fn dead(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> = files.iter().map(|(path, text)| sample(path, text)).collect();
        let roots = ["c/src/lib.rs".to_owned(), "c/tests/it/main.rs".to_owned()].into();
        let findings = check(&sources, &roots, &["c/".to_owned()]);
        findings.into_iter().map(|finding| finding.path).collect()
    }

    #[test]
    fn files_without_a_declaration() {
        let files = [("c/src/lib.rs", "mod a;"), ("c/src/a.rs", ""), ("c/src/b.rs", "")];
        assert_eq!(dead(&files), ["c/src/b.rs"]);
        // A declaration in a file that is itself dead reaches nothing.
        let files = [("c/src/lib.rs", ""), ("c/src/a.rs", "mod b;"), ("c/src/a/b.rs", "")];
        assert_eq!(dead(&files), ["c/src/a.rs", "c/src/a/b.rs"]);
    }

    #[test]
    fn all_ways_to_declare() {
        let files = [
            ("c/src/lib.rs", "mod a; #[cfg(test)] mod t; mod inline { mod deep; }"),
            ("c/src/a/mod.rs", "mod b;"),
            ("c/src/a/b.rs", "mod c;"),
            ("c/src/a/b/c.rs", "#[path = \"elsewhere.rs\"] mod d;"),
            ("c/src/a/b/elsewhere.rs", ""),
            ("c/src/t.rs", ""),
            ("c/src/inline/deep.rs", ""),
            ("c/tests/it/main.rs", "mod reload;"),
            ("c/tests/it/reload.rs", ""),
            ("fuzz/heads.rs", ""),
        ];
        assert_eq!(dead(&files), Vec::<String>::new());
    }
}
