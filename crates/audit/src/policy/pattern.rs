//! Which files a pattern means.

/// Whether a pattern means a file: all of its path, or its end from some folder on.
pub(super) fn means(pattern: &str, path: &str) -> bool {
    let path = path.strip_prefix("./").unwrap_or(path);
    let fits = |rest: &str| fits(pattern.as_bytes(), rest.as_bytes());
    if pattern.starts_with('/') {
        return fits(path);
    }
    let folders = path.match_indices('/').map(|(at, _)| &path[at + 1..]);
    std::iter::once(path).chain(folders).any(fits)
}

/// Goes through the pattern once, with all places of the path that it may have come to: no pattern
/// takes longer than its length times the path's.
fn fits(pattern: &[u8], path: &[u8]) -> bool {
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    let mut rest = pattern;
    while let Some((&letter, after)) = rest.split_first() {
        let is_deep = rest.starts_with(b"**");
        rest = if is_deep { &rest[2..] } else { after };
        reached = match letter {
            b'*' => spread(&reached, path, is_deep),
            _ => step(&reached, path, |found| found == letter || letter == b'?' && found != b'/'),
        };
    }
    reached[path.len()]
}

/// The places that any number of letters leads to.
fn spread(reached: &[bool], path: &[u8], is_deep: bool) -> Vec<bool> {
    let mut next = reached.to_vec();
    for (at, letter) in path.iter().enumerate() {
        next[at + 1] |= next[at] && (is_deep || *letter != b'/');
    }
    next
}

/// The places that one letter leads to.
fn step(reached: &[bool], path: &[u8], fits: impl Fn(u8) -> bool) -> Vec<bool> {
    let mut next = vec![false; reached.len()];
    for (at, letter) in path.iter().enumerate() {
        next[at + 1] = reached[at] && fits(*letter);
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_whole_paths_or_their_ends() {
        let check = |pattern: &str, path: &str, expected: bool| {
            assert_eq!(means(pattern, path), expected, "{pattern} {path}");
        };
        check("envoy.json", "envoy.json", true);
        check("envoy.json", "/etc/envoy/envoy.json", true);
        check("envoy.json", "/etc/my-envoy.json", false);
        check("*.json", "./a/b.json", true);
        check("a/*.json", "a/b/c.json", false);
        check("a/**.json", "a/b/c.json", true);
        check("/etc/*/x.cfg", "/etc/haproxy/x.cfg", true);
        check("/x.cfg", "/etc/x.cfg", false);
        check("web?.cfg", "web1.cfg", true);
        check("web?.cfg", "web/.cfg", false);
        check("*", "", true);
        check("é*", "/é.cfg", true);
    }

    /// Goal: no pattern takes for ever. Method: one that a search by trial would not end.
    #[test]
    fn many_stars_end() {
        assert!(!means(&"*a".repeat(200), &"a".repeat(199)));
    }
}
