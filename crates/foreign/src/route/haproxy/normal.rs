//! `normalize-uri`: forms of a target that stand for the same thing become one.

/// A normalizer, as far as it is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Normal {
    MergeSlashes,
    StripDot,
    SortQuery,
    UpperPercent,
    DecodePercent,
    /// One that does nothing where none of these bytes stands in the target.
    Untouched(&'static [&'static str]),
}

impl Normal {
    /// Of the words behind `normalize-uri`.
    pub(super) fn parse(words: &[&str]) -> Option<Normal> {
        Some(match words {
            ["path-merge-slashes"] => Normal::MergeSlashes,
            ["path-strip-dot"] => Normal::StripDot,
            ["query-sort-by-name"] => Normal::SortQuery,
            ["percent-to-uppercase"] => Normal::UpperPercent,
            ["percent-decode-unreserved"] => Normal::DecodePercent,
            ["path-strip-dotdot", ..] => Normal::Untouched(&["/.."]),
            ["fragment-strip" | "fragment-encode"] => Normal::Untouched(&["#"]),
            // `strict` refuses what is no escape.
            ["percent-to-uppercase" | "percent-decode-unreserved", ..] => Normal::Untouched(&["%"]),
            _ => return None,
        })
    }

    /// The target after it; `None` where that is not known here.
    pub(super) fn target(self, path: &[u8], query: Option<&[u8]>) -> Option<Vec<u8>> {
        let joined = |path: &[u8], query: Option<&[u8]>| match query {
            Some(query) => [path, query].join(&b'?'),
            None => path.to_vec(),
        };
        Some(match self {
            Normal::MergeSlashes => {
                let mut merged = path.to_vec();
                merged.dedup_by(|byte, before| *byte == b'/' && *before == b'/');
                joined(&merged, query)
            }
            Normal::StripDot => joined(&without_dots(path), query),
            Normal::SortQuery => {
                // What ends a list is no empty pair.
                let pairs = query.unwrap_or(b"");
                let pairs = pairs.strip_suffix(b"&").unwrap_or(pairs);
                let mut pairs: Vec<&[u8]> = pairs.split(|&byte| byte == b'&').collect();
                pairs.sort_by_key(|pair| pair.split(|&byte| byte == b'=').next());
                joined(path, query.map(|_| pairs.join(&b'&')).as_deref())
            }
            Normal::UpperPercent => {
                joined(&percents(path, upper), query.map(|it| percents(it, upper)).as_deref())
            }
            Normal::DecodePercent => {
                joined(&percents(path, decoded), query.map(|it| percents(it, decoded)).as_deref())
            }
            Normal::Untouched(signs) => {
                let whole = joined(path, query);
                let has = |sign: &&str| memchr::memmem::find(&whole, sign.as_bytes()).is_some();
                if signs.iter().any(has) {
                    return None;
                }
                whole
            }
        })
    }
}

/// Without the parts between slashes that are one dot.
fn without_dots(path: &[u8]) -> Vec<u8> {
    let parts: Vec<&[u8]> = path.split(|&byte| byte == b'/').collect();
    let last = parts.len().saturating_sub(1);
    let kept = parts.iter().enumerate().filter_map(|(at, part)| match **part == *b"." {
        // `/x/.` is the folder `/x/`.
        true => (at == last).then_some(&b""[..]),
        false => Some(*part),
    });
    kept.collect::<Vec<_>>().join(&b'/')
}

/// Each `%2f` as a function writes it.
fn percents(text: &[u8], write: fn([u8; 2], u8) -> Vec<u8>) -> Vec<u8> {
    let (mut made, mut rest) = (Vec::new(), text);
    while let Some((&byte, behind)) = rest.split_first() {
        let hex = |digit: u8| char::from(digit).to_digit(16).map(|it| it as u8);
        rest = match (byte, behind) {
            (b'%', [high, low, more @ ..]) => match (hex(*high), hex(*low)) {
                (Some(a), Some(b)) => {
                    made.extend(write([*high, *low], a << 4 | b));
                    more
                }
                _ => {
                    made.push(byte);
                    behind
                }
            },
            _ => {
                made.push(byte);
                behind
            }
        };
    }
    made
}

fn upper(digits: [u8; 2], _: u8) -> Vec<u8> {
    let [high, low] = digits.map(|digit| digit.to_ascii_uppercase());
    vec![b'%', high, low]
}

fn decoded([high, low]: [u8; 2], value: u8) -> Vec<u8> {
    let is_plain = value.is_ascii_alphanumeric() || b"-._~".contains(&value);
    if is_plain { vec![value] } else { vec![b'%', high, low] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_target_become_one() {
        let check = |word: &str, target: &str, expected: Option<&str>| {
            let (path, query) = target
                .split_once('?')
                .map_or((target, None), |(path, query)| (path, Some(query.as_bytes())));
            let made = Normal::parse(&[word]).expect("one").target(path.as_bytes(), query);
            let made = made.map(|made| String::from_utf8(made).expect("text"));
            assert_eq!(made.as_deref(), expected, "{word} {target}");
        };
        check("path-merge-slashes", "/a//b///?x//y", Some("/a/b/?x//y"));
        check("path-strip-dot", "/a/./b/.", Some("/a/b/"));
        check("path-strip-dot", "/./.a/b.?.", Some("/.a/b.?."));
        check("query-sort-by-name", "/?b=2&a=1&c&a=0", Some("/?a=1&a=0&b=2&c"));
        check("query-sort-by-name", "/?b&&a=1&", Some("/?&a=1&b"));
        check("percent-to-uppercase", "/%2f%zz?%aa", Some("/%2F%zz?%AA"));
        check("percent-decode-unreserved", "/%41%2f?%7e", Some("/A%2f?~"));
        check("path-strip-dotdot", "/a/b?..", Some("/a/b?.."));
        check("path-strip-dotdot", "/a/../b", None);
    }
}
