//! What is known while the rules of a configuration are read.

use std::collections::HashSet;

use super::fetch::Fetch;
use crate::haproxy::model::Acl;
use crate::route::texts::Texts;

/// Reads a file that a configuration names.
pub(super) type Files<'f> = &'f dyn Fn(&str) -> Option<String>;

/// What is known while rules are read.
pub(super) struct Reading<'c> {
    pub(super) texts: &'c mut Texts,
    files: Files<'c>,
    pub(super) acls: Vec<&'c Acl>,
    /// Variables that rules set.
    pub(super) variables: HashSet<String>,
    /// Whether connections are encrypted, where all or none are.
    pub(super) is_tls: Option<bool>,
}

impl<'c> Reading<'c> {
    pub(super) fn new(texts: &'c mut Texts, files: Files<'c>) -> Reading<'c> {
        Reading { texts, files, acls: Vec::new(), variables: HashSet::new(), is_tls: None }
    }

    pub(super) fn file(&self, name: &str) -> Option<String> {
        (self.files)(name)
    }

    /// The place of `the log does not tell …`.
    pub(super) fn unknown(&mut self, what: &str) -> u16 {
        let what = what.trim_end_matches("()");
        self.texts.missing(format!("`{what}` cannot be known from the log"))
    }

    /// The place of what a log could tell, and nobody here makes of it.
    pub(super) fn not_imitated(&mut self, what: &str) -> u16 {
        let what = what.trim_end_matches("()");
        self.texts.missing(format!("`{what}` is not imitated"))
    }

    /// A fetch.
    pub(super) fn fetch(&mut self, name: &str, arguments: &str) -> Result<Fetch, u16> {
        let told =
            if arguments.is_empty() { name.to_owned() } else { format!("{name}({arguments})") };
        if let ("ssl_fc", Some(is_tls)) = (name, self.is_tls) {
            return Ok(Fetch::Fixed(i64::from(is_tls).to_string()));
        }
        Fetch::parse(name, arguments).ok_or_else(|| match is_of_request(name) {
            true => self.not_imitated(&told),
            false => self.unknown(&told),
        })
    }

    /// What an earlier rule has put into a variable, `name` or `name,default`.
    pub(super) fn variable(&mut self, arguments: &str) -> Result<Fetch, u16> {
        let (name, default) = match arguments.split_once(',') {
            Some((name, default)) => (name.trim(), Some(default.trim().to_owned())),
            None => (arguments.trim(), None),
        };
        match self.variables.contains(name) {
            true => Ok(Fetch::Variable(name.to_owned(), default)),
            false => Err(self.unknown(&format!("var({name})"))),
        }
    }
}

/// Whether a fetch is of the request itself, and not of the time, of a table or of a connection.
fn is_of_request(name: &str) -> bool {
    const STARTS: [&str; 11] = [
        "req.", "req_", "hdr", "cook", "path", "url", "query", "base", "method", "http_",
        "capture.",
    ];
    let is_body = name.starts_with("req.body") || name.starts_with("req.ssl");
    STARTS.iter().any(|start| name.starts_with(start)) && !is_body
}
