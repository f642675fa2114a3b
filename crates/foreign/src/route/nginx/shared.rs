//! Variables that the whole configuration shares: `map`, `geo` and `split_clients`.

use std::collections::HashMap;

use super::map::Table;
use super::network::Networks;
use crate::nginx::model::{Config, Kind, SplitClients};
use crate::route::texts::Texts;

/// `map`, `geo` and `split_clients` by the name of their variable.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared(HashMap<String, (String, Source)>);

/// Where a variable's value comes from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Map(Table),
    Geo(Networks),
    Split(SplitClients),
    /// With what is not known here.
    Other(u16),
}

impl Shared {
    pub(super) fn new(config: &Config, texts: &mut Texts) -> Shared {
        let mut all = HashMap::new();
        let mut other = |what: &str, name: &str| {
            Source::Other(texts.missing(format!("`{what}` of `${name}` is not imitated whole")))
        };
        for map in config.maps.iter().filter(|it| it.kind == Kind::Http) {
            let name = &map.variable.value;
            let table = Table::new(map).map_or_else(|| other("map", name), Source::Map);
            all.insert(name.to_ascii_lowercase(), (map.source.value.clone(), table));
        }
        for geo in config.geos.iter().filter(|it| it.kind == Kind::Http) {
            let name = &geo.variable.value;
            let source = geo.source.as_ref().map_or("$remote_addr", |it| it.value.as_str());
            let table = Networks::new(geo).map_or_else(|| other("geo", name), Source::Geo);
            all.insert(name.to_ascii_lowercase(), (source.to_owned(), table));
        }
        for split in config.splits.iter().filter(|it| it.kind == Kind::Http) {
            let source = split.source.value.clone();
            let table = Source::Split(split.clone());
            all.insert(split.variable.value.to_ascii_lowercase(), (source, table));
        }
        Shared(all)
    }

    /// The text that is looked up for a variable, and in what.
    pub(super) fn find(&self, name: &str) -> Option<&(String, Source)> {
        self.0.get(name)
    }
}
