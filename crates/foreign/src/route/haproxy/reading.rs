//! What is known while the rules of a configuration are read.

use std::collections::HashMap;

use super::changed::Changed;
use super::fetch::Fetch;
use super::sample::Sampling;
use crate::haproxy::model::Acl;
use crate::route::texts::Texts;

/// Reads a file that a configuration names.
pub(super) type Files<'f> = &'f dyn Fn(&str) -> Option<String>;

/// What is known while rules are read.
pub(super) struct Reading<'c> {
    pub(super) texts: &'c mut Texts,
    files: Files<'c>,
    pub(super) acls: Vec<&'c Acl>,
    /// What earlier rules may have changed.
    pub(super) changed: Changed,
    /// Variables that earlier rules have set; `Err` where it depends on something which one.
    pub(super) variables: HashMap<String, Result<Sampling, u16>>,
    /// Whether connections are encrypted, where all or none are.
    pub(super) is_tls: Option<bool>,
}

impl<'c> Reading<'c> {
    pub(super) fn new(texts: &'c mut Texts, files: Files<'c>) -> Reading<'c> {
        Reading {
            texts,
            files,
            acls: Vec::new(),
            changed: Changed::default(),
            variables: HashMap::new(),
            is_tls: None,
        }
    }

    pub(super) fn file(&self, name: &str) -> Option<String> {
        (self.files)(name)
    }

    /// The place of `the log does not tell …`.
    pub(super) fn unknown(&mut self, what: &str) -> u16 {
        let what = what.trim_end_matches("()");
        self.texts.missing(format!("`{what}` cannot be known from the log"))
    }

    /// A fetch, unless earlier rules change what it fetches.
    pub(super) fn fetch(&mut self, name: &str, arguments: &str) -> Result<Fetch, u16> {
        let told =
            if arguments.is_empty() { name.to_owned() } else { format!("{name}({arguments})") };
        if let ("ssl_fc", Some(is_tls)) = (name, self.is_tls) {
            return Ok(Fetch::Fixed(i64::from(is_tls).to_string()));
        }
        let Some(fetch) = Fetch::parse(name, arguments) else { return Err(self.unknown(&told)) };
        match self.changed.by(&fetch) {
            Some(rule) => {
                let what = format!("`{told}` is changed by `{rule}` before");
                Err(self.texts.missing(what))
            }
            None => Ok(fetch),
        }
    }

    /// What an earlier rule has put into a variable.
    pub(super) fn variable(&mut self, name: &str) -> Result<Sampling, u16> {
        match self.variables.get(name) {
            Some(known) => known.clone(),
            None => Err(self.unknown(&format!("var({name})"))),
        }
    }
}
