//! Servers, with what `default-server` says of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::address::Address;
use crate::Span;
use crate::haproxy::syntax::Text;
use crate::placed::Placed;

/// A server of a backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its name.
    pub name: Text,
    /// Where it is.
    pub address: Arc<Address>,
    /// The number that `server-template` gave it.
    pub number: Option<u32>,
    /// All that is said of it, the `default-server` lines above it included. The servers of a
    /// template share it.
    pub settings: Arc<ServerSettings>,
    /// Its line.
    pub span: Span,
}

/// What is said of a server. A value's line may be one of a `default-server`.
///
/// `None`: nothing is said, and HAProxy's own default counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerSettings {
    /// Its weight, 0 to 256; 1 without one.
    pub weight: Option<Placed<u16>>,
    /// The value of the persistence cookie.
    pub cookie: Option<Placed<Text>>,
    /// It is used when no other server is left.
    pub backup: Option<Placed<bool>>,
    /// It starts in maintenance.
    pub disabled: Option<Placed<bool>>,
    /// Connections at once; 0: no limit.
    pub maxconn: Option<Placed<u64>>,
    /// What `maxconn` sinks to when the backend has little to do.
    pub minconn: Option<Placed<u64>>,
    /// Requests that wait for it; 0: no limit.
    pub maxqueue: Option<Placed<u64>>,
    /// How long it takes to come to its full weight, in milliseconds.
    pub slowstart_ms: Option<Placed<u64>>,
    /// Its number for stick tables and statistics.
    pub id: Option<Placed<u64>>,
    /// What its place on the ring of a consistent hash comes from.
    pub hash_key: Option<Placed<Text>>,
    /// Whether it is checked.
    pub check: Option<Placed<bool>>,
    /// Whether its agent is asked.
    pub agent_check: Option<Placed<bool>>,
    /// Between two checks, in milliseconds.
    pub inter_ms: Option<Placed<u64>>,
    /// Between two checks while it goes up or down, in milliseconds.
    pub fastinter_ms: Option<Placed<u64>>,
    /// Between two checks while it is down, in milliseconds.
    pub downinter_ms: Option<Placed<u64>>,
    /// Checks that have to succeed until it is up.
    pub rise: Option<Placed<u64>>,
    /// Checks that have to fail until it is down.
    pub fall: Option<Placed<u64>>,
    /// Where it is checked, if elsewhere.
    pub check_address: Option<Placed<Address>>,
    /// The port where it is checked, if another one.
    pub check_port: Option<Placed<u64>>,
    /// What its traffic tells of its health: `none`, `layer4` or `layer7`.
    pub observe: Option<Placed<Text>>,
    /// What follows when that was bad: `fastinter`, `fail-check`, `sudden-death`, `mark-down`.
    pub on_error: Option<Placed<Text>>,
    /// So many bad ones in a row.
    pub error_limit: Option<Placed<u64>>,
    /// What follows when it goes down.
    pub on_marked_down: Option<Placed<Text>>,
    /// What follows when it comes up.
    pub on_marked_up: Option<Placed<Text>>,
    /// The server whose state it shares.
    pub track: Option<Placed<Text>>,
    /// TLS.
    pub ssl: Option<Placed<bool>>,
    /// `none` or `required`.
    pub verify: Option<Placed<Text>>,
    /// Connections begin with a header that names the client; its keyword.
    pub send_proxy: Option<Placed<Option<Text>>>,
    /// How its name is resolved at the start, in order.
    pub init_addr: Option<Placed<Text>>,
    /// The section of name servers that its name is asked of.
    pub resolvers: Option<Placed<Text>>,
    /// Everything else, by keyword, with its arguments.
    pub others: BTreeMap<&'static str, Placed<Arc<[Text]>>>,
}

impl ServerSettings {
    /// Its weight.
    pub fn weight(&self) -> u16 {
        self.weight.map_or(1, |weight| weight.value)
    }

    /// Connections at once, as HAProxy counts them: no less than `minconn`. `None`: no limit.
    pub fn connections_max(&self) -> Option<u64> {
        let said = |limit: Option<Placed<u64>>| limit.map_or(0, |limit| limit.value);
        let limit = said(self.maxconn).max(said(self.minconn));
        (limit > 0).then_some(limit)
    }

    /// Whether it is checked.
    pub fn is_checked(&self) -> bool {
        self.check.is_some_and(|check| check.value)
    }

    /// Whether it is used only when no other server is left.
    pub fn is_backup(&self) -> bool {
        self.backup.is_some_and(|backup| backup.value)
    }

    /// Whether it starts in maintenance.
    pub fn is_disabled(&self) -> bool {
        self.disabled.is_some_and(|disabled| disabled.value)
    }
}
