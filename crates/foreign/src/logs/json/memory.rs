//! Remembers what the keys of a log mean: its lines have the same ones in the same order.

use super::dialect::{Dialect, Meaning};
use super::scan::Path;
use crate::logs::field::Field;

/// So many values of a line are remembered.
const PLACES_MAX: usize = 64;

/// What was found out of the first lines, by the place of a value in its line.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    places: Vec<Place>,
}

#[derive(Clone, Debug)]
struct Place {
    key: Box<[u8]>,
    /// `None` where it has to be found out each time.
    field: Option<Field>,
}

impl Memory {
    /// The meaning of the value at a place. Only keys of the outermost object are remembered.
    pub(super) fn meaning<'a>(
        &mut self,
        dialect: Dialect,
        place: usize,
        path: &Path<'a>,
    ) -> Meaning<'a> {
        if path.depth > 0 || path.index > 0 {
            return dialect.meaning(path);
        }
        match self.places.get(place) {
            Some(Place { key, field: Some(field) }) if **key == *path.key => Meaning::Field(*field),
            Some(_) => dialect.meaning(path),
            None => self.found(dialect, place, path),
        }
    }

    /// Remembers the first line that has as many values; another order later on costs time only.
    fn found<'a>(&mut self, dialect: Dialect, place: usize, path: &Path<'a>) -> Meaning<'a> {
        let meaning = dialect.meaning(path);
        let field = match meaning {
            Meaning::Field(field) => Some(field),
            Meaning::Nothing => Some(Field::Skip),
            _ => None,
        };
        // What stands in an inner object has a place of its own, and is never asked for again.
        while self.places.len() < place.min(PLACES_MAX) {
            self.places.push(Place { key: Box::default(), field: None });
        }
        if place < PLACES_MAX {
            self.places.push(Place { key: path.key.into(), field });
        }
        meaning
    }
}
