//! A fetch with its converters, as tests and formats have them.

use super::convert::Convert;
use super::fetch::Fetch;
use super::reading::Reading;
use super::seen::{Seen, Unknown};
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
        let fetch = match name {
            "var" => reading.variable(arguments)?,
            _ => reading.fetch(name, arguments)?,
        };
        let missing = reading.texts.missing(fetch.told());
        let mut sampling = Sampling { fetch, converts: Vec::new(), missing };
        for (name, arguments) in words {
            match Convert::parse(name, arguments, reading) {
                Some(convert) => sampling.converts.push(convert),
                None => return Err(reading.not_imitated(&format!("{name}({arguments})"))),
            }
        }
        Ok(sampling)
    }

    /// All values, in their order; the error says what is missing to know them.
    pub(super) fn all<'s>(&'s self, seen: Seen<'s>) -> Result<Vec<Sample<'s>>, u16> {
        let mut made = Vec::new();
        for sample in self.fetch.all(seen).map_err(|it| self.told(it))? {
            made.extend(self.converted(sample)?);
        }
        Ok(made)
    }

    /// The value that counts where one does.
    pub(super) fn one<'s>(&'s self, seen: Seen<'s>) -> Result<Option<Sample<'s>>, u16> {
        match self.fetch.one(seen).map_err(|it| self.told(it))? {
            Some(sample) => self.converted(sample),
            None => Ok(None),
        }
    }

    fn told(&self, unknown: Unknown) -> u16 {
        match unknown {
            Unknown::Untold => self.missing,
            Unknown::Changed(open) => open.told,
        }
    }

    fn converted<'s>(&self, sample: Sample<'s>) -> Result<Option<Sample<'s>>, u16> {
        let mut made = sample;
        for convert in &self.converts {
            match convert.convert(made).ok_or(self.missing)? {
                Some(next) => made = next,
                None => return Ok(None),
            }
        }
        Ok(Some(made))
    }
}
