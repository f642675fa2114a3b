//! Keeps a response that sets a session's cookie out of caches that several users share.

use crate::wire::http1::fields;

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

/// A response that sets a session cookie must never be handed to another user: what allows
/// shared caches to keep it goes, `private` comes (RFC 9111, section 5.2.2.7).
pub(super) fn keep_private(directives: &[&[u8]], out: &mut Vec<u8>) {
    out.extend_from_slice(b"cache-control: private");
    for directive in directives.iter().flat_map(|value| fields::members(value)) {
        let name = directive.split(|&b| b == b'=').next().unwrap_or(directive).trim_ascii();
        let shared = [&b"public"[..], b"private", b"s-maxage", b"proxy-revalidate"];
        if !shared.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            out.extend_from_slice(b", ");
            out.extend_from_slice(directive);
        }
    }
    out.extend_from_slice(b"\r\n");
}
