//! Whether a test holds, as far as a log tells.

/// Whether a test holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    Yes,
    No,
    /// It cannot be known: the place of what is missing in [`super::texts::Texts`].
    Unknown(u16),
}

impl Truth {
    pub(super) fn of(holds: bool) -> Truth {
        if holds { Truth::Yes } else { Truth::No }
    }

    pub(super) fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            unknown => unknown,
        }
    }

    /// Whether all hold; one that does not decides, whatever is unknown.
    pub(super) fn all(tests: impl Iterator<Item = Truth>) -> Truth {
        let mut all = Truth::Yes;
        for test in tests {
            match test {
                Truth::No => return Truth::No,
                Truth::Unknown(_) if all == Truth::Yes => all = test,
                _ => {}
            }
        }
        all
    }

    /// Whether one of them holds.
    pub(super) fn any(tests: impl Iterator<Item = Truth>) -> Truth {
        Truth::all(tests.map(Truth::not)).not()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_decides_before_what_is_not() {
        let all = |tests: &[Truth]| Truth::all(tests.iter().copied());
        let any = |tests: &[Truth]| Truth::any(tests.iter().copied());
        assert_eq!(all(&[Truth::Unknown(1), Truth::No]), Truth::No);
        assert_eq!(all(&[Truth::Yes, Truth::Unknown(1), Truth::Unknown(2)]), Truth::Unknown(1));
        assert_eq!(any(&[Truth::Unknown(1), Truth::Yes]), Truth::Yes);
        assert_eq!(any(&[Truth::No, Truth::Unknown(3)]), Truth::Unknown(3));
        assert_eq!((all(&[]), any(&[])), (Truth::Yes, Truth::No));
    }
}
