//! Converters of HAProxy's samples, as far as they are simple.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::expression::Sample;
use super::hashing::{djb2, full, sdbm, wt6};
use crate::pick::digest::{Crc32, xxh32, xxh64};

/// A converter, as far as it is known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Converter {
    Lower,
    Upper,
    /// From this byte on, this many.
    Bytes(usize, Option<usize>),
    /// The part of this number between delimiters, from 1; below 0 from the end.
    Field(i64, Vec<u8>),
    /// The same, without empty parts.
    Word(i64, Vec<u8>),
    IpMask(u32, Option<u32>),
    /// A function, and whether its number is spread.
    Hash(Digest, bool),
    /// With a seed.
    Xxh32(u32),
    /// With a seed.
    Xxh64(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Digest {
    Sdbm,
    Djb2,
    Wt6,
    Crc32,
}

impl Converter {
    pub(crate) fn parse(name: &str, arguments: &str) -> Option<Converter> {
        let mut words = arguments.splitn(2, ',');
        let (first, second) = (words.next().unwrap_or(""), words.next());
        let hash = |digest| Some(Converter::Hash(digest, number(first)? > 0));
        match name {
            "lower" => Some(Converter::Lower),
            "upper" => Some(Converter::Upper),
            "bytes" => {
                let length = second.map(|word| word.parse().ok());
                (length != Some(None))
                    .then_some(Converter::Bytes(first.parse().ok()?, length.flatten()))
            }
            "field" => Some(Converter::Field(first.parse().ok()?, delimiters(second?)?)),
            "word" => Some(Converter::Word(first.parse().ok()?, delimiters(second?)?)),
            "ipmask" => Some(Converter::IpMask(bits(first)?, second.map(bits).unwrap_or(None))),
            "sdbm" => hash(Digest::Sdbm),
            "djb2" => hash(Digest::Djb2),
            "wt6" => hash(Digest::Wt6),
            "crc32" => hash(Digest::Crc32),
            "xxh32" => Some(Converter::Xxh32(number(first)? as u32)),
            "xxh64" => Some(Converter::Xxh64(number(first)?)),
            _ => None,
        }
    }

    pub(crate) fn convert<'a>(&self, sample: Sample<'a>) -> Option<Sample<'a>> {
        if let Converter::IpMask(v4, v6) = self {
            return mask(sample, *v4, *v6);
        }
        Some(match self {
            Converter::Lower => owned(sample.text().to_ascii_lowercase()),
            Converter::Upper => owned(sample.text().to_ascii_uppercase()),
            Converter::Bytes(from, length) => bytes(&sample.binary(), *from, *length),
            Converter::Field(number, delimiters) => {
                let text = sample.text();
                let fields: Vec<&[u8]> = text.split(|byte| delimiters.contains(byte)).collect();
                part(&fields, *number)?
            }
            Converter::Word(number, delimiters) => {
                let text = sample.text();
                let fields = text.split(|byte| delimiters.contains(byte));
                let words: Vec<&[u8]> = fields.filter(|field| !field.is_empty()).collect();
                // Later versions find nothing instead, and the request goes round.
                part(&words, *number).unwrap_or_else(|| owned(Vec::new()))
            }
            Converter::Hash(digest, spread) => {
                let hash = digest.of(&sample.binary());
                Sample::Number(i64::from(if *spread { full(hash) } else { hash }))
            }
            Converter::Xxh32(seed) => Sample::Number(i64::from(xxh32(&sample.binary(), *seed))),
            Converter::Xxh64(seed) => Sample::Number(xxh64(&sample.binary(), *seed) as i64),
            Converter::IpMask(..) => return None,
        })
    }
}

impl Digest {
    fn of(self, bytes: &[u8]) -> u32 {
        match self {
            Digest::Sdbm => sdbm(bytes),
            Digest::Djb2 => djb2(bytes),
            Digest::Wt6 => wt6(bytes),
            Digest::Crc32 => Crc32::new().and(bytes).value(),
        }
    }
}

fn owned<'a>(text: Vec<u8>) -> Sample<'a> {
    Sample::Text(Cow::Owned(text))
}

fn number(word: &str) -> Option<u64> {
    if word.is_empty() { Some(0) } else { word.trim().parse().ok() }
}

fn bits(word: &str) -> Option<u32> {
    let word = word.trim();
    let by_mask = || word.parse::<Ipv4Addr>().ok().map(|mask| mask.to_bits().leading_ones());
    word.parse().ok().or_else(by_mask)
}

/// A third argument, how many parts to take, is not known here.
fn delimiters(word: &str) -> Option<Vec<u8>> {
    (!word.is_empty() && !word.contains(',')).then(|| word.as_bytes().to_vec())
}

fn bytes<'a>(text: &[u8], from: usize, length: Option<usize>) -> Sample<'a> {
    let rest = text.iter().skip(from);
    owned(rest.take(length.unwrap_or(usize::MAX)).copied().collect())
}

fn part<'a>(parts: &[&[u8]], number: i64) -> Option<Sample<'a>> {
    let steps = usize::try_from(number.unsigned_abs()).ok()?;
    let at = if number < 0 { parts.len().checked_sub(steps)? } else { steps.checked_sub(1)? };
    parts.get(at).map(|part| owned(part.to_vec()))
}

fn mask(sample: Sample<'_>, v4: u32, v6: Option<u32>) -> Option<Sample<'_>> {
    let address = match sample {
        Sample::Address(address) => address,
        other => std::str::from_utf8(&other.text()).ok()?.parse().ok()?,
    };
    let masked = match address {
        IpAddr::V4(address) => {
            let kept = !u32::MAX.checked_shr(v4).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & kept))
        }
        IpAddr::V6(address) => {
            let kept = !u128::MAX.checked_shr(v6?).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & kept))
        }
    };
    Some(Sample::Address(masked))
}
