//! No file, function or line is longer than a person takes in.

use std::ops::RangeInclusive;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::tidy::finding::Finding;
use crate::tidy::source::Source;

const FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 70;
const COLUMNS: usize = 100;

const FILE_WHY: &str = "a file that long holds more than one idea";
const FUNCTION_WHY: &str = "a function fits on one screen";
const LINE_WHY: &str = "two files fit side by side";

pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = source.text.lines().count();
    if lines > FILE_LINES {
        let what = format!("{lines} lines, the limit is {FILE_LINES}");
        findings.push(Finding::new(&source.path, FILE_LINES + 1, what, FILE_WHY));
    }
    for (index, line) in source.text.lines().enumerate() {
        let columns = line.chars().count();
        if columns > COLUMNS {
            let what = format!("{columns} columns, the limit is {COLUMNS}");
            findings.push(Finding::new(&source.path, index + 1, what, LINE_WHY));
        }
    }
    let mut functions = Functions { path: &source.path, findings };
    functions.visit_file(&source.syntax);
    functions.findings
}

struct Functions<'a> {
    path: &'a str,
    findings: Vec<Finding>,
}

impl Functions<'_> {
    fn measure(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let span: RangeInclusive<usize> = signature.span().start().line..=block.span().end().line;
        let lines = span.clone().count();
        if lines > FUNCTION_LINES {
            let what =
                format!("`{}` has {lines} lines, the limit is {FUNCTION_LINES}", signature.ident);
            self.findings.push(Finding::new(self.path, *span.start(), what, FUNCTION_WHY));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.measure(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.measure(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.measure(&function.sig, block);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::lines;
    use crate::tidy::source::sample;

    fn fires(text: &str) -> Vec<usize> {
        lines(&check(&sample("a.rs", text)))
    }

    fn function(before: &str, lines: usize, after: &str) -> String {
        format!("{before}fn long() {{\n{}}}{after}\n", "    ();\n".repeat(lines - 2))
    }

    #[test]
    fn files() {
        assert!(fires(&"//\n".repeat(FILE_LINES)).is_empty());
        assert_eq!(fires(&"//\n".repeat(FILE_LINES + 1)), [FILE_LINES + 1]);
    }

    #[test]
    fn lines_count_characters_not_bytes() {
        assert!(fires(&format!("//{}\n", "µ".repeat(COLUMNS - 2))).is_empty());
        assert_eq!(fires(&format!("\n//{}\n", "a".repeat(COLUMNS - 1))), [2]);
    }

    #[test]
    fn functions_wherever_they_stand() {
        for (before, after) in [
            ("", ""),
            ("impl A { ", " }"),
            ("trait A { ", " }"),
            ("fn outer() { mod inner { ", " } }"),
        ] {
            let fit = function(before, FUNCTION_LINES, after);
            assert!(fires(&fit).is_empty(), "{before}");
            let long = function(before, FUNCTION_LINES + 1, after);
            assert!(fires(&long).contains(&1), "{before}");
        }
    }

    #[test]
    fn comments_above_and_braces_in_text_do_not_count() {
        let above = "/// Word.\n".repeat(20);
        assert!(fires(&function(&above, FUNCTION_LINES, "")).is_empty());
        let brace = format!("fn a() {{ let _ = \"{{\"; }}\n{}", "//\n".repeat(FUNCTION_LINES));
        assert!(fires(&brace).is_empty());
    }
}
