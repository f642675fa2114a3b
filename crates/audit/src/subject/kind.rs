//! A configuration that was read, with its texts.

use config::{Places, Settings};
use foreign::haproxy::syntax::Doubt::{Limit, OpenCondition, UnknownKeyword, UnknownSection};
use foreign::{FileId, Placed, Sources, Span, SyntaxError, envoy, haproxy, nginx};

use crate::product::Product;

/// A configuration that was read.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What it says.
    pub parsed: Parsed,
    /// What its balancer would refuse; judged is what could be read of the rest.
    pub errors: Vec<SyntaxError>,
    /// Nothing of it could be read but its errors: no rule has looked at it.
    pub(crate) is_unread: bool,
    /// Every directive, where it is nginx's.
    pub(crate) tree: Option<Box<nginx::syntax::Tree>>,
    sources: Sources,
}

/// What a configuration says, as its balancer's own model has it.
#[derive(Clone, Debug)]
pub enum Parsed {
    /// HAProxy's.
    Haproxy(Box<haproxy::Config>),
    /// nginx's.
    Nginx(Box<nginx::model::Config>),
    /// Envoy's: a bootstrap and what else was given with it.
    Envoy(Vec<envoy::model::Config>),
    /// This one's.
    Evenkeel(Box<Own>),
}

/// A configuration of this balancer.
#[derive(Clone, Debug)]
pub struct Own {
    /// What it says.
    pub settings: Settings,
    file: FileId,
    places: Places,
}

impl Subject {
    /// What is written in it and is not known here: it was kept, and not judged.
    pub fn unknown(&self) -> Vec<(Span, String)> {
        let named = |all: &[Placed<String>]| -> Vec<(Span, String)> {
            all.iter().map(|one| (one.span, format!("`{}` is not known", one.value))).collect()
        };
        match &self.parsed {
            Parsed::Haproxy(config) => {
                let unknown = |doubt| matches!(doubt, UnknownKeyword | UnknownSection);
                let all = config.told.iter().filter(|told| unknown(told.doubt));
                all.map(|told| (told.span, told.what.clone())).collect()
            }
            Parsed::Nginx(config) => {
                let peers = config.upstreams.iter().flat_map(|upstream| &upstream.peers);
                let peers = peers.flat_map(|peer| named(&peer.unknown));
                named(&config.unknown).into_iter().chain(peers).collect()
            }
            Parsed::Envoy(configs) => {
                configs.iter().flat_map(|config| named(&config.unknown)).collect()
            }
            // What it does not know, it refuses.
            Parsed::Evenkeel(_) => Vec::new(),
        }
    }

    /// What was read in another way than it is written, and how.
    pub fn misread(&self) -> Vec<(Span, String)> {
        let what = "this is no UTF-8, and is read as U+FFFD";
        let replaced = self.sources().replaced().map(|span| (span, what.to_owned()));
        let told = match &self.parsed {
            Parsed::Haproxy(config) => &config.told[..],
            _ => &[],
        };
        // All branches of a condition that nobody here can decide are read, and lists that are too
        // long to their middle.
        let open = told.iter().filter(|told| matches!(told.doubt, OpenCondition | Limit));
        replaced.chain(open.map(|told| (told.span, told.what.clone()))).collect()
    }

    pub(super) fn new(parsed: Parsed, errors: Vec<SyntaxError>, sources: Sources) -> Subject {
        Subject { parsed, errors, is_unread: false, tree: None, sources }
    }

    /// A text of which nothing could be read; `parsed` is an empty configuration.
    pub(super) fn unread(parsed: Parsed, errors: Vec<SyntaxError>, sources: Sources) -> Subject {
        Subject { is_unread: true, ..Subject::new(parsed, errors, sources) }
    }

    /// The same with other files and errors, as when several are told of together.
    pub(crate) fn with(mut self, sources: Sources, errors: Vec<SyntaxError>) -> Subject {
        match &mut self.parsed {
            Parsed::Haproxy(config) => config.sources = sources,
            _ => self.sources = sources,
        }
        Subject { errors, ..self }
    }

    /// Whose it is.
    pub fn product(&self) -> Product {
        match self.parsed {
            Parsed::Haproxy(_) => Product::Haproxy,
            Parsed::Nginx(_) => Product::Nginx,
            Parsed::Envoy(_) => Product::Envoy,
            Parsed::Evenkeel(_) => Product::Evenkeel,
        }
    }

    /// Its texts. All places of its findings are in them.
    pub fn sources(&self) -> &Sources {
        match &self.parsed {
            Parsed::Haproxy(config) => &config.sources,
            _ => &self.sources,
        }
    }
}

impl Own {
    pub(super) fn new(settings: Settings, file: FileId, text: &str) -> Own {
        Own { settings, file, places: Places::of(text) }
    }

    /// Where a value stands; see [`Places::value`].
    pub fn value(&self, path: &[&str]) -> Option<Span> {
        self.places.value(path).map(|range| Own::span_in(self.file, &range))
    }

    /// Where a key stands; see [`Places::key`].
    pub fn key(&self, path: &[&str]) -> Option<Span> {
        self.places.key(path).map(|range| Own::span_in(self.file, &range))
    }

    pub(super) fn span_in(file: FileId, range: &std::ops::Range<usize>) -> Span {
        let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        Span { file, start: at(range.start), end: at(range.end) }
    }
}
