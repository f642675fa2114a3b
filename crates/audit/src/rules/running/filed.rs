//! Pools and servers as a configuration says them.

use foreign::Span;
use foreign::running::{Address, State};

/// A pool whose servers the configuration says.
pub(in crate::rules) struct FiledPool {
    pub(in crate::rules) name: String,
    pub(in crate::rules) span: Option<Span>,
    pub(in crate::rules) servers: Vec<Filed>,
}

/// A server that the configuration says.
pub(in crate::rules) struct Filed {
    pub(in crate::rules) name: String,
    /// Where it is, when that is an address.
    pub(in crate::rules) address: Option<Address>,
    /// Its host's name, when that is asked of a name server.
    pub(in crate::rules) host: Option<String>,
    pub(in crate::rules) weight: f64,
    /// What it is built for, where weights count as departures from that.
    pub(in crate::rules) capacity: Option<f64>,
    /// Drained, in maintenance, or neither.
    pub(in crate::rules) state: State,
    pub(in crate::rules) is_backup: bool,
    /// Somebody else is to set its weight and state while it runs, as an agent does.
    pub(in crate::rules) is_steered: bool,
    /// It is a place for a server that is to be named while running: its template's prefix.
    pub(in crate::rules) slot: Option<String>,
    /// Where its weight stands; its line where no weight of its own does.
    pub(in crate::rules) span: Option<Span>,
}
