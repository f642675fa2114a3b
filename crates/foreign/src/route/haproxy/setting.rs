//! `set-var`: what a variable comes to hold, and when.

use super::format::Format;
use super::reading::Reading;
use super::sample::Sampling;
use super::seen::{Seen, Unknown};
use crate::pick::haproxy::Sample;

/// `set-var(name,when) value`.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    pub(super) name: String,
    /// All of them have to hold.
    when: Vec<When>,
    value: Value,
}

/// Of the value that the variable has, or of the one that it shall have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Exists(bool),
    Set(bool),
    Greater,
    Less,
    Empty(bool),
    Unknown(u16),
}

#[derive(Clone, Debug)]
enum Value {
    Sample(Sampling),
    Text(Format),
    Unknown(u16),
}

impl Setting {
    /// `arguments` are those in the parentheses, `words` those behind them.
    pub(super) fn parse(
        action: &str,
        arguments: &str,
        words: &[&str],
        reading: &mut Reading<'_>,
    ) -> Setting {
        let mut arguments = arguments.split(',').map(str::trim);
        let name = arguments.next().unwrap_or("").to_owned();
        let when = arguments.map(|word| When::named(word, reading)).collect();
        let value = match action {
            "set-var" => match Sampling::parse(&words.concat(), reading) {
                Ok(sampling) => Value::Sample(sampling),
                Err(missing) => Value::Unknown(missing),
            },
            _ => Value::Text(Format::parse(words.first().copied().unwrap_or(""), reading)),
        };
        Setting { name, when, value }
    }

    /// What it sets the variable to; `None` where the variable stays as it is, as where what is
    /// fetched is not there. The error says what is missing to know it.
    pub(super) fn value(&self, seen: Seen<'_>) -> Result<Option<Sample<'static>>, u16> {
        let old = seen.edits.variable(&self.name).map_err(Unknown::Changed);
        // What does not depend on the new value decides first: it may be unknown.
        for when in &self.when {
            if when.is_of_old() && !self.holds(*when, &old, None)? {
                return Ok(None);
            }
        }
        let new = match &self.value {
            Value::Sample(sampling) => sampling.one(seen)?.map(Sample::into_owned),
            Value::Text(format) => Some(Sample::Text(format.text(seen, b"")?.into())),
            Value::Unknown(missing) => return Err(*missing),
        };
        let Some(new) = new else { return Ok(None) };
        for when in &self.when {
            if !self.holds(*when, &old, Some(&new))? {
                return Ok(None);
            }
        }
        Ok(Some(new))
    }

    fn holds(
        &self,
        when: When,
        old: &Result<Option<Sample<'_>>, Unknown>,
        new: Option<&Sample<'_>>,
    ) -> Result<bool, u16> {
        let known = || match old {
            Ok(old) => Ok(old.as_ref()),
            Err(Unknown::Changed(open)) => Err(open.told),
            Err(Unknown::Untold) => Ok(None),
        };
        let numbers = || {
            Ok::<_, u16>(match (known()?, new) {
                (Some(Sample::Number(old)), Some(Sample::Number(new))) => Some((*old, *new)),
                _ => None,
            })
        };
        Ok(match when {
            // Those of the process are there from the start.
            When::Exists(_) if self.name.starts_with("proc.") => when == When::Exists(true),
            When::Exists(has) | When::Set(has) => known()?.is_some() == has,
            // What cannot be compared is set.
            When::Greater => numbers()?.is_none_or(|(old, new)| old > new),
            When::Less => numbers()?.is_none_or(|(old, new)| old < new),
            When::Empty(is) => matches!(new, Some(Sample::Text(text)) if text.is_empty()) == is,
            When::Unknown(missing) => return Err(missing),
        })
    }
}

impl When {
    fn named(word: &str, reading: &mut Reading<'_>) -> When {
        match word {
            "ifexists" => When::Exists(true),
            "ifnotexists" => When::Exists(false),
            "ifset" => When::Set(true),
            "ifnotset" => When::Set(false),
            "ifempty" => When::Empty(true),
            "ifnotempty" => When::Empty(false),
            "ifgt" => When::Greater,
            "iflt" => When::Less,
            _ => When::Unknown(reading.not_imitated(word)),
        }
    }

    fn is_of_old(self) -> bool {
        matches!(self, When::Exists(_) | When::Set(_))
    }
}
