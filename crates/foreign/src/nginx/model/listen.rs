//! Where a server listens.

use crate::nginx::syntax::Directive;
use crate::placed::Placed;

/// A `listen` of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// An address, a port or both, as written.
    pub address: Placed<String>,
    /// TLS.
    pub ssl: bool,
    /// The client's address comes with the PROXY protocol.
    pub proxy_protocol: bool,
    /// Takes what no server's name fits.
    pub default_server: bool,
    /// UDP.
    pub udp: bool,
    /// HTTP/3.
    pub quic: bool,
    /// Each worker has a socket of its own.
    pub reuseport: bool,
}

impl Listen {
    pub(super) fn read(directive: &Directive) -> Option<Listen> {
        let address = directive.args.first()?;
        let has = |name: &str| directive.args.iter().skip(1).any(|word| word.is(name));
        Some(Listen {
            address: Placed::new(address.text.clone(), address.span),
            ssl: has("ssl"),
            proxy_protocol: has("proxy_protocol"),
            default_server: has("default_server") || has("default"),
            udp: has("udp"),
            quic: has("quic"),
            reuseport: has("reuseport"),
        })
    }
}
