//! Processes that share stick tables.

use std::sync::Arc;

use super::address::Address;
use super::args::Args;
use super::bind::{self, Bind};
use super::server::ServerSettings;
use super::server_words;
use super::stick::{self, StickTable};
use crate::Span;
use crate::haproxy::syntax::{Doubt, Text};
use crate::placed::Placed;

/// A `peers` section.
#[derive(Clone, Debug)]
pub struct Peers {
    /// Its name.
    pub name: Text,
    /// The line that begins it.
    pub span: Span,
    /// Its processes.
    pub peers: Vec<Peer>,
    /// Where this one listens.
    pub binds: Vec<Bind>,
    /// Tables of its own, by name.
    pub tables: Vec<(Text, Placed<StickTable>)>,
    pub(super) default_server: ServerSettings,
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its name.
    pub name: Text,
    /// Where it is; this process itself may have none.
    pub address: Option<Address>,
    /// How it is reached.
    pub settings: Arc<ServerSettings>,
    /// Its line.
    pub span: Span,
}

impl Peers {
    pub(super) fn new(name: Text, span: Span) -> Peers {
        let default_server = ServerSettings::default();
        let (peers, binds, tables) = (Vec::new(), Vec::new(), Vec::new());
        Peers { name, span, peers, binds, tables, default_server }
    }

    /// Reads a line.
    pub(super) fn read(&mut self, args: &mut Args<'_, '_, '_>) {
        match args.keyword {
            "peer" | "server" => {
                let peer = self.peer(args);
                self.peers.extend(peer);
            }
            "bind" => self.binds.extend(bind::read(args)),
            "default-server" => server_words::read(&mut self.default_server, args),
            "table" => {
                let Some(name) = args.text("a name") else { return };
                self.tables.extend(stick::read_table(args).map(|table| (name, table)));
            }
            "default-bind" | "disabled" | "enabled" | "log" | "shards" => {}
            keyword => {
                let what = format!("`{keyword}` is not known here in `peers`");
                args.remarks.tell(args.line, Doubt::UnknownKeyword, what);
            }
        }
    }

    fn peer(&self, args: &mut Args<'_, '_, '_>) -> Option<Peer> {
        let name = args.text("a name")?;
        let address = match args.next() {
            Some(word) => Some(Address::read(word, &word.text, args)?),
            None => None,
        };
        let mut settings = self.default_server.clone();
        server_words::read(&mut settings, args);
        Some(Peer { name, address, settings: Arc::new(settings), span: args.line })
    }
}
