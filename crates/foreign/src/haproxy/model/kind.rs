//! Kinds of proxies, and what they speak.

use crate::haproxy::section::SectionKind;

/// Kinds of proxies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProxyKind {
    /// What the proxies behind it start from.
    Defaults,
    /// Listeners and the choice of a backend.
    Frontend,
    /// Servers and the choice among them.
    Backend,
    /// Both.
    Listen,
}

/// What a proxy speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Bytes.
    Tcp,
    /// HTTP.
    Http,
    /// It answers every connection with `OK`, up to 2.x.
    Health,
    /// Logs.
    Log,
    /// Agents of SPOE.
    Spop,
    /// It answers requests itself, for tests.
    Haterm,
}

impl ProxyKind {
    pub(super) fn of(kind: SectionKind) -> Option<ProxyKind> {
        match kind {
            SectionKind::Defaults => Some(ProxyKind::Defaults),
            SectionKind::Frontend => Some(ProxyKind::Frontend),
            SectionKind::Backend => Some(ProxyKind::Backend),
            SectionKind::Listen => Some(ProxyKind::Listen),
            _ => None,
        }
    }

    /// Whether it takes connections.
    pub fn has_frontend(self) -> bool {
        self != ProxyKind::Backend
    }

    /// Whether it has servers, or says what servers have.
    pub fn has_backend(self) -> bool {
        self != ProxyKind::Frontend
    }
}
