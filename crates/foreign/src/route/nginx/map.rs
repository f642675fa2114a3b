//! `map`: values by text, whole, by its ends where it is a host, and by expressions.

use std::collections::HashMap;

use crate::nginx::model::Map;
use crate::route::expression::{Expression, Groups};

/// A `map`, ready to be asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    whole: HashMap<String, String>,
    /// `*.example.org`, the longest first.
    ends: Vec<(String, String)>,
    /// `www.example.*`, the longest first.
    starts: Vec<(String, String)>,
    expressions: Vec<(Expression, String)>,
    default: String,
}

impl Table {
    /// `None` where a key cannot be read here.
    pub(super) fn new(map: &Map) -> Option<Table> {
        let of_hosts = map.options.iter().any(|option| option.value == "hostnames");
        let mut table = Table::default();
        for entry in &map.entries {
            let (key, value) = (entry.key.value.as_str(), entry.value.value.clone());
            if let Some(expression) = key.strip_prefix("~*") {
                table.expressions.push((Expression::new(expression, true)?, value));
            } else if let Some(expression) = key.strip_prefix('~') {
                table.expressions.push((Expression::new(expression, false)?, value));
            } else if key == "default" {
                table.default = value;
            } else {
                table.plain(
                    &key.strip_prefix('\\').unwrap_or(key).to_ascii_lowercase(),
                    value,
                    of_hosts,
                );
            }
        }
        for ends in [&mut table.ends, &mut table.starts] {
            ends.sort_by_key(|(end, _)| std::cmp::Reverse(end.len()));
        }
        Some(table)
    }

    fn plain(&mut self, key: &str, value: String, of_hosts: bool) {
        if of_hosts {
            if let Some(end) = key.strip_prefix('*') {
                return self.ends.push((end.to_owned(), value));
            }
            if let Some(start) = key.strip_suffix('*') {
                return self.starts.push((start.to_owned(), value));
            }
            if let Some(name) = key.strip_prefix('.') {
                self.whole.insert(name.to_owned(), value.clone());
                return self.ends.push((key.to_owned(), value));
            }
        }
        self.whole.insert(key.to_owned(), value);
    }

    /// The value, with what an expression's groups found. `None` where it cannot be known.
    pub(super) fn find(&self, text: &[u8]) -> Option<(&str, Option<Groups>)> {
        let lower = String::from_utf8_lossy(text).to_ascii_lowercase();
        let host = lower.strip_suffix('.').filter(|_| !self.ends.is_empty()).unwrap_or(&lower);
        if let Some(value) = self.whole.get(host) {
            return Some((value, None));
        }
        let long = |end: &str| host.len() > end.len();
        let by_end = self.ends.iter().find(|(end, _)| long(end) && host.ends_with(end.as_str()));
        let starts = |start: &str| long(start) && host.starts_with(start);
        let found = by_end.or_else(|| self.starts.iter().find(|(start, _)| starts(start)));
        if let Some((_, value)) = found {
            return Some((value, None));
        }
        for (expression, value) in &self.expressions {
            if let Some(groups) = expression.groups(text)? {
                return Some((value, Some(groups)));
            }
        }
        Some((&self.default, None))
    }
}
