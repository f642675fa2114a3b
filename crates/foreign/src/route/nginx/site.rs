//! A server, ready to be asked.

use super::location::Location;
use crate::nginx::model::Server;
use crate::route::texts::Texts;

/// A server.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) root: Location,
    /// Its first name.
    pub(super) name: String,
    /// Whether its connections are encrypted, where all or none are.
    pub(super) is_tls: Option<bool>,
    pub(super) merges_slashes: bool,
}

impl Site {
    pub(super) fn new(server: &Server, texts: &mut Texts) -> Site {
        let encrypted = server.listens.iter().filter(|listen| listen.ssl).count();
        let is_tls = match encrypted {
            0 => Some(false),
            all if all == server.listens.len() => Some(true),
            _ => None,
        };
        let name = server.names.first().map_or(String::new(), |name| name.value.clone());
        Site {
            root: Location::new(&server.body, texts),
            name,
            is_tls,
            merges_slashes: server.merges_slashes,
        }
    }
}
