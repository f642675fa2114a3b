//! Patterns of file names, as `include` has them: `*`, `?`, `[…]` and `\`.

/// Whether a name fits a pattern. Neither has a `/` in it: paths are matched part by part.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    // glob(3) shows hidden files only to who asks for them.
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    // Where to go on when what was read since the last `*` does not fit.
    let mut retry: Option<(usize, usize)> = None;
    while n < name.len() {
        if pattern.get(p) == Some(&'*') {
            retry = Some((p, n));
            p += 1;
            continue;
        }
        match one(&pattern, p, name[n]) {
            Some(next) => {
                p = next;
                n += 1;
            }
            None => {
                let Some((star, from)) = retry else { return false };
                retry = Some((star, from + 1));
                (p, n) = (star + 1, from + 1);
            }
        }
    }
    pattern.iter().skip(p).all(|&char| char == '*')
}

/// Whether a path fits a pattern, part by part.
pub(super) fn fits_path(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut parts) = (pattern.split('/'), path.split('/'));
    loop {
        match (patterns.next(), parts.next()) {
            (Some(pattern), Some(part)) if fits(pattern, part) || pattern == part => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}

/// Whether nginx takes a path for a pattern.
pub(super) fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// Reads what stands for one character; tells where the pattern goes on.
fn one(pattern: &[char], at: usize, char: char) -> Option<usize> {
    match pattern.get(at)? {
        '?' => Some(at + 1),
        '[' => match set(pattern, at + 1, char) {
            Some((true, next)) => Some(next),
            Some((false, _)) => None,
            // Never closed: a bracket like any other character.
            None => (char == '[').then_some(at + 1),
        },
        '\\' => (pattern.get(at + 1) == Some(&char)).then_some(at + 2),
        literal => (*literal == char).then_some(at + 1),
    }
}

/// Whether a character is in `[…]`, and where that ends.
fn set(pattern: &[char], mut at: usize, char: char) -> Option<(bool, usize)> {
    let negated = matches!(pattern.get(at), Some('!' | '^'));
    at += usize::from(negated);
    let first = at;
    let mut found = false;
    loop {
        let low = *pattern.get(at)?;
        if low == ']' && at > first {
            return Some((found != negated, at + 1));
        }
        let high = pattern.get(at + 2).filter(|&&high| high != ']');
        match high {
            Some(&high) if pattern.get(at + 1) == Some(&'-') => {
                found |= (low..=high).contains(&char);
                at += 3;
            }
            _ => {
                found |= low == char;
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_as_in_a_shell() {
        let fits_of = |pattern: &str| {
            let names = ["a.conf", "b.conf", ".hidden.conf", "a.conf.bak", "[", "a*"];
            names.into_iter().filter(|name| fits(pattern, name)).collect::<Vec<_>>()
        };
        assert_eq!(fits_of("*.conf"), ["a.conf", "b.conf"]);
        assert_eq!(fits_of("*"), ["a.conf", "b.conf", "a.conf.bak", "[", "a*"]);
        assert_eq!(fits_of("[!a]*"), ["b.conf", "["]);
        assert_eq!(fits_of("[b-z].con?"), ["b.conf"]);
        assert_eq!(fits_of("["), ["["]);
        assert_eq!(fits_of("a\\*"), ["a*"]);
        assert_eq!(fits_of(".*"), [".hidden.conf"]);
        assert!(fits_path("sites-*/*.conf", "sites-enabled/a.conf"));
        assert!(!fits_path("*.conf", "conf.d/a.conf"));
    }
}
