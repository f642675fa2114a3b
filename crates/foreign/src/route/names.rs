//! The pools that requests may go to, by name.

use std::collections::{HashMap, HashSet};

use super::decision::To;

/// Pools by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    places: HashMap<String, u16>,
    /// Those that are there and were not asked for.
    others: HashSet<String>,
}

impl Names {
    pub(super) fn new(names: &[String]) -> Names {
        let places = names.iter().enumerate();
        // The first one of a name counts.
        let places = places
            .rev()
            .map(|(place, name)| (name.clone(), u16::try_from(place).unwrap_or(u16::MAX)));
        Names { places: places.collect(), others: HashSet::new() }
    }

    /// With all that there are, whether or not they were asked for.
    pub(super) fn among<'n>(self, all: impl Iterator<Item = &'n str>) -> Names {
        let others = all.filter(|name| !self.places.contains_key(*name)).map(str::to_owned);
        Names { others: others.collect(), ..self }
    }

    /// A name that may be none of a pool: the balancer has nobody to ask then.
    pub(super) fn made(&self, name: &str) -> To {
        let is_there = self.places.contains_key(name) || self.others.contains(name);
        if is_there { self.to(name) } else { To::Answered }
    }

    pub(super) fn to(&self, name: &str) -> To {
        self.places.get(name).map_or(To::Elsewhere, |place| To::Pool(*place))
    }
}
