//! A fetch with its converters, as tests and formats have them.

use super::convert::Convert;
use super::fetch::{Fetch, Found};
use super::reading::Reading;
use crate::logs::Line;
use crate::pick::haproxy::{Sample, calls};

/// What is fetched and what is made of it.
#[derive(Clone, Debug)]
pub(super) struct Sampling {
    pub(super) fetch: Fetch,
    converts: Vec<Convert>,
    /// What is missing where the log does not tell.
    pub(super) missing: u16,
}

impl Sampling {
    /// Without parts that are known here; the error says what is missing.
    pub(super) fn parse(text: &str, reading: &mut Reading<'_>) -> Result<Sampling, u16> {
        let mut words = calls(text);
        let (name, arguments) = words.next().unwrap_or(("", ""));
        let mut sampling = match name {
            "var" => reading.variable(arguments)?,
            _ => {
                let fetch = reading.fetch(name, arguments)?;
                let missing = reading.texts.missing(fetch.told());
                Sampling { fetch, converts: Vec::new(), missing }
            }
        };
        for (name, arguments) in words {
            match Convert::parse(name, arguments, reading) {
                Some(convert) => sampling.converts.push(convert),
                None => return Err(reading.unknown(&format!("{name}({arguments})"))),
            }
        }
        Ok(sampling)
    }

    /// All values, in their order; `None` where they cannot be known.
    pub(super) fn all<'l>(&'l self, line: &Line<'l>) -> Found<'l> {
        let mut made = Vec::new();
        for sample in self.fetch.all(line)? {
            made.extend(self.converted(sample)?);
        }
        Some(made)
    }

    /// The value that counts where one does.
    pub(super) fn one<'l>(&'l self, line: &Line<'l>) -> Option<Option<Sample<'l>>> {
        match self.fetch.one(line)? {
            Some(sample) => self.converted(sample),
            None => Some(None),
        }
    }

    fn converted<'l>(&self, sample: Sample<'l>) -> Option<Option<Sample<'l>>> {
        let mut made = sample;
        for convert in &self.converts {
            match convert.convert(made)? {
                Some(next) => made = next,
                None => return Some(None),
            }
        }
        Some(Some(made))
    }
}
