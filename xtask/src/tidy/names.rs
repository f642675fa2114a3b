//! Names say what a thing is for; some words never do.

use syn::visit::{self, Visit};

use crate::tidy::finding::Finding;
use crate::tidy::source::Source;

const WHY: &str = "a name that fits everything says nothing";

/// No file, folder, module or type is called after one of these, alone or with another word.
const EMPTY_WORDS: [&str; 7] =
    ["common", "helper", "helpers", "manager", "managers", "util", "utils"];

pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut names = Names { path: &source.path, findings: Vec::new() };
    for part in source.path.trim_end_matches(".rs").split('/') {
        names.thing(1, "file", part);
    }
    names.visit_file(&source.syntax);
    names.findings
}

struct Names<'a> {
    path: &'a str,
    findings: Vec<Finding>,
}

impl Names<'_> {
    fn thing(&mut self, line: usize, kind: &str, name: &str) {
        let words = words(name);
        if let Some(word) = words.iter().find(|word| EMPTY_WORDS.contains(&word.as_str())) {
            let what = format!("{kind} `{name}` is named with `{word}`");
            self.findings.push(Finding::new(self.path, line, what, WHY));
        }
    }

    fn function(&mut self, name: &syn::Ident) {
        let text = name.to_string();
        let first = text.split('_').next().unwrap_or_default();
        if text.starts_with("get_") || EMPTY_WORDS.contains(&first) {
            let what = format!("function `{text}` starts with `{first}`");
            let line = name.span().start().line;
            self.findings.push(Finding::new(self.path, line, what, WHY));
        }
    }

    fn item(&mut self, kind: &str, name: &syn::Ident) {
        self.thing(name.span().start().line, kind, &name.to_string());
    }
}

/// The words of a snake_case, kebab-case or CamelCase name, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if matches!(letter, '_' | '-') || letter.is_uppercase() {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig.ident);
        visit::visit_item_fn(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        // What a trait calls its functions is decided where the trait is written.
        if item.trait_.is_none() {
            for member in &item.items {
                if let syn::ImplItem::Fn(function) = member {
                    self.function(&function.sig.ident);
                }
            }
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.function(&item.sig.ident);
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        // A module with its own file is found by the file's name.
        if item.content.is_some() {
            self.item("module", &item.ident);
        }
        visit::visit_item_mod(self, item);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.item("type", &item.ident);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.item("type", &item.ident);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.item("trait", &item.ident);
        visit::visit_item_trait(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::lines;
    use crate::tidy::source::sample;

    fn fires(path: &str, text: &str) -> Vec<usize> {
        lines(&check(&sample(path, text)))
    }

    #[test]
    fn functions() {
        assert_eq!(fires("a.rs", "fn get_name() {}\n"), [1]);
        assert_eq!(fires("a.rs", "impl A {\nfn get_name(&self) {}\n}\n"), [2]);
        assert_eq!(fires("a.rs", "trait A {\nfn helper_name(&self);\n}\n"), [2]);
        assert_eq!(fires("a.rs", "fn a() { fn common() {} }\n"), [1]);
        assert!(fires("a.rs", "fn get() {}\nfn target_name() {}\n").is_empty());
        assert!(fires("a.rs", "impl Foreign for A { fn get_name(&self) {} }\n").is_empty());
    }

    #[test]
    fn files_types_and_modules() {
        assert_eq!(fires("src/utils.rs", ""), [1]);
        assert_eq!(fires("src/http_helpers/a.rs", ""), [1]);
        assert_eq!(fires("a.rs", "struct PoolManager;\n"), [1]);
        assert_eq!(fires("a.rs", "mod common {}\n"), [1]);
        assert!(fires("src/futility.rs", "struct Commonwealth;\nmod plan {}\n").is_empty());
    }
}
