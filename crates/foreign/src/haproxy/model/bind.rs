//! Listening addresses.

use super::address::{Address, Port};
use super::args::Args;
use super::known;
use crate::Span;
use crate::haproxy::syntax::{Text, Word};

/// `bind`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bind {
    /// Its addresses.
    pub addresses: Vec<Address>,
    /// Connections begin with a header that names the client.
    pub accept_proxy: bool,
    /// TLS.
    pub ssl: bool,
    /// The rest, by keyword, with the word behind it where there is one.
    pub options: Vec<(Text, Option<Text>)>,
    /// The line.
    pub span: Span,
}

impl Bind {
    /// What stands behind a keyword, the last time it is there.
    pub fn option(&self, keyword: &str) -> Option<&str> {
        let mut said = self.options.iter().rev().filter(|(known, _)| known.as_ref() == keyword);
        said.next().map(|(_, value)| value.as_deref().unwrap_or(""))
    }
}

/// Reads the words behind `bind`.
pub(super) fn read(args: &mut Args<'_, '_, '_>) -> Option<Bind> {
    let word = args.word("an address")?;
    let addresses = addresses(word, args);
    let mut bind =
        Bind { addresses, accept_proxy: false, ssl: false, options: Vec::new(), span: args.line };
    while let Some(word) = args.next() {
        let has_value = match known::bind_takes_value(&word.text) {
            Some(has_value) => has_value,
            None => {
                args.unknown(word);
                args.peek().is_some_and(|next| known::bind_takes_value(&next.text).is_none())
            }
        };
        let value = match has_value {
            true => Some(args.text("a value")?),
            false => None,
        };
        match word.text.as_ref() {
            "accept-proxy" => bind.accept_proxy = true,
            "ssl" => bind.ssl = true,
            _ => bind.options.push((word.text.clone(), value)),
        }
    }
    Some(bind)
}

/// The addresses of a list.
pub(super) fn addresses(word: &Word, args: &mut Args<'_, '_, '_>) -> Vec<Address> {
    let parts = word.text.split(',').filter(|part| !part.is_empty());
    parts.filter_map(|part| listened(word, part, args)).collect()
}

/// An address with a port to listen at.
fn listened(word: &Word, part: &str, args: &mut Args<'_, '_, '_>) -> Option<Address> {
    let address = Address::read(word, part, args)?;
    let is_missing =
        address.port == Port::None && !address.is_without_port() && !part.contains('$');
    let is_wrong = match address.port {
        Port::None => false,
        Port::Offset(_) => true,
        Port::Range(first, last) => first > last || first == 0,
    };
    if is_missing || is_wrong {
        let what = format!("`{part}` has no port to listen at");
        args.fail(word, what, "a port from 1 to 65535, or the first and the last with `-` between");
        return None;
    }
    Some(address)
}
