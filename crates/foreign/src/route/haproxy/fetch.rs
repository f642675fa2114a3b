//! What tests and formats fetch of a request.

use std::borrow::Cow;

use super::edits::Part;
use super::seen::{Lines, Seen, Unknown};
use crate::pick::haproxy::{Occurrence, Sample, address, values};

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
    /// Values between commas.
    Header(String, Occurrence),
    /// Those of them that are addresses.
    HeaderAddress(String, Occurrence),
    /// Whole lines.
    FullHeader(String, Occurrence),
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
            Some((first, second)) => (first.trim(), Some(second)),
            None => (arguments.trim(), None),
        };
        let alone = || (!first.is_empty() && second.is_none()).then(|| first.to_owned());
        let header = |of: fn(String, Occurrence) -> Fetch| {
            Occurrence::parse(arguments).map(|(name, which)| of(name.to_owned(), which))
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
            "hdr" => header(Fetch::Header)?,
            "hdr_ip" => header(Fetch::HeaderAddress)?,
            "fhdr" => header(Fetch::FullHeader)?,
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
            Fetch::Header(name, _) | Fetch::HeaderAddress(name, _) | Fetch::FullHeader(name, _) => {
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
            Fetch::Header(name, which) => which.among(values_of(seen.header(name)?)),
            Fetch::HeaderAddress(name, which) => {
                let values = which.among(values_of(seen.header(name)?));
                values.into_iter().filter_map(addressed).collect()
            }
            Fetch::FullHeader(name, which) => which.among(all_of(seen.header(name)?)),
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
        if let Fetch::HeaderAddress(name, which) = self {
            // Only the last one is looked at, whether it is an address or not.
            let last = which.among(values_of(seen.header(name)?)).pop();
            return Ok(last.and_then(addressed));
        }
        let mut all = self.all(seen)?;
        Ok(match self {
            Fetch::Parameter(_) if !all.is_empty() => Some(all.swap_remove(0)),
            _ => all.pop(),
        })
    }
}

fn addressed(value: Sample<'_>) -> Option<Sample<'_>> {
    address(&value.text()).map(Sample::Address)
}

fn borrowed(text: &[u8]) -> Sample<'_> {
    Sample::Text(Cow::Borrowed(text))
}

fn all_of(lines: Lines<'_>) -> Vec<Sample<'_>> {
    lines.into_iter().map(borrowed).collect()
}

/// What stands between commas, line by line.
fn values_of(lines: Lines<'_>) -> Vec<Sample<'_>> {
    lines.into_iter().flat_map(values).map(borrowed).collect()
}

fn based<'s>(seen: &Seen<'s>, behind: &[u8]) -> Found<'s> {
    let host = seen.header("host")?.first().copied().unwrap_or(b"");
    Ok(vec![Sample::Text(Cow::Owned([host, behind].concat()))])
}
