//! Paths at which HAProxy has pages of its own: what monitors ask for, and its statistics.

use super::reading::Reading;
use super::seen::{Seen, Unknown};
use crate::pick::Request;
use crate::route::truth::Truth;

/// What HAProxy answers by itself, whatever its rules say.
#[derive(Clone, Debug)]
pub(super) struct Page {
    kind: Kind,
    uri: String,
    /// What is missing where the log has no request line.
    untold: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `monitor-uri`: this very path and query, by whatever method.
    Monitor,
    /// `stats uri`: all that begins so, as the rules before have made it.
    Statistics,
}

impl Page {
    pub(super) fn new(kind: Kind, uri: &str, reading: &mut Reading<'_>) -> Page {
        let untold = reading.texts.missing("the log does not have the request line");
        Page { kind, uri: uri.to_owned(), untold }
    }

    pub(super) fn holds(&self, seen: Seen<'_>) -> Truth {
        let held = self.is_asked(seen).map_err(|unknown| match unknown {
            Unknown::Untold => self.untold,
            Unknown::Changed(open) => open.told,
        });
        held.map_or_else(Truth::Unknown, Truth::of)
    }

    fn is_asked(&self, seen: Seen<'_>) -> Result<bool, Unknown> {
        let uri = self.uri.as_bytes();
        let target = seen.whole()?;
        let path = std::str::from_utf8(target).map_or(target, |uri| {
            Request { uri, ..Request::default() }.path_and_query().as_bytes()
        });
        Ok(match self.kind {
            Kind::Monitor => target == uri || uri.starts_with(b"/") && path == uri,
            Kind::Statistics => {
                let asked = if uri.starts_with(b"/") { path } else { target };
                asked.starts_with(uri) && [&b"GET"[..], b"HEAD", b"POST"].contains(&seen.method()?)
            }
        })
    }
}
