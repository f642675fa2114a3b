//! What of a request earlier rules change, so that a log's words are not what later rules see.

use super::fetch::Fetch;
use crate::haproxy::model::Rule;

/// What was changed, with the action that did it.
#[derive(Clone, Debug, Default)]
pub(super) struct Changed {
    path: Option<String>,
    query: Option<String>,
    method: Option<String>,
    source: Option<String>,
    /// Names in lower case.
    headers: Vec<(String, String)>,
}

impl Changed {
    /// Takes a rule's action in.
    pub(super) fn note(&mut self, rule: &Rule) {
        let action = rule.action();
        let said = || Some(format!("{} {action}", rule.keyword()));
        let (path, query) = (&mut self.path, &mut self.query);
        match action {
            "set-path" | "replace-path" => *path = path.take().or_else(said),
            "set-query" => *query = query.take().or_else(said),
            "set-uri" | "replace-uri" | "set-pathq" | "replace-pathq" | "normalize-uri" => {
                *path = path.take().or_else(said);
                *query = query.take().or_else(said);
            }
            "set-method" => self.method = said(),
            "set-src" => self.source = said(),
            "set-header" | "add-header" | "del-header" | "replace-header" | "replace-value" => {
                let name = rule.words.get(2).map_or("", |word| word.text.as_ref());
                self.headers.extend(said().map(|said| (name.to_ascii_lowercase(), said)));
            }
            _ => {}
        }
    }

    /// What changes a fetch.
    pub(super) fn by(&self, fetch: &Fetch) -> Option<&str> {
        let header = |name: &str| {
            let same = |(changed, _): &&(String, String)| changed.eq_ignore_ascii_case(name);
            self.headers.iter().find(same).map(|(_, said)| said.as_str())
        };
        let path = || self.path.as_deref();
        let query = || self.query.as_deref();
        match fetch {
            Fetch::Source => self.source.as_deref(),
            Fetch::Method => self.method.as_deref(),
            Fetch::Path => path(),
            Fetch::PathAndQuery | Fetch::Url => path().or_else(query),
            Fetch::Query | Fetch::Parameter(_) => query(),
            Fetch::Base => path().or_else(|| header("host")),
            Fetch::BaseAndQuery => path().or_else(query).or_else(|| header("host")),
            Fetch::Header(name, _) | Fetch::FullHeader(name) => header(name),
            Fetch::Cookie(_) => header("cookie"),
            Fetch::Fixed(_) => None,
        }
    }
}
