//! The patterns that tests and maps hold samples against.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::pick::haproxy::Sample;
use crate::route::expression::Expression;

/// The ways in which a sample is compared: `-m`, or a suffix of the fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Found,
    Truth,
    Text,
    Start,
    End,
    Part,
    Folder,
    Domain,
    Expression,
    Number,
    Length,
    Address,
}

/// A pattern.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// A text, whether its case counts, and where it has to stand.
    Text(Vec<u8>, bool, How),
    Expression(Expression),
    /// From here to there, of the number or of the length.
    Range(i64, i64, How),
    Network(IpNet),
}

impl How {
    /// Of the word behind `-m`, or a suffix.
    pub(super) fn named(name: &str) -> Option<How> {
        Some(match name {
            "found" => How::Found,
            "bool" => How::Truth,
            "str" => How::Text,
            "beg" => How::Start,
            "end" => How::End,
            "sub" => How::Part,
            "dir" => How::Folder,
            "dom" => How::Domain,
            "reg" | "regm" => How::Expression,
            "int" => How::Number,
            "len" => How::Length,
            "ip" => How::Address,
            _ => return None,
        })
    }
}

impl Pattern {
    /// `None` where it cannot be read.
    pub(super) fn new(how: How, text: &str, no_case: bool) -> Option<Pattern> {
        Some(match how {
            How::Found | How::Truth => return None,
            How::Expression => Pattern::Expression(Expression::new(text, no_case)?),
            How::Number | How::Length => {
                let (least, most) = range(text)?;
                Pattern::Range(least, most, how)
            }
            How::Address => Pattern::Network(network(text)?),
            how => {
                let text = if no_case { text.to_ascii_lowercase() } else { text.to_owned() };
                Pattern::Text(text.into_bytes(), no_case, how)
            }
        })
    }

    /// Whether a sample fits; `None` where that would take too long to find out.
    pub(super) fn fits(&self, sample: &Sample<'_>) -> Option<bool> {
        Some(match self {
            Pattern::Expression(expression) => expression.finds(&sample.clone().text())?,
            Pattern::Network(network) => match sample {
                Sample::Address(address) => network.contains(address),
                other => address(other).is_some_and(|address| network.contains(&address)),
            },
            Pattern::Range(least, most, How::Length) => {
                let length = i64::try_from(sample.clone().text().len()).unwrap_or(i64::MAX);
                (*least..=*most).contains(&length)
            }
            Pattern::Range(least, most, _) => {
                number(sample).is_some_and(|number| (*least..=*most).contains(&number))
            }
            Pattern::Text(pattern, no_case, how) => {
                let text = sample.clone().text();
                match no_case {
                    true => stands(&text.to_ascii_lowercase(), pattern, *how),
                    false => stands(&text, pattern, *how),
                }
            }
        })
    }

    /// How narrow a network is.
    pub(super) fn bits(&self) -> u8 {
        match self {
            Pattern::Network(network) => network.prefix_len(),
            _ => 0,
        }
    }
}

/// What a text of digits, or a number, comes to.
pub(super) fn number(sample: &Sample<'_>) -> Option<i64> {
    match sample {
        Sample::Number(number) => Some(*number),
        Sample::Address(_) => None,
        Sample::Text(text) => std::str::from_utf8(text).ok()?.trim().parse().ok(),
    }
}

fn address(sample: &Sample<'_>) -> Option<IpAddr> {
    match sample {
        Sample::Text(text) => std::str::from_utf8(text).ok()?.trim().parse().ok(),
        _ => None,
    }
}

pub(super) fn network(text: &str) -> Option<IpNet> {
    let alone = || text.parse::<IpAddr>().ok().map(IpNet::from);
    if let Some((address, mask)) = text.split_once('/')
        && let Ok(mask) = mask.parse::<IpAddr>()
    {
        return IpNet::with_netmask(address.parse().ok()?, mask).ok().map(|it| it.trunc());
    }
    text.parse::<IpNet>().ok().map(|it| it.trunc()).or_else(alone)
}

/// `5`, `5:`, `:9`, `5:9`.
fn range(text: &str) -> Option<(i64, i64)> {
    let Some((least, most)) = text.split_once(':') else {
        let number = text.parse().ok()?;
        return Some((number, number));
    };
    let least = if least.is_empty() { i64::MIN } else { least.parse().ok()? };
    let most = if most.is_empty() { i64::MAX } else { most.parse().ok()? };
    Some((least, most))
}

fn stands(text: &[u8], pattern: &[u8], how: How) -> bool {
    match how {
        How::Start => text.starts_with(pattern),
        How::End => text.ends_with(pattern),
        How::Part => memchr::memmem::find(text, pattern).is_some(),
        How::Folder => between(text, pattern, b"/?"),
        How::Domain => between(text, pattern, b"/?.:"),
        _ => text == pattern,
    }
}

/// Whether the pattern stands between delimiters, or at an end; those around itself do not count.
fn between(text: &[u8], pattern: &[u8], delimiters: &[u8]) -> bool {
    let ends = |byte: &u8| delimiters.contains(byte);
    let start = pattern.iter().position(|byte| !ends(byte)).unwrap_or(pattern.len());
    let end = pattern.iter().rposition(|byte| !ends(byte)).map_or(start, |at| at + 1);
    let pattern = pattern.get(start..end).unwrap_or_default();
    if pattern.is_empty() {
        return true;
    }
    let places = memchr::memmem::find_iter(text, pattern);
    let free = |at: usize| at == 0 || text.get(at - 1).is_some_and(ends);
    let mut fitting = places.filter(|&at| free(at));
    fitting.any(|at| text.get(at + pattern.len()).is_none_or(ends))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn texts_stand_where_they_have_to() {
        let check = |how: &str, pattern: &str, text: &str, fits: bool| {
            let pattern = Pattern::new(How::named(how).unwrap(), pattern, false).unwrap();
            let sample = Sample::Text(Cow::Borrowed(text.as_bytes()));
            assert_eq!(pattern.fits(&sample), Some(fits), "{how} {text}");
        };
        check("str", "/a", "/a", true);
        check("beg", "/a", "/ab", true);
        check("end", ".png", "/x.png", true);
        check("sub", "adm", "/badminton", true);
        check("dir", "img", "/a/img/b", true);
        check("dir", "/img/", "/imgs/img", true);
        check("dir", "img", "/imgs/b", false);
        check("dom", "shop", "www.shop.org:80", true);
        check("dom", "shop", "www.shopping.org", false);
        check("dom", "aab", "aaab", false);
        check("len", "3:5", "abcd", true);
        check("int", "10:", "9", false);
        check("ip", "10.0.0.0/8", "10.1.2.3", true);
        check("ip", "10.0.0.0/255.0.0.0", "11.1.2.3", false);
        check("reg", "^/(a|b)$", "/b", true);
    }
}
