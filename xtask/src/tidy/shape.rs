//! `lib.rs` and `mod.rs` declare and re-export, nothing else.

use syn::Item;
use syn::spanned::Spanned;

use crate::tidy::finding::Finding;
use crate::tidy::source::Source;

const WHY: &str = "a folder's first file is its table of contents";

pub(crate) fn check(source: &Source) -> Vec<Finding> {
    if !matches!(source.stem(), "lib" | "mod") {
        return Vec::new();
    }
    let more = source.syntax.items.iter().filter(|item| !only_declares(item));
    more.map(|item| {
        let what = "holds more than declarations and re-exports".to_owned();
        Finding::new(&source.path, item.span().start().line, what, WHY)
    })
    .collect()
}

fn only_declares(item: &Item) -> bool {
    match item {
        Item::Mod(module) => module.content.is_none(),
        Item::Use(import) => !matches!(import.vis, syn::Visibility::Inherited),
        Item::ExternCrate(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::finding::lines;
    use crate::tidy::source::sample;

    #[test]
    fn code_belongs_elsewhere() {
        let text = "//! A.\nmod a;\nuse a::b;\nfn c() {}\nmod d {}\nconst E: u8 = 1;\n";
        assert_eq!(lines(&check(&sample("src/lib.rs", text))), [3, 4, 5, 6]);
        assert_eq!(lines(&check(&sample("src/x/mod.rs", text))), [3, 4, 5, 6]);
        assert!(check(&sample("src/model.rs", text)).is_empty());
    }

    #[test]
    fn declarations_are_welcome() {
        let text = "//! A.\n#![no_std]\nextern crate alloc;\nmod a;\npub mod b;\n\
                    #[cfg(test)]\nmod tests;\npub use a::c;\npub(crate) use b::d;\n";
        assert!(check(&sample("lib.rs", text)).is_empty());
    }
}
