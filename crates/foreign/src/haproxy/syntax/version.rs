//! Versions of HAProxy.

use std::fmt;
use std::str::FromStr;

/// A version of HAProxy: what it does without being told differs between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// `3` of 3.2.4.
    pub major: u16,
    /// `2` of 3.2.4.
    pub minor: u16,
    /// `4` of 3.2.4; -1 in development versions, which come before `.0`.
    pub patch: i32,
    /// `7` of 3.2-dev7.
    pub development: u16,
}

impl Version {
    /// The first release of a branch.
    pub const fn new(major: u16, minor: u16) -> Version {
        Version { major, minor, patch: 0, development: 0 }
    }

    /// Whether it is this branch or a later one.
    pub fn is_at_least(self, major: u16, minor: u16) -> bool {
        (self.major, self.minor) >= (major, minor)
    }
}

impl Default for Version {
    /// 3.2, which is maintained until 2030.
    fn default() -> Version {
        Version::new(3, 2)
    }
}

impl FromStr for Version {
    type Err = ();

    /// Reads `2.4`, `2.4.18`, `2.4-dev3` and what distributions add to them.
    fn from_str(text: &str) -> Result<Version, ()> {
        let (major, rest) = leading(text).ok_or(())?;
        let (minor, rest) = rest.strip_prefix('.').and_then(leading).ok_or(())?;
        let mut version = Version::new(major, minor);
        if let Some((patch, _)) = rest.strip_prefix('.').and_then(leading) {
            version.patch = i32::from(patch);
        } else if let Some(rest) = rest.strip_prefix("-dev") {
            version.patch = -1;
            version.development = leading(rest).map_or(0, |(number, _)| number);
        }
        Ok(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        match self.patch {
            -1 => write!(f, "-dev{}", self.development),
            patch => write!(f, ".{patch}"),
        }
    }
}

fn leading(text: &str) -> Option<(u16, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = text.get(..end)?.parse().ok()?;
    Some((number, text.get(end..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn development_comes_before_the_release() {
        let read = |text: &str| text.parse::<Version>();
        assert!(read("2.4-dev3") < read("2.4-dev18") && read("2.4-dev18") < read("2.4.0"));
        assert!(read("2.6.12-1+deb12u4") > read("2.6.9"));
        assert_eq!(read("2.4").map(|version| version.to_string()), Ok("2.4.0".to_owned()));
        assert_eq!((read("x"), read("2"), read("99999999.1")), (Err(()), Err(()), Err(())));
    }
}
