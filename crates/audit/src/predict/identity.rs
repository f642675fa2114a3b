//! Who asked, as far as a log tells: a session's cookie, else address and program.

use foreign::logs::Line;

/// Cookies that name a session, in what servers commonly use.
const SESSION_COOKIES: [&[u8]; 9] = [
    b"JSESSIONID",
    b"PHPSESSID",
    b"sessionid",
    b"session",
    b"session_id",
    b"connect.sid",
    b"ASP.NET_SessionId",
    b"sid",
    b"user",
];

/// A number for the client. `session` is the cookie that names users, where somebody says so.
/// Behind one address, programs tell clients apart.
pub(super) fn client(line: &Line<'_>, session: Option<&str>) -> u64 {
    if let Some(value) = session.and_then(|name| line.cookie(name.as_bytes())) {
        return balance::hash_bytes(value, 1);
    }
    let has_cookies = line.cookies.is_some() || !line.named.all().is_empty();
    if has_cookies && let Some(value) = SESSION_COOKIES.iter().find_map(|name| line.cookie(name)) {
        return balance::hash_bytes(value, 1);
    }
    let agent = balance::hash_bytes(line.agent.unwrap_or(b""), 2);
    match (line.forwarded, line.client) {
        (Some(forwarded), _) => {
            let first = forwarded.split(|&byte| byte == b',').next().unwrap_or(forwarded);
            balance::hash_bytes(first.trim_ascii(), agent)
        }
        (None, Some(std::net::IpAddr::V4(address))) => {
            balance::hash_bytes(&address.octets(), agent)
        }
        (None, Some(std::net::IpAddr::V6(address))) => {
            balance::hash_bytes(&address.octets(), agent)
        }
        (None, None) => agent,
    }
}
