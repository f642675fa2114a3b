//! Who asked in a second: a sample of the requests, in bounded memory.

use evenness::Distinct;

/// One request of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The client ([`evenness::client_key`]).
    pub client: u64,
    /// Hash of the path, without the query.
    pub path: u64,
    /// Hash of the user agent; 0 without one.
    pub agent: u64,
    /// The client connection that it came by.
    pub connection: u64,
    /// It brought a cookie of the site's back.
    pub followed: bool,
    /// It went for what pages consist of: a script, a style, a picture, a font.
    pub asset: bool,
    /// When, milliseconds of the process's own clock.
    pub at_ms: u64,
    /// For how many requests it stands.
    pub weight: u32,
}

/// What a hash of a path or a user agent stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The hash.
    pub key: u64,
    /// The text, cut to [`Name::BYTES_MAX`], with nothing in it that a terminal would act upon.
    pub text: Box<str>,
}

impl Name {
    /// What is kept of a text.
    pub const BYTES_MAX: usize = 120;
    /// A part of a path that is so long, and has digits and letters, may be a key to something.
    const SECRET_MIN: usize = 20;

    /// A path's name: parts that look like secrets are `*`.
    pub fn of_path(key: u64, path: &[u8]) -> Name {
        let visible = visible(path);
        let hide = |part| if Name::is_secret(part) { "*" } else { part };
        let parts: Vec<&str> = visible.split('/').map(hide).collect();
        Name { key, text: cut(&parts.join("/")) }
    }

    /// A user agent's name.
    pub fn of_agent(key: u64, agent: &[u8]) -> Name {
        Name { key, text: cut(&visible(agent)) }
    }

    fn is_secret(part: &str) -> bool {
        let has = |kind: fn(&u8) -> bool| part.as_bytes().iter().any(kind);
        part.len() >= Name::SECRET_MIN && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    }
}

/// A text of twice the bytes that are kept at most.
fn visible(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(2 * Name::BYTES_MAX)]);
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

fn cut(text: &str) -> Box<str> {
    text[..text.floor_char_boundary(Name::BYTES_MAX)].into()
}

/// A request that its client may repeat: it failed, or the client had no more patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The client ([`evenness::client_key`]).
    pub client: u64,
    /// Hash of the path, without the query.
    pub path: u64,
    /// When, milliseconds of the process's own clock.
    pub at_ms: u64,
}

/// A pool's clients in a second.
#[derive(Clone, Debug, Default)]
pub struct Audience {
    /// All clients of the second, counted.
    pub distinct: Distinct,
    /// A sample of the requests.
    pub heard: Vec<Heard>,
    /// Requests that failed, the first of them.
    pub failed: Vec<Failed>,
    /// Names of what was heard: who is heard often has one within seconds.
    pub names: Vec<Name>,
}

impl Audience {
    /// Requests of a second that a worker keeps one by one; of those beyond, one in sixteen.
    pub const ALL_UP_TO: usize = 512;
    /// Requests, and failures, that are kept of a second at most.
    pub const KEPT_MAX: usize = 2048;
    /// Requests heard in a second of which names are taken; of those beyond, one in sixteen.
    pub const NAMED_UP_TO: usize = 32;

    /// Adds what another worker heard.
    pub fn add(&mut self, other: &Audience) {
        self.distinct.merge(&other.distinct);
        self.heard.extend_from_slice(&other.heard);
        self.failed.extend_from_slice(&other.failed);
        self.names.extend_from_slice(&other.names);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_hide_secrets() {
        let check = |path: &str, expected: &str| {
            assert_eq!(&*Name::of_path(1, path.as_bytes()).text, expected);
        };
        check("/shop/list", "/shop/list");
        check("/reset/9f8a7b6c5d4e3f2a1b0c/go", "/reset/*/go");
        check("/a-long-name-without-any-number-in-it", "/a-long-name-without-any-number-in-it");
        check("/a\u{1b}[2Jb", "/a?[2Jb");
        check(&"/é".repeat(100), &"/é".repeat(40));
        let agent = Name::of_agent(1, b"curl/8\xff.0\n");
        assert_eq!(&*agent.text, "curl/8\u{fffd}.0?");
    }
}
