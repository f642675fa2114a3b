//! Keeps a response that sets a session's cookie out of caches that several users share.

/// Fields by which a shared cache decides; the targeted ones (RFC 9213) override
/// `Cache-Control` and are taken out together with it.
pub(super) fn is_for_caches(name: &str) -> bool {
    const NAMES: [&str; 5] = [
        "cache-control",
        "cdn-cache-control",
        "surrogate-control",
        "cloudflare-cdn-cache-control",
        "x-accel-expires",
    ];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The directives of one `Cache-Control`, split where no quoted string (RFC 9110, section
/// 5.6.4) goes on. `None` where quotes do not stand around a whole value: caches differ then.
fn directives(value: &[u8]) -> Option<Vec<&[u8]>> {
    let mut all = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at <= value.len() {
        match value.get(at) {
            None | Some(b',') => {
                all.push(value[start..at].trim_ascii());
                start = at + 1;
            }
            Some(b'"') => {
                at = quoted_end(value, at).filter(|_| at > 0 && value[at - 1] == b'=')?;
                if !matches!(value[at..].trim_ascii_start().first(), None | Some(b',')) {
                    return None;
                }
                continue;
            }
            Some(_) => {}
        }
        at += 1;
    }
    all.retain(|directive| !directive.is_empty());
    Some(all)
}

/// Position behind the quoted string that begins at `start`.
fn quoted_end(value: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match value.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// A response that sets a session cookie must never be handed to another user: what allows
/// shared caches to keep it goes, `private` comes (RFC 9111, section 5.2.2.7).
pub(super) fn keep_private(values: &[&[u8]], out: &mut Vec<u8>) {
    out.extend_from_slice(b"cache-control: private");
    let unclear = || vec![&b"no-store"[..]];
    for directive in values.iter().flat_map(|value| directives(value).unwrap_or_else(unclear)) {
        let name = directive.split(|&b| b == b'=').next().unwrap_or(directive).trim_ascii();
        let shared = [&b"public"[..], b"private", b"s-maxage", b"proxy-revalidate"];
        if !shared.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            out.extend_from_slice(b", ");
            out.extend_from_slice(directive);
        }
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(values: &[&str], expected: &str) {
        let mut out = Vec::new();
        let values: Vec<&[u8]> = values.iter().map(|value| value.as_bytes()).collect();
        keep_private(&values, &mut out);
        let line = format!("cache-control: private{expected}\r\n");
        assert_eq!(String::from_utf8_lossy(&out), line, "{values:?}");
    }

    #[test]
    fn quoted_strings_stay_whole() {
        let listed = "private=\"x-a, x-b\", no-cache=\"x-c, public, s-maxage=9\", max-age=60";
        check(&[listed], ", no-cache=\"x-c, public, s-maxage=9\", max-age=60");
        check(&["x=\"a\\\", public\", s-maxage=9", "no-store"], ", x=\"a\\\", public\", no-store");
        check(&["", " , ,"], "");
    }

    #[test]
    fn what_caches_may_read_in_two_ways_is_not_stored() {
        for value in ["x=\"a, public", "x\"a, public\"", "\"", "x=\"a\"b, public", "x=\"a\\\""] {
            check(&[value, "max-age=1"], ", no-store, max-age=1");
        }
    }

    proptest! {
        /// Goal: what lets shared caches keep a response goes, all else stays as it was.
        /// Method: directives with and without values, quoted ones with anything inside.
        #[test]
        fn only_what_shared_caches_read_goes(
            names in prop::collection::vec(
                "public|private|PRIVATE|s-maxage|max-age|no-cache|proxy-revalidate|x-a", 0..6),
            arguments in prop::collection::vec(
                r#"(=[a-z0-9]{1,4}|="([ !#-\[\]-~]|\\["\\,a])*")?"#, 6),
        ) {
            let all = names.iter().zip(&arguments).map(|(n, a)| format!("{n}{a}"));
            let all: Vec<String> = all.collect();
            let shared = ["public", "private", "PRIVATE", "s-maxage", "proxy-revalidate"];
            let kept = all.iter().zip(&names).filter(|(_, name)| !shared.contains(&name.as_str()));
            let kept: String = kept.map(|(directive, _)| format!(", {directive}")).collect();
            check(&[&all.join(", ")], &kept);
            check(&[&all.join(" ,")], &kept);
        }
    }
}
