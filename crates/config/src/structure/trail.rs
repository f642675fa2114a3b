//! Where in a file a check is, in words: endpoint `web1` of pool `portal`.

use std::fmt;

/// The tables entered so far, outermost first.
#[derive(Debug, Default)]
pub(super) struct Trail(Vec<String>);

impl Trail {
    pub(super) fn enter(&mut self, place: String) {
        self.0.push(place);
    }

    pub(super) fn depth(&self) -> usize {
        self.0.len()
    }

    pub(super) fn leave_to(&mut self, depth: usize) {
        self.0.truncate(depth);
    }

    /// A key with its place: `capacity` of endpoint `web1` of pool `portal`.
    pub(super) fn of(&self, key: &str) -> String {
        if self.0.is_empty() { format!("`{key}`") } else { format!("`{key}` of {self}") }
    }
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the file");
        }
        for (i, place) in self.0.iter().rev().enumerate() {
            write!(f, "{}{place}", if i == 0 { "" } else { " of " })?;
        }
        Ok(())
    }
}
