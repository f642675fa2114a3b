//! Something that is remembered of each user.

use std::collections::HashMap;

/// By number of the user: known ones are many and come often, newcomers are few that matter.
#[derive(Clone, Debug)]
pub(crate) struct ByUser<T> {
    known: Vec<Option<T>>,
    newcomers: HashMap<u32, T>,
}

impl<T: Copy> ByUser<T> {
    /// Of so many known users.
    pub(crate) fn new(known: usize) -> Self {
        ByUser { known: vec![None; known], newcomers: HashMap::new() }
    }

    pub(crate) fn get(&self, user: u32) -> Option<T> {
        match self.known.get(user as usize) {
            Some(known) => *known,
            None => self.newcomers.get(&user).copied(),
        }
    }

    /// Remembers it; answers what was remembered before.
    pub(crate) fn set(&mut self, user: u32, it: T) -> Option<T> {
        match self.known.get_mut(user as usize) {
            Some(known) => known.replace(it),
            None => self.newcomers.insert(user, it),
        }
    }
}
