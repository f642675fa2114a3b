//! The tags with which ufw says what it did.

use evenness::Ruling;

/// What a prefix such as `[UFW BLOCK] ` says; `None` where it is not ufw's.
pub(super) fn verdict(prefix: &[u8]) -> Option<Ruling> {
    let tag = prefix.strip_prefix(b"[UFW ")?;
    let end = tag.iter().position(|&byte| byte == b']')?;
    Some(match &tag[..end] {
        b"BLOCK" | b"LIMIT BLOCK" => Ruling::Dropped,
        b"ALLOW" => Ruling::Accepted,
        _ => Ruling::Unknown,
    })
}

/// Whether a line is ufw's. Its rules log three lines a minute unless told otherwise, so that
/// what they show is a floor.
pub(super) fn is_tagged(line: &[u8]) -> bool {
    memchr::memmem::find(line, b"[UFW ").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_tag_is_one() {
        assert_eq!(verdict(b"[UFW BLOCK] "), Some(Ruling::Dropped));
        assert_eq!(verdict(b"[UFW AUDIT INVALID] "), Some(Ruling::Unknown));
        assert_eq!(verdict(b"[UFW BLOCK"), None);
        assert_eq!(verdict(b"UFW BLOCK"), None);
        assert!(is_tagged(b"May  1 fw kernel: [UFW ALLOW] IN=") && !is_tagged(b"[UFE"));
    }
}
