//! `server` and `default-server`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::address::{Address, Port};
use super::args::Args;
use super::proxy::Proxy;
use super::rules::{LETTERS, refused_letter};
use super::server::{Server, ServerSettings};
use super::server_words;
use crate::haproxy::syntax::{Text, Word};

/// What servers start from: a proxy's `default-server` lines.
pub(super) struct Defaults<'d> {
    pub(super) unnamed: &'d ServerSettings,
    pub(super) named: &'d BTreeMap<Text, ServerSettings>,
}

impl Defaults<'_> {
    /// What a server starts from: the unnamed lines unless its words say otherwise.
    pub(super) fn start(&self, args: &mut Args<'_, '_, '_>) -> ServerSettings {
        self.from(args).unwrap_or_else(|| self.unnamed.clone())
    }

    /// What is behind `from`, if that is there. Versions from 3.4 on know it.
    fn from(&self, args: &mut Args<'_, '_, '_>) -> Option<ServerSettings> {
        if !args.take("from") {
            return None;
        }
        let word = args.word("`none`, `be:` or `srv:` and a name")?;
        let found = match word.text.as_ref() {
            "none" => Some(ServerSettings::default()),
            "be:" => Some(self.unnamed.clone()),
            text => text.strip_prefix("srv:").and_then(|name| self.named.get(name).cloned()),
        };
        if found.is_none() {
            args.unknown(word);
        }
        found
    }
}

/// Reads the words behind `server`. What `default-server` said above is where it starts from.
pub(super) fn read(defaults: &Defaults<'_>, args: &mut Args<'_, '_, '_>) -> Option<Server> {
    let name = args.word("a name and an address")?;
    if let Some(letter) = refused_letter(&name.text) {
        args.fail(name, format!("`{letter}` is not permitted in a name"), LETTERS);
        return None;
    }
    let word = args.word("an address")?;
    let address = Arc::new(address(word, args)?);
    let mut settings = defaults.start(args);
    server_words::read(&mut settings, args);
    let (name, span) = (name.text.clone(), args.line);
    Some(Server { name, address, number: None, settings: Arc::new(settings), span })
}

/// An address of a server: one, not several.
pub(super) fn address(word: &Word, args: &mut Args<'_, '_, '_>) -> Option<Address> {
    let address = Address::read(word, &word.text, args)?;
    match address.port {
        Port::Range(first, last) if first != last => {
            args.fail(word, format!("`{}` has several ports", word.text), "one port");
            None
        }
        _ => Some(address),
    }
}

/// Reads a `default-server` line: it adds to what is there.
pub(super) fn read_defaults(proxy: &mut Proxy, args: &mut Args<'_, '_, '_>) {
    let name = match args.take("name") {
        true => args.text("a name"),
        false => None,
    };
    let unnamed = &proxy.settings.default_server;
    let defaults = Defaults { unnamed, named: &proxy.named_servers };
    let there = name.as_ref().and_then(|name| defaults.named.get(name));
    let mut settings = defaults.from(args).unwrap_or_else(|| there.unwrap_or(unnamed).clone());
    server_words::read(&mut settings, args);
    match name {
        Some(name) => drop(proxy.named_servers.insert(name, settings)),
        None => proxy.settings.default_server = settings,
    }
}
