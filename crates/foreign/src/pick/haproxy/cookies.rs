//! The cookies of a name in a line of `Cookie`, as samples have them.

use super::list::{parts, trimmed, values};

/// The values of all cookies of this name, in their order. Commas part cookies as semicolons do;
/// one without a value counts, except where nothing else stands in its line.
pub(crate) fn cookies<'l>(line: &'l [u8], name: &[u8]) -> impl Iterator<Item = &'l [u8]> {
    values(line).flat_map(move |list| {
        let mut left = list.len();
        parts(list, |byte| byte == b';').filter_map(move |cookie| {
            let here = left;
            left = left.saturating_sub(cookie.len() + 1);
            let at = cookie.iter().position(|&byte| byte == b'=')?;
            let (known, value) = cookie.split_at_checked(at)?;
            // HAProxy looks no further where the rest is not longer than the name and its sign.
            let is_read = here > name.len() + 1;
            (is_read && trimmed(known) == name).then(|| trimmed(value.get(1..).unwrap_or_default()))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What HAProxy 2.6 finds in these lines.
    #[test]
    fn all_cookies_of_a_name_are_found() {
        let check = |line: &str, expected: &[&str]| {
            let found: Vec<&[u8]> = cookies(line.as_bytes(), b"sid").collect();
            let expected: Vec<&[u8]> = expected.iter().map(|it| it.as_bytes()).collect();
            assert_eq!(found, expected, "{line}");
        };
        check("sid=u1; x=1; sid=u2", &["u1", "u2"]);
        check("sid=; x=1", &[""]);
        check("x=1; sid=", &[""]);
        check("sid=", &[]);
        check("x=1, sid=3", &["3"]);
        check("a=\"b; sid=9\"; sid=4", &["4"]);
        check(" sid = 7 ;b", &["7"]);
        check("sid=\"q;r\"", &["\"q;r\""]);
        check("sid=a\\, b; k", &["a\\"]);
        check("SID=1; sid; $sid=1", &[]);
    }
}
