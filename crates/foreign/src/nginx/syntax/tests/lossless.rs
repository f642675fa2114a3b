//! Every byte of a file is in one piece, whatever the file holds.

use super::show::one;
use crate::nginx::syntax::{TokenKind, pieces};

fn check(text: &str) {
    let (tree, sources) = one(text);
    let pieces = pieces(&sources, tree.files[0].id);
    let whole: String = pieces.iter().map(|piece| sources.slice(piece.span)).collect();
    assert_eq!(whole, text);
    let gaps = pieces.windows(2).filter(|two| two[0].span.end != two[1].span.start);
    assert_eq!(gaps.count(), 0, "{text}");
}

#[test]
fn the_pieces_are_the_file() {
    check("");
    check("# a\r\nhttp {\r\n\tserver { listen \"80\"; } }\n\n");
    check("content_by_lua_block { a = {} } b 'c\\'d';");
    check("a \"b\"c d");
    check("ä { 'never closed");
    check("a b\\");
}

#[test]
fn a_mistake_ends_the_pieces() {
    let (tree, sources) = one("a \"b\"c d;");
    let kinds: Vec<_> = pieces(&sources, tree.files[0].id).iter().map(|p| p.kind).collect();
    use TokenKind::{Rest, Space, Word};
    assert_eq!(kinds, [Word, Space, Word, Rest]);
}
