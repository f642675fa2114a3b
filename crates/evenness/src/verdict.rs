//! The three answers to whether traffic is even.

use core::fmt;

/// Whether traffic is even.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is, by what was measured.
    Even,
    /// It is not.
    Uneven,
    /// Too little was measured to tell. This is never a pass.
    NoData,
}

impl Verdict {
    /// Its name in labels and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Even => "even",
            Verdict::Uneven => "uneven",
            Verdict::NoData => "no_data",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
