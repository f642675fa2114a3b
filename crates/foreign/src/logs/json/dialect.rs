//! Who wrote a JSON log, and so what its names mean.

use super::scan::Path;
use super::{caddy, envoy, evenkeel, generic, traefik};
use crate::logs::field::Field;
use crate::logs::line::Line;
use crate::logs::scratch::Escape;

/// Who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::logs) enum Dialect {
    Evenkeel,
    Caddy,
    Traefik,
    Envoy,
    Generic,
}

/// What a value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning<'a> {
    Field(Field),
    /// A field of the request's head, of this name.
    Header(&'a [u8]),
    /// A field of the response's head, of this name.
    Answer(&'a [u8]),
    /// A cookie of this name.
    Cookie(&'a [u8]),
    /// Only this product writes it: the lines of others do not have it.
    Mark,
    /// Which of the product's logs the line belongs to.
    Logger,
    Nothing,
}

impl Dialect {
    pub(super) fn meaning<'a>(self, path: &Path<'a>) -> Meaning<'a> {
        match self {
            Dialect::Evenkeel => evenkeel::meaning(path),
            Dialect::Caddy => caddy::meaning(path),
            Dialect::Traefik => traefik::meaning(path),
            Dialect::Envoy => envoy::meaning(path),
            Dialect::Generic => generic::meaning(path),
        }
    }

    /// How its texts are written.
    pub(super) fn escape(self) -> Escape {
        match self {
            Dialect::Evenkeel | Dialect::Envoy => Escape::BackslashBytes,
            Dialect::Caddy | Dialect::Traefik | Dialect::Generic => Escape::Backslash,
        }
    }

    /// Whether a line that was read tells of a request.
    pub(super) fn holds(self, line: &Line<'_>, marks: u32) -> bool {
        let asked = line.target.is_some() || line.method.is_some();
        match self {
            Dialect::Generic => {
                let more = line.at.is_some() || line.client.is_some() || line.status.is_some();
                (asked && more) || (line.status.is_some() && line.at.is_some())
            }
            _ => marks > 0 && (asked || line.status.is_some()),
        }
    }
}
