//! A server of an upstream, with its parameters.

use super::address::Address;
use super::config::{Kind, Problems};
use super::units::{number, seconds};
use crate::fault::SyntaxError;
use crate::nginx::syntax::{Directive, Word};
use crate::placed::Placed;
use crate::setting::Setting;
use crate::source::Span;

/// A server of an upstream. Its name may stand for several addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The whole directive.
    pub span: Span,
    /// As it was written.
    pub written: Placed<String>,
    /// What it means, with port 80 in `http` where none was written; absent where nginx would
    /// refuse it.
    pub address: Option<Address>,
    /// Its share against the others'.
    pub weight: Setting<u64>,
    /// Failures within `fail_timeout_s` after which it is left out for as long; 0: never.
    pub max_fails: Setting<u64>,
    /// Seconds.
    pub fail_timeout_s: Setting<u64>,
    /// Connections at once; 0: any number. Without a zone each worker counts its own.
    pub max_conns: Setting<u64>,
    /// Seconds over which its weight grows after it was away (nginx Plus).
    pub slow_start_s: Setting<u64>,
    /// Used only when no other can be.
    pub backup: Setting<bool>,
    /// Never used.
    pub down: Setting<bool>,
    /// Given only the sessions that it has.
    pub drain: Setting<bool>,
    /// Looked up again while running.
    pub resolve: Setting<bool>,
    /// The name of the service record to look up.
    pub service: Option<Placed<String>>,
    /// What sessions call it.
    pub route: Option<Placed<String>>,
    /// What the API calls it.
    pub id: Option<Placed<String>>,
    /// Parameters that are not known.
    pub unknown: Vec<Placed<String>>,
}

impl Peer {
    pub(super) fn read(directive: &Directive, kind: Kind, problems: &mut Problems) -> Option<Peer> {
        let first = directive.args.first()?;
        let mut peer = Peer::new(directive.span, first);
        peer.address = match (Address::read(&first.text), kind) {
            (Some(Address::Host { host, port: None }), Kind::Stream) => {
                let what = format!("`{host}` has no port, which nginx asks for in `stream`");
                problems.0.push(SyntaxError::new(first.span, what).expected("`host:port`"));
                Some(Address::Host { host, port: None })
            }
            (address, _) => address.map(|address| address.or_port(80)),
        };
        if peer.address.is_none() {
            let what = format!("`{}` is no address of a server", first.text);
            let expected = "a host or `host:port`, `[IPv6]:port` or `unix:/path`";
            problems.0.push(SyntaxError::new(first.span, what).expected(expected));
        }
        for word in directive.args.iter().skip(1) {
            peer.parameter(word, problems);
        }
        Some(peer)
    }

    fn new(span: Span, first: &Word) -> Peer {
        Peer {
            span,
            written: Placed::new(first.text.clone(), first.span),
            address: None,
            weight: Setting::default(1),
            max_fails: Setting::default(1),
            fail_timeout_s: Setting::default(10),
            max_conns: Setting::default(0),
            slow_start_s: Setting::default(0),
            backup: Setting::default(false),
            down: Setting::default(false),
            drain: Setting::default(false),
            resolve: Setting::default(false),
            service: None,
            route: None,
            id: None,
            unknown: Vec::new(),
        }
    }

    fn parameter(&mut self, word: &Word, problems: &mut Problems) {
        let (name, value) = word.text.split_once('=').unwrap_or((&word.text, ""));
        let span = word.span;
        let has_value = word.text.contains('=');
        let text = || Some(Placed::new(value.to_owned(), span));
        let positive = || number(value).filter(|&weight| weight > 0);
        match (name, has_value) {
            ("weight", true) => problems.set(&mut self.weight, positive(), word, WEIGHT),
            ("max_fails", true) => problems.set(&mut self.max_fails, number(value), word, NUMBER),
            ("max_conns", true) => problems.set(&mut self.max_conns, number(value), word, NUMBER),
            ("fail_timeout", true) => {
                problems.set(&mut self.fail_timeout_s, seconds(value), word, TIME)
            }
            ("slow_start", true) => {
                problems.set(&mut self.slow_start_s, seconds(value), word, TIME)
            }
            ("backup", false) => self.backup = Setting::written(true, span),
            ("down", false) => self.down = Setting::written(true, span),
            ("drain", false) => self.drain = Setting::written(true, span),
            ("resolve", false) => self.resolve = Setting::written(true, span),
            ("service", true) => self.service = text(),
            ("route", true) => self.route = text(),
            ("id" | "srun_id", true) => self.id = text(),
            _ => self.unknown.push(Placed::new(word.text.clone(), span)),
        }
    }
}

const WEIGHT: &str = "a number from 1";
const NUMBER: &str = "a number from 0";
const TIME: &str = "a time of whole seconds, as `30s` or `1m`";
