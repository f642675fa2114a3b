//! The expressions of `balance hash` and `stick on`: what is fetched, and how it is converted.

use std::borrow::Cow;
use std::net::IpAddr;

use super::converter::Converter;
use super::cookies::cookies;
use super::hashing::{Function, HashType};
use super::key::{first_value, values};
use super::occurrence::{Occurrence, address};
use crate::pick::{Request, Value};

/// Something of the request, and what is made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    fetch: Fetch,
    converters: Vec<Converter>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Fetch {
    Source,
    /// A value of a header.
    Header(String, Occurrence),
    /// The same as an address.
    HeaderAddress(String, Occurrence),
    /// A line of a header.
    FullHeader(String, Occurrence),
    /// The last cookie of that name.
    Cookie(String),
    Path,
    PathAndQuery,
    Url,
    Query,
    Base,
    UrlParam(String),
    /// With what stands for one that has no value.
    Variable(String, Option<String>),
}

/// What a fetch found, or a converter made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sample<'a> {
    Address(IpAddr),
    Text(Cow<'a, [u8]>),
    Number(i64),
}

impl Expression {
    /// After its words, such as `hdr(x-user),lower`. `None` where a word is not known here.
    pub fn parse(text: &str) -> Option<Expression> {
        let mut words = calls(text);
        let (name, arguments) = words.next()?;
        let fetch = Fetch::parse(name, arguments)?;
        let converters = words.map(|(name, arguments)| Converter::parse(name, arguments));
        Some(Expression { fetch, converters: converters.collect::<Option<_>>()? })
    }

    /// The header that it reads.
    pub fn header(&self) -> Option<&str> {
        match &self.fetch {
            Fetch::Header(name, _) | Fetch::HeaderAddress(name, _) | Fetch::FullHeader(name, _) => {
                Some(name)
            }
            Fetch::Cookie(_) => Some("cookie"),
            Fetch::Base => Some("host"),
            _ => None,
        }
    }

    /// The variable that it reads.
    pub fn variable(&self) -> Option<&str> {
        match &self.fetch {
            Fetch::Variable(name, _) => Some(name),
            _ => None,
        }
    }

    /// Whether it reads the client's address.
    pub fn reads_source(&self) -> bool {
        matches!(self.fetch, Fetch::Source)
    }

    /// Whether it reads the target.
    pub fn reads_target(&self) -> bool {
        match self.fetch {
            Fetch::Path
            | Fetch::PathAndQuery
            | Fetch::Url
            | Fetch::Query
            | Fetch::Base
            | Fetch::UrlParam(_) => true,
            Fetch::Source
            | Fetch::Header(..)
            | Fetch::HeaderAddress(..)
            | Fetch::FullHeader(..)
            | Fetch::Cookie(_)
            | Fetch::Variable(..) => false,
        }
    }

    /// What a table remembers of a request; `None` where the request does not have it.
    pub fn key<'a>(&'a self, request: &Request<'a>) -> Option<Cow<'a, [u8]>> {
        Some(self.sample(request)?.binary())
    }

    pub(super) fn sample<'a>(&'a self, request: &Request<'a>) -> Option<Sample<'a>> {
        let found = self.fetch.sample(request)?;
        self.converters.iter().try_fold(found, |sample, converter| converter.convert(sample))
    }

    pub(super) fn hash(&self, request: &Request<'_>, by: &HashType) -> Option<u32> {
        let sample = self.sample(request)?;
        let key = if by.function == Function::None { sample.text() } else { sample.binary() };
        Some(by.hash(&key))
    }
}

impl<'a> From<Value<'a>> for Sample<'a> {
    fn from(value: Value<'a>) -> Sample<'a> {
        match value {
            Value::Address(address) => Sample::Address(address),
            Value::Number(number) => Sample::Number(number),
            Value::Text(text) => Sample::Text(Cow::Borrowed(text.as_bytes())),
        }
    }
}

impl<'a> Sample<'a> {
    /// As HAProxy writes it.
    pub(crate) fn text(self) -> Cow<'a, [u8]> {
        match self {
            Sample::Address(address) => Cow::Owned(address.to_string().into_bytes()),
            Sample::Text(text) => text,
            Sample::Number(number) => Cow::Owned(number.to_string().into_bytes()),
        }
    }

    /// As pickers are told of it; `None` of what is no text.
    pub(crate) fn told(&self) -> Option<Value<'_>> {
        Some(match self {
            Sample::Address(address) => Value::Address(*address),
            Sample::Number(number) => Value::Number(*number),
            Sample::Text(text) => Value::Text(std::str::from_utf8(text).ok()?),
        })
    }

    pub(crate) fn into_owned(self) -> Sample<'static> {
        match self {
            Sample::Address(address) => Sample::Address(address),
            Sample::Text(text) => Sample::Text(Cow::Owned(text.into_owned())),
            Sample::Number(number) => Sample::Number(number),
        }
    }

    /// As HAProxy holds it.
    pub(super) fn binary(self) -> Cow<'a, [u8]> {
        match self {
            Sample::Address(IpAddr::V4(address)) => Cow::Owned(address.octets().to_vec()),
            Sample::Address(IpAddr::V6(address)) => Cow::Owned(address.octets().to_vec()),
            Sample::Text(text) => text,
            Sample::Number(number) => Cow::Owned(number.to_be_bytes().to_vec()),
        }
    }
}

impl Fetch {
    fn parse(name: &str, arguments: &str) -> Option<Fetch> {
        let of = || {
            let plain = !arguments.is_empty() && !arguments.contains(',');
            plain.then(|| arguments.trim().to_owned())
        };
        let header = || Occurrence::parse(arguments).map(|(name, which)| (name.to_owned(), which));
        if name == "var" {
            let (name, default) = match arguments.split_once(',') {
                Some((name, default)) => (name, Some(default.trim().to_owned())),
                None => (arguments, None),
            };
            let name = name.trim();
            return (!name.is_empty()).then(|| Fetch::Variable(name.to_owned(), default));
        }
        let name = name.strip_prefix("req.").unwrap_or(name);
        match name {
            "src" => Some(Fetch::Source),
            "hdr" => header().map(|(name, which)| Fetch::Header(name, which)),
            "hdr_ip" => header().map(|(name, which)| Fetch::HeaderAddress(name, which)),
            "fhdr" => header().map(|(name, which)| Fetch::FullHeader(name, which)),
            "cook" | "cookie" => of().map(Fetch::Cookie),
            "path" => Some(Fetch::Path),
            "pathq" => Some(Fetch::PathAndQuery),
            "url" => Some(Fetch::Url),
            "query" => Some(Fetch::Query),
            "base" => Some(Fetch::Base),
            "url_param" | "urlp" => of().map(Fetch::UrlParam),
            _ => None,
        }
    }

    fn sample<'a>(&'a self, request: &Request<'a>) -> Option<Sample<'a>> {
        let value = |name: &str, which: &Occurrence| {
            which.among(request.header(name).flat_map(values).collect()).pop()
        };
        let text = match self {
            Fetch::Source => return request.source.map(Sample::Address),
            Fetch::Header(name, which) => value(name, which)?,
            Fetch::HeaderAddress(name, which) => {
                return address(value(name, which)?.as_bytes()).map(Sample::Address);
            }
            Fetch::FullHeader(name, which) => which.among(request.header(name).collect()).pop()?,
            Fetch::Cookie(name) => {
                let lines = request.header("cookie").map(str::as_bytes);
                let last = lines.flat_map(|line| cookies(line, name.as_bytes())).last()?;
                return Some(Sample::Text(Cow::Borrowed(last)));
            }
            Fetch::Path => path(request)?,
            Fetch::PathAndQuery => Some(request.path_and_query()).filter(|it| !it.is_empty())?,
            Fetch::Url => request.uri,
            Fetch::Query => request.query()?,
            Fetch::Base => return base(request),
            Fetch::UrlParam(name) => parameter(request.query()?, name)?,
            Fetch::Variable(name, default) => {
                let value = request.variable(name).map(Sample::from);
                let default = || default.as_ref().map(|it| Sample::Text(it.as_bytes().into()));
                return value.or_else(default);
            }
        };
        Some(Sample::Text(Cow::Borrowed(text.as_bytes())))
    }
}

fn path<'a>(request: &Request<'a>) -> Option<&'a str> {
    let path = request.path_and_query().split('?').next()?;
    (!path.is_empty()).then_some(path)
}

/// Host and path.
fn base<'a>(request: &Request<'a>) -> Option<Sample<'a>> {
    let path = path(request);
    let Some(host) = request.header("host").next().map(first_value).filter(|it| !it.is_empty())
    else {
        return path.map(|path| Sample::Text(Cow::Borrowed(path.as_bytes())));
    };
    let base = format!("{host}{}", path.unwrap_or(""));
    Some(Sample::Text(Cow::Owned(base.into_bytes())))
}

/// Unlike `balance url_param`, `;` parts parameters as well.
fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = query.split(['&', ';']);
    pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// `a(b),c` is `a` with `b`, then `c` with nothing.
pub(crate) fn calls(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut depth = 0i32;
    let parts = text.split(move |letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        letter == ',' && depth == 0
    });
    parts.map(|part| match part.trim().split_once('(') {
        Some((name, rest)) => (name, rest.strip_suffix(')').unwrap_or(rest)),
        None => (part.trim(), ""),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fetches_and_converts() {
        let headers = [
            ("Host", "WWW.x.org"),
            ("X-User", "a, B:c"),
            ("Cookie", "k=1; k=2"),
            ("X-Forwarded-For", "192.0.2.1:80, 192.0.2.2, x"),
        ];
        let variables = [("txn.a", Value::Number(7)), ("txn.b", Value::Text("X"))];
        let uri = "/p/q?id=5;z=6";
        let request =
            Request { uri, headers: &headers, variables: &variables, ..Request::default() };
        let check = |text: &str, expected: &str| {
            let expression = Expression::parse(text).unwrap();
            let sample = expression.sample(&request).unwrap();
            assert_eq!(String::from_utf8(sample.text().into_owned()).unwrap(), expected, "{text}");
        };
        check("hdr(x-user)", "B:c");
        check("req.hdr(x-user),lower,field(2,:)", "c");
        check("hdr(x-user,1)", "a");
        check("hdr_ip(x-forwarded-for,1)", "192.0.2.1");
        check("req.hdr_ip(x-forwarded-for,-2),ipmask(24)", "192.0.2.0");
        check("req.fhdr(x-user)", "a, B:c");
        check("var(txn.a)", "7");
        check("var(txn.b),lower", "x");
        check("var(txn.c,none)", "none");
        check("base,lower", "www.x.org/p/q");
        check("url_param(z)", "6");
        check("req.cook(k)", "2");
        check("query", "id=5;z=6");
        check("path,word(2,/)", "q");
        check("url,bytes(1,3)", "p/q");
        for none in ["nonsense(1)", "hdr(x-user,a)", "var()"] {
            assert_eq!(Expression::parse(none), None);
        }
        let absent = |text: &str| Expression::parse(text).unwrap().sample(&request).is_none();
        assert!(absent("hdr(x-user,3)") && absent("hdr_ip(x-forwarded-for)"));
        assert!(absent("var(txn.c)"));
        assert_eq!(Expression::parse("path").unwrap().sample(&Request::default()), None);
    }
}
