//! The pools that requests may go to, by name.

use std::collections::HashMap;

use super::decision::To;

/// Pools by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(HashMap<String, u16>);

impl Names {
    pub(super) fn new(names: &[String]) -> Names {
        let places = names.iter().enumerate();
        // The first one of a name counts.
        let places = places.rev().map(|(place, name)| {
            (name.clone(), u16::try_from(place).unwrap_or(u16::MAX))
        });
        Names(places.collect())
    }

    pub(super) fn to(&self, name: &str) -> To {
        self.0.get(name).map_or(To::Elsewhere, |place| To::Pool(*place))
    }
}
