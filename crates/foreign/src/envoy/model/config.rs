//! A whole file.

use super::cluster::Cluster;
use super::endpoint::{Address, Assignment};
use super::find;
use super::listener::Listener;
use super::reading::Reading;
use super::route::RouteTable;
use crate::envoy::yaml::load;
use crate::fault::SyntaxError;
use crate::placed::Placed;
use crate::source::{FileId, Sources, Span};

/// The version of Envoy's API that a file is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// The one that Envoy reads.
    V3,
    /// The one that Envoy reads no more since 1.18, and where that shows.
    V2(Span),
}

/// What a file says of balancing.
#[derive(Clone, Debug)]
pub struct Config {
    /// The version of the API.
    pub api: Api,
    /// Where the admin interface listens.
    pub admin: Option<Placed<Address>>,
    /// Groups of servers.
    pub clusters: Vec<Cluster>,
    /// Where requests come in.
    pub listeners: Vec<Listener>,
    /// Tables of routes, those inside listeners and others.
    pub tables: Vec<RouteTable>,
    /// Servers of clusters that are written elsewhere, as EDS has them.
    pub assignments: Vec<Assignment>,
    /// Fields that Envoy does not know.
    pub unknown: Vec<Placed<String>>,
    /// Values that Envoy would refuse, and others that are doubtful. What they were to set has its
    /// default.
    pub problems: Vec<SyntaxError>,
}

impl Config {
    /// Reads a file in YAML or JSON: a bootstrap, a response of discovery, a dump of the admin
    /// interface, or one message or list of messages alone.
    pub fn read(name: &str, bytes: &[u8], sources: &mut Sources) -> Result<Config, SyntaxError> {
        let file = sources.add(name, bytes);
        Config::of_file(sources, file)
    }

    /// Reads a file that was taken in already.
    pub fn of_file(sources: &Sources, file: FileId) -> Result<Config, SyntaxError> {
        let root = load(sources, file)?;
        let found = find::find(&root)?;
        let mut reading = Reading::default();
        let mut config = Config {
            api: found.v2.map_or(Api::V3, Api::V2),
            admin: found.admin.and_then(|node| Address::read(node, &mut reading)),
            clusters: Vec::new(),
            listeners: Vec::new(),
            tables: Vec::new(),
            assignments: Vec::new(),
            unknown: Vec::new(),
            problems: Vec::new(),
        };
        for node in found.clusters {
            config.clusters.push(Cluster::read(node, &mut reading));
        }
        for node in found.listeners {
            let listener = Listener::read(node, &mut config.tables, &mut reading);
            config.listeners.push(listener);
        }
        config.tables.extend(found.tables.iter().map(|node| RouteTable::read(node, &mut reading)));
        let assignments = found.assignments.iter();
        config.assignments.extend(assignments.map(|node| Assignment::read(node, &mut reading)));
        config.problems = reading.problems;
        config.problems.extend(found.twice);
        if let Api::V2(span) = config.api {
            let what = "this is written for version 2 of Envoy's API, which it reads no more";
            config.problems.push(SyntaxError::new(span, what).expected("version 3"));
        } else {
            config.unknown = found.unknown;
        }
        config.problems.sort_by_key(|problem| problem.span);
        Ok(config)
    }

    /// The cluster of a name.
    pub fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters.iter().find(|cluster| cluster.name.value == name)
    }
}
