//! The pages of all that an audit can say.

use crate::rule::Doc;
use crate::rules::{ALL, REQUIRED};
use crate::suppress;

/// All pages, by their numbers.
pub fn pages() -> Vec<&'static Doc> {
    let rules = ALL.iter().map(|rule| rule.doc());
    let required = REQUIRED.iter().map(|rule| rule.doc());
    let mut pages: Vec<&'static Doc> = rules.chain(required).chain(suppress::DOCS).collect();
    pages.sort_by_key(|doc| doc.id);
    pages
}

/// The page of a number or a name, in any case.
pub fn page(word: &str) -> Option<&'static Doc> {
    let fits =
        |doc: &&Doc| doc.id.eq_ignore_ascii_case(word) || doc.name.eq_ignore_ascii_case(word);
    pages().into_iter().find(fits)
}
