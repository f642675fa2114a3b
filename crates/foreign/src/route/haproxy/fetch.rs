//! What tests and formats fetch of a request.

use std::borrow::Cow;

use crate::logs::{Line, Told};
use crate::pick::haproxy::Sample;

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
    /// What is known without the request.
    Fixed(String),
}

/// All that was found; `None` where the log does not tell.
pub(super) type Found<'l> = Option<Vec<Sample<'l>>>;

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
            "str" | "int" | "bool" => Fetch::Fixed(match first {
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
    pub(super) fn all<'l>(&'l self, line: &Line<'l>) -> Found<'l> {
        let one = |text: Option<&'l [u8]>| text.map(|text| vec![borrowed(text)]);
        match self {
            Fetch::Source => line.client.map(|address| vec![Sample::Address(address)]),
            Fetch::Method => one(line.method),
            Fetch::Path => some(line.target?, line.path()?),
            Fetch::PathAndQuery | Fetch::Url => one(line.target),
            Fetch::Query => {
                line.target?;
                Some(line.query().filter(|it| !it.is_empty()).map(borrowed).into_iter().collect())
            }
            Fetch::Base => based(line, line.path()?),
            Fetch::BaseAndQuery => based(line, line.target?),
            Fetch::Header(name, occurrence) => {
                let values = match line.told_header(name.as_bytes()) {
                    Told::Untold => return None,
                    Told::Absent => Vec::new(),
                    Told::Value(text) => text.split(|&byte| byte == b',').collect(),
                };
                let values = values.into_iter().map(|value| borrowed(value.trim_ascii())).collect();
                Some(picked(values, *occurrence))
            }
            Fetch::FullHeader(name) => of_told(line.told_header(name.as_bytes())),
            Fetch::Cookie(name) => of_told(line.told_cookie(name.as_bytes())),
            Fetch::Parameter(name) => {
                line.target?;
                let pairs = line.query().unwrap_or(b"").split(|byte| matches!(byte, b'&' | b';'));
                let values = pairs.filter_map(|pair| {
                    pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=").map(borrowed)
                });
                Some(values.collect())
            }
            Fetch::Fixed(text) => one(Some(text.as_bytes())),
        }
    }

    /// The one that counts where one does.
    pub(super) fn one<'l>(&'l self, line: &Line<'l>) -> Option<Option<Sample<'l>>> {
        let mut all = self.all(line)?;
        Some(match self {
            Fetch::Parameter(_) if !all.is_empty() => Some(all.swap_remove(0)),
            _ => all.pop(),
        })
    }
}

fn borrowed(text: &[u8]) -> Sample<'_> {
    Sample::Text(Cow::Borrowed(text))
}

/// A path, where the target has one.
fn some<'l>(target: &[u8], path: &'l [u8]) -> Found<'l> {
    Some(if target.starts_with(b"/") { vec![borrowed(path)] } else { Vec::new() })
}

fn based<'l>(line: &Line<'l>, behind: &[u8]) -> Found<'l> {
    let host = match line.told_header(b"host") {
        Told::Untold => return None,
        Told::Absent => b"",
        Told::Value(host) => host,
    };
    Some(vec![Sample::Text(Cow::Owned([host, behind].concat()))])
}

fn of_told<'l>(told: Told<'l>) -> Found<'l> {
    match told {
        Told::Untold => None,
        Told::Absent => Some(Vec::new()),
        Told::Value(text) => Some(vec![borrowed(text)]),
    }
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
