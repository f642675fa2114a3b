//! One test: what is fetched, how it is compared, and with what.

use std::collections::HashSet;

use super::pattern::{How, Pattern, number};
use super::reading::Reading;
use super::sample::Sampling;
use super::seen::Seen;
use crate::haproxy::syntax::Word;
use crate::pick::haproxy::Sample;
use crate::route::truth::Truth;

/// A test.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// It cannot be known from any log.
    Unknown(u16),
    Known(Box<Known>),
}

/// A test that a log may decide.
#[derive(Clone, Debug)]
pub(super) struct Known {
    sampling: Sampling,
    how: How,
    no_case: bool,
    /// Texts that are compared as a whole: a list may be long.
    texts: HashSet<Vec<u8>>,
    patterns: Vec<Pattern>,
}

/// Suffixes of fetches that say how they are compared.
const SUFFIXES: [&str; 9] = ["str", "beg", "end", "sub", "dir", "dom", "reg", "len", "ip"];

/// Fetches whose own names end like a suffix.
const PLAIN: [&str; 2] = ["url_param", "hdr_ip"];

impl Test {
    /// Of the words of an ACL behind its name, or of those in braces.
    pub(super) fn parse(words: &[Word], reading: &mut Reading<'_>) -> Test {
        match Known::parse(words, reading) {
            Ok(known) => Test::Known(Box::new(known)),
            Err(missing) => Test::Unknown(missing),
        }
    }

    pub(super) fn holds(&self, seen: Seen<'_>) -> Truth {
        match self {
            Test::Unknown(missing) => Truth::Unknown(*missing),
            Test::Known(known) => known.holds(seen).map_or_else(Truth::Unknown, Truth::of),
        }
    }
}

impl Known {
    fn parse(words: &[Word], reading: &mut Reading<'_>) -> Result<Known, u16> {
        let mut words = words.iter().map(|word| word.text.as_ref());
        let fetch = words.next().unwrap_or("");
        let (fetch, suffix) = by_suffix(fetch);
        let sampling = Sampling::parse(&fetch, reading)?;
        let mut flags = Flags { how: suffix, no_case: false, is_map: false, files: Vec::new() };
        let mut rest: Vec<&str> = words.collect();
        flags.take(&mut rest, reading)?;
        let how = flags.how.unwrap_or_else(|| default_of(&fetch));
        let mut known = Known {
            sampling,
            how,
            no_case: flags.no_case,
            texts: HashSet::new(),
            patterns: Vec::new(),
        };
        for name in &flags.files {
            let what = || format!("the file `{name}` is not here");
            let text = reading.file(name);
            let text = text.ok_or_else(|| reading.texts.missing(what()))?;
            for line in text.lines().map(str::trim).filter(|it| !it.is_empty()) {
                let key = line.split([' ', '\t']).next().unwrap_or(line);
                if !line.starts_with('#') {
                    known.add(if flags.is_map { key } else { line }, reading)?;
                }
            }
        }
        let mut operator = "eq";
        for word in rest {
            match (how, word) {
                (How::Number | How::Length, "eq" | "ge" | "gt" | "le" | "lt") => operator = word,
                (How::Number | How::Length, _) => {
                    known.add(&compared(operator, word), reading)?;
                }
                _ => known.add(word, reading)?,
            }
        }
        Ok(known)
    }

    fn add(&mut self, text: &str, reading: &mut Reading<'_>) -> Result<(), u16> {
        if self.how == How::Text {
            let text = if self.no_case { text.to_ascii_lowercase() } else { text.to_owned() };
            self.texts.insert(text.into_bytes());
            return Ok(());
        }
        let pattern = Pattern::new(self.how, text, self.no_case);
        let what = || format!("the pattern `{text}` cannot be read here");
        self.patterns.push(pattern.ok_or_else(|| reading.texts.missing(what()))?);
        Ok(())
    }

    /// The error says what is missing to know it.
    fn holds(&self, seen: Seen<'_>) -> Result<bool, u16> {
        let all = self.sampling.all(seen)?;
        match self.how {
            How::Found => return Ok(!all.is_empty()),
            How::Truth => return Ok(all.iter().any(|it| number(it).is_some_and(|it| it != 0))),
            _ => {}
        }
        for sample in all {
            if self.fits(&sample).ok_or(self.sampling.missing)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn fits(&self, sample: &Sample<'_>) -> Option<bool> {
        if self.how == How::Text {
            let text = sample.clone().text();
            return Some(match self.no_case {
                true => self.texts.contains(&text.to_ascii_lowercase()),
                false => self.texts.contains(&*text),
            });
        }
        let mut doubtful = false;
        for pattern in &self.patterns {
            match pattern.fits(sample) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => doubtful = true,
            }
        }
        (!doubtful).then_some(false)
    }
}

/// What stands between a fetch and its patterns.
struct Flags<'w> {
    how: Option<How>,
    no_case: bool,
    is_map: bool,
    files: Vec<&'w str>,
}

impl<'w> Flags<'w> {
    fn take(&mut self, words: &mut Vec<&'w str>, reading: &mut Reading<'_>) -> Result<(), u16> {
        while let Some(word) = words.first().copied().filter(|word| word.starts_with('-')) {
            let value = words.get(1).copied().unwrap_or("");
            let used = match word {
                "-i" => {
                    self.no_case = true;
                    1
                }
                "-M" => {
                    self.is_map = true;
                    1
                }
                "-n" | "--" => 1,
                "-m" => {
                    self.how = Some(How::named(value).ok_or_else(|| reading.not_imitated(value))?);
                    2
                }
                "-f" => {
                    self.files.push(value);
                    2
                }
                "-u" => 2,
                // A number below 0, or another pattern.
                _ => break,
            };
            words.drain(..used.min(words.len()));
            if word == "--" {
                break;
            }
        }
        Ok(())
    }
}

/// `path_beg` is `path` compared from its start; `hdr_end(host)` is `hdr(host)`.
fn by_suffix(fetch: &str) -> (String, Option<How>) {
    let end = fetch.find(['(', ',']).unwrap_or(fetch.len());
    let (name, rest) = fetch.split_at(end);
    if PLAIN.contains(&name.strip_prefix("req.").unwrap_or(name)) {
        return (fetch.to_owned(), None);
    }
    let parted = name.rsplit_once('_').filter(|(_, suffix)| SUFFIXES.contains(suffix));
    match parted {
        Some((plain, suffix)) => (format!("{plain}{rest}"), How::named(suffix)),
        None => (fetch.to_owned(), None),
    }
}

fn default_of(fetch: &str) -> How {
    let name = fetch.split(['(', ',']).next().unwrap_or("");
    let last = fetch.rsplit(',').next().unwrap_or("");
    match name.strip_prefix("req.").unwrap_or(name) {
        _ if matches!(last, "length" | "strlen") => How::Number,
        _ if matches!(last, "bool" | "not") => How::Truth,
        "src" | "hdr_ip" => How::Address,
        "always_true" | "always_false" | "ssl_fc" | "bool" => How::Truth,
        "int" => How::Number,
        _ => How::Text,
    }
}

/// `gt 5` as a range.
fn compared(operator: &str, number: &str) -> String {
    let next = |by: i64| number.parse().map_or(number.to_owned(), |it: i64| (it + by).to_string());
    match operator {
        "ge" => format!("{number}:"),
        "gt" => format!("{}:", next(1)),
        "le" => format!(":{number}"),
        "lt" => format!(":{}", next(-1)),
        _ => number.to_owned(),
    }
}
