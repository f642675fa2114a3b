//! What tests and formats fetch of a request.

use std::borrow::Cow;

use super::edits::Part;
use super::seen::{Lines, Seen, Unknown};
use crate::pick::haproxy::{Sample, values};

/// Something of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fetch {
    Source,
    Method,
    Path,
    PathAndQuery,
    Url,
    Query,
    Base,
    BaseAndQuery,
    /// Values between commas; an occurrence, from 1, or below 0 from the end.
    Header(String, Option<i64>),
    /// Whole lines.
    FullHeader(String),
    Cookie(String),
    Parameter(String),
    /// With what stands for one that has no value.
    Variable(String, Option<String>),
    /// What is known without the request.
    Fixed(String),
    Number(i64),
}

/// All that was found.
pub(super) type Found<'s> = Result<Vec<Sample<'s>>, Unknown>;

impl Fetch {
    /// A fetch by its name and what stands in parentheses.
    pub(super) fn parse(name: &str, arguments: &str) -> Option<Fetch> {
        let name = name.strip_prefix("req.").unwrap_or(name);
        let (first, second) = match arguments.split_once(',') {
            Some((first, second)) => (first.trim(), Some(second.trim())),
            None => (arguments.trim(), None),
        };
        let text = || (!first.is_empty()).then(|| first.to_owned());
        let alone = || text().filter(|_| second.is_none());
        let occurrence = match second.map(str::parse) {
            Some(Ok(0)) | None => None,
            Some(Ok(number)) => Some(number),
            Some(Err(_)) => return None,
        };
        Some(match name {
            "src" => Fetch::Source,
            "method" => Fetch::Method,
            "path" => Fetch::Path,
            "pathq" => Fetch::PathAndQuery,
            "url" => Fetch::Url,
            "query" => Fetch::Query,
            "base" => Fetch::Base,
            "baseq" => Fetch::BaseAndQuery,
            "hdr" => Fetch::Header(text()?, occurrence),
            "fhdr" => Fetch::FullHeader(alone()?),
            "cook" => Fetch::Cookie(alone()?),
            "url_param" | "urlp" => Fetch::Parameter(alone()?),
            "always_true" => Fetch::Fixed("1".to_owned()),
            "always_false" => Fetch::Fixed("0".to_owned()),
            "int" => Fetch::Number(first.parse().ok()?),
            "str" | "bool" => Fetch::Fixed(match first {
                "true" => "1".to_owned(),
                "false" => "0".to_owned(),
                text => text.to_owned(),
            }),
            _ => return None,
        })
    }

    /// What the log would have to have.
    pub(super) fn told(&self) -> String {
        match self {
            Fetch::Source => "the log does not have the client's address".to_owned(),
            Fetch::Header(name, _) | Fetch::FullHeader(name) => {
                format!("the log does not have the header `{name}`")
            }
            Fetch::Cookie(name) => format!("the log does not have the cookie `{name}`"),
            Fetch::Base | Fetch::BaseAndQuery => "the log does not have the host".to_owned(),
            _ => "the log does not have the request line".to_owned(),
        }
    }

    /// All values, in their order.
    pub(super) fn all<'s>(&'s self, seen: Seen<'s>) -> Found<'s> {
        Ok(match self {
            Fetch::Source => {
                seen.known(Part::Source)?;
                vec![Sample::Address(seen.line.client.ok_or(Unknown::Untold)?)]
            }
            Fetch::Method => vec![borrowed(seen.method()?)],
            // What is no path has none.
            Fetch::Path => {
                let path = seen.path()?;
                if path.starts_with(b"/") { vec![borrowed(path)] } else { Vec::new() }
            }
            Fetch::PathAndQuery | Fetch::Url => vec![borrowed(seen.whole()?)],
            Fetch::Query => {
                let query = seen.query()?.filter(|it| !it.is_empty());
                query.map(borrowed).into_iter().collect()
            }
            Fetch::Base => based(&seen, seen.path()?)?,
            Fetch::BaseAndQuery => based(&seen, seen.whole()?)?,
            Fetch::Header(name, occurrence) => {
                let lines = seen.header(name)?;
                let values = lines.into_iter().flat_map(values).map(borrowed).collect();
                picked(values, *occurrence)
            }
            Fetch::FullHeader(name) => all_of(seen.header(name)?),
            Fetch::Cookie(name) => all_of(seen.cookie(name)?),
            Fetch::Parameter(name) => {
                let pairs = seen.query()?.unwrap_or(b"");
                let pairs = pairs.split(|byte| matches!(byte, b'&' | b';'));
                let values = pairs.filter_map(|pair| {
                    pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=").map(borrowed)
                });
                values.collect()
            }
            Fetch::Variable(name, default) => {
                let value = seen.edits.variable(name).map_err(Unknown::Changed)?;
                let default = || default.as_ref().map(|text| borrowed(text.as_bytes()));
                value.or_else(default).into_iter().collect()
            }
            Fetch::Fixed(text) => vec![borrowed(text.as_bytes())],
            Fetch::Number(number) => vec![Sample::Number(*number)],
        })
    }

    /// The one that counts where one does.
    pub(super) fn one<'s>(&'s self, seen: Seen<'s>) -> Result<Option<Sample<'s>>, Unknown> {
        let mut all = self.all(seen)?;
        Ok(match self {
            Fetch::Parameter(_) if !all.is_empty() => Some(all.swap_remove(0)),
            _ => all.pop(),
        })
    }
}

fn borrowed(text: &[u8]) -> Sample<'_> {
    Sample::Text(Cow::Borrowed(text))
}

fn all_of(lines: Lines<'_>) -> Vec<Sample<'_>> {
    lines.into_iter().map(borrowed).collect()
}

fn based<'s>(seen: &Seen<'s>, behind: &[u8]) -> Found<'s> {
    let host = seen.header("host")?.first().copied().unwrap_or(b"");
    Ok(vec![Sample::Text(Cow::Owned([host, behind].concat()))])
}

fn picked(mut values: Vec<Sample<'_>>, occurrence: Option<i64>) -> Vec<Sample<'_>> {
    let Some(number) = occurrence else { return values };
    let steps = usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
    let at = if number < 0 { values.len().checked_sub(steps) } else { steps.checked_sub(1) };
    match at.filter(|at| *at < values.len()) {
        Some(at) => vec![values.swap_remove(at)],
        None => Vec::new(),
    }
}
