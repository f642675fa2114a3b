//! `server-template`: many servers in one line.

use std::sync::Arc;

use super::args::Args;
use super::rules::{LETTERS, refused_letter};
use super::server::Server;
use super::server_line::{Defaults, address};
use super::server_words;
use super::values;
use crate::haproxy::syntax::{Doubt, Word};

/// So many servers are read of a configuration, those that templates make included: one line could
/// ask for millions.
pub(super) const SERVERS_MAX: u32 = 30_000;

/// Reads the words behind `server-template`. `left` says how many servers may still be made.
pub(super) fn read(
    defaults: &Defaults<'_>,
    left: &mut u32,
    args: &mut Args<'_, '_, '_>,
) -> Option<Vec<Server>> {
    let prefix = args.word("a prefix, a number or range, and an address")?;
    if let Some(letter) = refused_letter(&prefix.text) {
        args.fail(prefix, format!("`{letter}` is not permitted in a prefix"), LETTERS);
        return None;
    }
    let word = args.word("a number or range, and an address")?;
    let (first, last) = range(word, args)?;
    let word = args.word("an address")?;
    let address = Arc::new(address(word, args)?);
    let mut settings = defaults.start(args);
    server_words::read(&mut settings, args);
    let settings = Arc::new(settings);
    let asked = (last - first).saturating_add(1);
    let made = asked.min(*left);
    *left -= made;
    if made < asked {
        let what = format!("{asked} servers are more than are made here: {made}");
        args.remarks.tell(args.line, Doubt::Limit, what);
    }
    let servers = (first..=last).take(made as usize).map(|number| Server {
        name: format!("{}{number}", prefix.text).into(),
        address: Arc::clone(&address),
        number: Some(number),
        settings: Arc::clone(&settings),
        span: args.line,
    });
    Some(servers.collect())
}

/// `3` is 1 to 3; a range says both.
fn range(word: &Word, args: &mut Args<'_, '_, '_>) -> Option<(u32, u32)> {
    let number = |text: &str| u32::try_from(values::integer(text).value).ok();
    let range = match word.text.split_once('-') {
        Some((first, last)) => number(first).zip(number(last)),
        None => number(&word.text).map(|last| (1, last)),
    };
    let range = range.filter(|(first, last)| first <= last);
    if range.is_none() {
        let what = format!("`{}` is no number of servers", word.text);
        args.fail(word, what, "a number, or the first and the last with `-` between");
    }
    range
}
