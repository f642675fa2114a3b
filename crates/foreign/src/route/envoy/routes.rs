//! All listeners of a configuration, and the clusters that they lead to.

use super::table::Table;
use crate::Sources;
use crate::envoy::model::Config;
use crate::logs::Line;
use crate::route::decision::{Decision, Doubt, To};
use crate::route::keyed::Keyed;
use crate::route::names::Names;
use crate::route::texts::Texts;

/// Where a configuration of Envoy sends requests.
#[derive(Clone, Debug)]
pub struct EnvoyRoutes {
    tables: Vec<Table>,
    names: Names,
    texts: Texts,
    which: Doubt,
}

/// The golden ratio's part behind the point: its multiples lie evenly wherever one looks.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

impl EnvoyRoutes {
    /// To these clusters. Several files are one configuration.
    pub fn new(configs: &[Config], sources: &Sources, names: &[String]) -> EnvoyRoutes {
        let clusters = configs.iter().flat_map(|config| &config.clusters);
        let pools = Names::new(names).among(clusters.map(|it| it.name.value.as_str()));
        let mut texts = Texts::default();
        let which = Doubt {
            rule: texts.rule("several tables of routes"),
            missing: texts.missing("the log does not say which of them took the request"),
        };
        let mut tables = Vec::new();
        for config in configs {
            for (place, table) in config.tables.iter().enumerate() {
                let by = |it: &&crate::envoy::model::Listener| {
                    let named = table.name.as_ref().map(|name| &name.value);
                    let by_name = |rds: &crate::Placed<String>| Some(&rds.value) == named;
                    it.routes.contains(&place) || it.rds.iter().any(by_name)
                };
                let listener = config.listeners.iter().find(by);
                tables.push(Table::new(table, listener, (&pools, &mut texts, sources)));
            }
        }
        EnvoyRoutes { tables, names: pools, texts, which }
    }

    /// Where a request goes. What Envoy draws is drawn from the number of the line, evenly.
    pub fn decide(&self, number: u64, line: &Line<'_>) -> Decision<'static> {
        let draw = (number as f64 * GOLDEN).fract();
        let all = self.tables.iter().map(|table| table.decide(line, draw, &self.names).0);
        Decision::among(all, self.which).unwrap_or(Decision::to(To::Elsewhere))
    }

    /// What is hashed of a request that goes to a pool whose method hashes.
    pub fn key(&self, number: u64, line: &Line<'_>, pool: u16) -> Keyed {
        let draw = (number as f64 * GOLDEN).fract();
        let found = self.tables.iter().find_map(|table| {
            let (decision, way) = table.decide(line, draw, &self.names);
            way.filter(|_| decision.to == To::Pool(pool)).map(|way| table.key(way, line))
        });
        found.unwrap_or_default()
    }

    /// What a doubt is about.
    pub fn told(&self, doubt: Doubt) -> String {
        self.texts.told(doubt)
    }
}
