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

/// What clients are told apart by.
#[derive(Clone, Debug, Default)]
pub(super) struct Identity {
    /// The cookie that names users, where somebody says so.
    pub(super) session: Option<String>,
    /// Cookies that hold the name of a server: all users of it have the same.
    pub(super) of_servers: Vec<String>,
}

/// Who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    /// A number of the session that a cookie names.
    Named(u64),
    /// A number of the address and the program, behind which there may be several.
    Like(u64),
}

impl Client {
    pub(super) fn key(self) -> u64 {
        match self {
            Client::Named(key) | Client::Like(key) => key,
        }
    }
}

/// The client. Behind one address, programs tell clients apart.
pub(super) fn client(line: &Line<'_>, by: &Identity) -> Client {
    let is_users = |name: &[u8]| by.of_servers.iter().all(|other| other.as_bytes() != name);
    if let Some(value) = by.session.as_ref().and_then(|name| line.cookie(name.as_bytes())) {
        return Client::Named(balance::hash_bytes(value, 1));
    }
    let has_cookies = line.cookies.is_some() || !line.named.all().is_empty();
    let mut names = SESSION_COOKIES.iter().filter(|name| is_users(name));
    if has_cookies && let Some(value) = names.find_map(|name| line.cookie(name)) {
        return Client::Named(balance::hash_bytes(value, 1));
    }
    let agent = balance::hash_bytes(line.agent.unwrap_or(b""), 2);
    Client::Like(match (line.forwarded, line.client) {
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
    })
}
