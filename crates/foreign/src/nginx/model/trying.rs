//! How long nginx waits for a server, and when it tries another one.

use super::config::{Kind, Problems};
use super::pass::Family;
use super::scope::Scope;
use super::units::{millis, number};
use crate::setting::Setting;

/// What is in force where a request is passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trying {
    /// The conditions of `*_next_upstream`, in `stream` `on` or `off`.
    pub next: Setting<Vec<String>>,
    /// Attempts in all; 0: as many as there are servers.
    pub tries: Setting<u64>,
    /// Milliseconds in which another server may still be tried; 0: any time.
    pub within_ms: Setting<u64>,
    /// Milliseconds to connect.
    pub connect_timeout_ms: Setting<u64>,
    /// Milliseconds between two writes; in `stream` between any two of reads and writes.
    pub send_timeout_ms: Setting<u64>,
    /// Milliseconds between two reads; in `stream` between any two of reads and writes.
    pub read_timeout_ms: Setting<u64>,
}

impl Trying {
    pub(super) fn read(
        scope: &Scope<'_>,
        family: Family,
        kind: Kind,
        problems: &mut Problems,
    ) -> Trying {
        let prefix = family.prefix();
        let last = |what: &str| scope.last(&format!("{prefix}_{what}"));
        let mut time = |what: &str, default: u64| {
            let mut setting = Setting::default(default);
            if let Some(word) = last(what).and_then(|directive| directive.args.first()) {
                problems.set(&mut setting, millis(&word.text), word, "a time, as `500ms` or `1m`");
            }
            setting
        };
        let within_ms = time("next_upstream_timeout", 0);
        let connect_timeout_ms = time("connect_timeout", 60_000);
        let (send_timeout_ms, read_timeout_ms) = match kind {
            Kind::Http => (time("send_timeout", 60_000), time("read_timeout", 60_000)),
            Kind::Stream => {
                let both = time("timeout", 600_000);
                (both, both)
            }
        };
        let next = match last("next_upstream") {
            Some(directive) => {
                // nginx has half as many. Each pass has a list of its own.
                let words = directive.args.iter().take(32).map(|word| word.text.clone());
                Setting::written(words.collect(), directive.head())
            }
            None if kind == Kind::Stream => Setting::default(vec!["on".to_owned()]),
            None => Setting::default(vec!["error".to_owned(), "timeout".to_owned()]),
        };
        let mut tries = Setting::default(0);
        if let Some(word) = last("next_upstream_tries").and_then(|d| d.args.first()) {
            problems.set(&mut tries, number(&word.text), word, "a number from 0");
        }
        Trying { next, tries, within_ms, connect_timeout_ms, send_timeout_ms, read_timeout_ms }
    }
}
