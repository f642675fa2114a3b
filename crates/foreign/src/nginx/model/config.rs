//! A whole configuration.

use std::sync::Arc;

use super::block::Block;
use super::listen::Listen;
use super::logs::{AccessLog, LogFormat};
use super::pass::{Pass, Target};
use super::real_ip::RealIp;
use super::upstream::{Resolver, Upstream};
use super::variable::{Geo, Map, SplitClients};
use super::walk;
use crate::fault::SyntaxError;
use crate::nginx::syntax::{Tree, Word};
use crate::placed::Placed;
use crate::setting::Setting;
use crate::source::Span;

/// What is balanced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Requests.
    Http,
    /// Connections, or datagrams.
    Stream,
}

/// What a configuration says of balancing.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether the main file has no `http` around its servers, as files of `conf.d` have not.
    pub is_part: bool,
    /// How many processes work.
    pub worker_processes: Setting<Workers>,
    /// Connections at once of each of them.
    pub worker_connections: Setting<u64>,
    /// Groups of servers.
    pub upstreams: Vec<Upstream>,
    /// Servers that listen.
    pub servers: Vec<Server>,
    /// Where requests are passed on.
    pub passes: Vec<Pass>,
    /// Variables by other texts.
    pub maps: Vec<Map>,
    /// Variables by networks.
    pub geos: Vec<Geo>,
    /// Variables by shares of clients.
    pub splits: Vec<SplitClients>,
    /// Formats of logs; `combined` is always there and not listed.
    pub log_formats: Vec<LogFormat>,
    /// Logs.
    pub access_logs: Vec<AccessLog>,
    /// Directives of names that are not known.
    pub unknown: Vec<Placed<String>>,
    /// Values that nginx would refuse. What they were to set has its default.
    pub problems: Vec<SyntaxError>,
}

/// How many processes work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workers {
    /// One for each core.
    Auto,
    /// So many.
    Count(u64),
}

/// A `server` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Whether it is one of `http` or of `stream`.
    pub kind: Kind,
    /// The whole block.
    pub span: Span,
    /// Where it listens; nothing: on port 80, or 8000 for who is not root.
    pub listens: Vec<Listen>,
    /// Its names.
    pub names: Vec<Placed<String>>,
    /// Whose word is taken for the client's address.
    pub real_ip: Arc<RealIp>,
    /// Who looks names up while running.
    pub resolver: Option<Placed<Resolver>>,
    /// Files of certificates, its own or those that hold for all servers.
    pub certificates: Vec<Placed<String>>,
    /// Whether several slashes in a row count as one.
    pub merges_slashes: bool,
    /// What it does with requests.
    pub body: Block,
}

impl Config {
    /// Reads what a tree says. What it says nothing of is left out, and never an error.
    pub fn read(tree: &Tree) -> Config {
        walk::walk(tree)
    }

    /// What a pass leads to that was written with variables, once they have their values.
    pub fn target(&self, pass: &Pass, text: &str) -> Target {
        super::resolve::target(text, pass.family, pass.kind, |name| {
            let same =
                |it: &Upstream| it.kind == pass.kind && it.name.value.eq_ignore_ascii_case(name);
            self.upstreams.iter().position(same)
        })
    }

    /// The upstream of a name.
    pub fn upstream(&self, kind: Kind, name: &str) -> Option<&Upstream> {
        let named = |upstream: &&Upstream| upstream.name.value.eq_ignore_ascii_case(name);
        self.upstreams.iter().filter(|upstream| upstream.kind == kind).find(named)
    }
}

/// Values that nginx would refuse.
#[derive(Debug, Default)]
pub(super) struct Problems(pub(super) Vec<SyntaxError>);

impl Problems {
    /// Sets what could be read, or tells what could not.
    pub(super) fn set<T>(
        &mut self,
        setting: &mut Setting<T>,
        value: Option<T>,
        word: &Word,
        expected: &str,
    ) {
        match value {
            Some(value) => *setting = Setting::written(value, word.span),
            None => {
                let what = format!("nginx cannot read `{}`", word.text);
                self.0.push(SyntaxError::new(word.span, what).expected(expected));
            }
        }
    }
}
