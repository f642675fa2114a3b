//! A configuration as a whole.

use super::balance::Algorithm;
use super::global::Global;
use super::kind::{Mode, ProxyKind};
use super::modifier::Modifier;
use super::peers::Peers;
use super::proxy::Proxy;
use super::rules::Rule;
use crate::haproxy::section::SectionKind;
use crate::haproxy::syntax::{File, Text, Told, Version, Word};
use crate::{Sources, Span, SyntaxError};

/// A configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The files, as they were read.
    pub sources: Sources,
    /// Their lines, comments included, in the order in which HAProxy reads them.
    pub files: Vec<File>,
    /// The version that was stated.
    pub version: Version,
    /// All sections, in order.
    pub sections: Vec<Section>,
    /// What `global` says.
    pub global: Global,
    /// All `defaults`, `frontend`, `backend` and `listen` sections, in order.
    pub proxies: Vec<Proxy>,
    /// All `peers` sections, in order.
    pub peers: Vec<Peers>,
    /// What is unknown or doubtful.
    pub told: Vec<Told>,
    /// What HAProxy refuses.
    pub errors: Vec<SyntaxError>,
}

/// A section and what stands in it.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its kind.
    pub kind: SectionKind,
    /// Its name, where it has one.
    pub name: Option<Text>,
    /// The line that begins it, as words.
    pub header: Vec<Word>,
    /// That line.
    pub span: Span,
    /// Its lines that count.
    pub statements: Vec<Statement>,
}

/// A line of a section.
#[derive(Clone, Debug)]
pub struct Statement {
    /// `no` or `default` in front of it.
    pub modifier: Modifier,
    /// Its words behind that, the keyword first.
    pub words: Vec<Word>,
    /// Whether it stands in a branch whose condition cannot be evaluated from here.
    pub is_doubtful: bool,
    /// From its first word to its last one.
    pub span: Span,
}

impl Statement {
    /// The keyword.
    pub fn keyword(&self) -> &str {
        self.words.first().map_or("", |word| &word.text)
    }
}

impl Config {
    /// The proxies that have servers.
    pub fn backends(&self) -> impl Iterator<Item = &Proxy> {
        let has_servers =
            |proxy: &&Proxy| matches!(proxy.kind, ProxyKind::Backend | ProxyKind::Listen);
        self.proxies.iter().filter(has_servers)
    }

    /// The proxies that take connections.
    pub fn frontends(&self) -> impl Iterator<Item = &Proxy> {
        let listens =
            |proxy: &&Proxy| matches!(proxy.kind, ProxyKind::Frontend | ProxyKind::Listen);
        self.proxies.iter().filter(listens)
    }

    /// A proxy with servers, by its name.
    pub fn backend(&self, name: &str) -> Option<&Proxy> {
        self.backends().find(|proxy| proxy.name.as_ref() == name)
    }

    /// How a proxy chooses among its servers, whether or not a line says so, and what it says
    /// without effect left out.
    pub fn algorithm(&self, proxy: &Proxy) -> Algorithm {
        let said = proxy.settings.balance.as_ref().map(|balance| balance.value.clone());
        match said {
            Some(said) if said.needs_http() && proxy.mode() != Mode::Http => Algorithm::RoundRobin,
            Some(said) => said,
            None => Algorithm::default_of(self.version),
        }
    }

    /// The rules of a proxy in the order in which they are applied: those of its `defaults` first.
    pub fn rules<'c>(&'c self, proxy: &'c Proxy) -> impl Iterator<Item = &'c Rule> {
        let defaults = proxy.defaults.and_then(|at| self.proxies.get(at));
        defaults.into_iter().flat_map(|defaults| &defaults.rules).chain(&proxy.rules)
    }

    /// The sections of a kind.
    pub fn sections_of(&self, kind: SectionKind) -> impl Iterator<Item = &Section> {
        self.sections.iter().filter(move |section| section.kind == kind)
    }
}
