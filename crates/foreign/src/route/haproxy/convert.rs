//! Converters: those that pickers have, and maps.

use std::borrow::Cow;
use std::sync::Arc;

use super::map::Map;
use super::pattern::{How, number};
use super::reading::Reading;
use crate::pick::haproxy::{Converter, Sample};

/// What is made of a sample.
#[derive(Clone, Debug)]
pub(super) enum Convert {
    Plain(Converter),
    Length,
    Not,
    Truth,
    /// With what stands for keys that it does not have.
    Map(Arc<Map>, Option<Vec<u8>>),
}

impl Convert {
    /// `None` where it is not known here, or its file is not.
    pub(super) fn parse(name: &str, arguments: &str, reading: &Reading<'_>) -> Option<Convert> {
        if let Some(map) = name.strip_prefix("map") {
            return map_of(map, arguments, reading);
        }
        match name {
            "length" | "strlen" => Some(Convert::Length),
            "not" => Some(Convert::Not),
            "bool" => Some(Convert::Truth),
            _ => Converter::parse(name, arguments).map(Convert::Plain),
        }
    }

    /// The outer `None` is for what cannot be known, the inner one for what is not there.
    pub(super) fn convert<'l>(&self, sample: Sample<'l>) -> Option<Option<Sample<'l>>> {
        Some(match self {
            Convert::Plain(plain) => plain.convert(sample),
            Convert::Length => {
                let length = i64::try_from(sample.text().len()).unwrap_or(i64::MAX);
                Some(Sample::Number(length))
            }
            Convert::Not => number(&sample).map(|it| Sample::Number(i64::from(it == 0))),
            Convert::Truth => number(&sample).map(|it| Sample::Number(i64::from(it != 0))),
            Convert::Map(map, default) => {
                let found = map.find(&sample.text())?.map(|value| value.to_vec());
                found.or_else(|| default.clone()).map(|text| Sample::Text(Cow::Owned(text)))
            }
        })
    }
}

/// `_beg(file,default)`: a way to compare, then perhaps the type that it has; texts only.
fn map_of(suffix: &str, arguments: &str, reading: &Reading<'_>) -> Option<Convert> {
    let how = match suffix.strip_prefix('_').map(|suffix| suffix.trim_end_matches("_str")) {
        None if suffix.is_empty() => How::Text,
        None => return None,
        // With groups of the expression put in: not known here.
        Some("regm") => return None,
        Some(how) => How::named(how)?,
    };
    let (file, default) = match arguments.split_once(',') {
        Some((file, default)) => (file.trim(), Some(default.trim().as_bytes().to_vec())),
        None => (arguments.trim(), None),
    };
    let map = Map::read(&reading.file(file)?, how)?;
    Some(Convert::Map(Arc::new(map), default))
}
