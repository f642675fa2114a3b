//! Where a load goes: the URL, and the address behind it.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use ureq::http::Uri;

use super::refusal::Refusal;

/// A URL that load can be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    pub(super) is_https: bool,
    /// Host and port as written, for the `Host` header.
    pub(super) authority: String,
    /// Without the brackets of an IPv6 address.
    pub(super) host: String,
    pub(super) port: u16,
    /// Path and query.
    pub(super) path: String,
}

/// How long one of several addresses is tried.
const TRY: Duration = Duration::from_secs(2);

impl Url {
    pub(super) fn parse(text: &str) -> Result<Url, String> {
        const HOW: &str = "write a URL, as in http://127.0.0.1:8080/path";
        let uri: Uri = text.parse().map_err(|error| format!("{error}; {HOW}"))?;
        let is_https = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(format!("it begins with neither http:// nor https://; {HOW}")),
        };
        let authority = uri.authority().ok_or(HOW)?;
        if authority.as_str().contains('@') {
            return Err("a name and a password go into a header: \
                        -H 'Authorization: Basic ...'"
                .to_owned());
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let after_host = authority.as_str().get(authority.host().len()..).unwrap_or_default();
        let port = match after_host.strip_prefix(':') {
            None if is_https => 443,
            None => 80,
            Some(port) => port.parse().map_err(|_| format!("{port:?} is no port; {HOW}"))?,
        };
        if host.is_empty() || port == 0 {
            return Err(HOW.to_owned());
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Url {
            is_https,
            authority: authority.to_string(),
            host: host.to_owned(),
            port,
            // `http://host?query` has a query and no path.
            path: if path.starts_with('/') { path.to_owned() } else { format!("/{path}") },
        })
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority, self.path)
    }
}

/// The address that all connections go to: of several ones the first that takes one.
pub(super) async fn resolve(url: &Url) -> Result<SocketAddr, Refusal> {
    let found = tokio::net::lookup_host((url.host.as_str(), url.port)).await;
    let unknown = |what: String| {
        Refusal::unable(format!(
            "{} has no address: {what}\n  hint: is the name right, and known to this machine?",
            url.host
        ))
    };
    let all: Vec<SocketAddr> = found.map_err(|error| unknown(error.to_string()))?.collect();
    let first = *all.first().ok_or_else(|| unknown("none is known".to_owned()))?;
    if all.len() == 1 {
        return Ok(first);
    }
    for address in all {
        let connected = tokio::time::timeout(TRY, TcpStream::connect(address)).await;
        if matches!(connected, Ok(Ok(_))) {
            return Ok(address);
        }
    }
    // None does: the load says so, request by request.
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, host: &str, port: u16, path: &str) {
        let url = Url::parse(text).unwrap();
        assert_eq!((url.host.as_str(), url.port, url.path.as_str()), (host, port, path), "{text}");
    }

    #[test]
    fn urls_are_read() {
        check("http://127.0.0.1:8080", "127.0.0.1", 8080, "/");
        check("https://shop.example/a?b=c", "shop.example", 443, "/a?b=c");
        check("http://[::1]:81/a#b", "::1", 81, "/a");
        check("http://a?b", "a", 80, "/?b");
        assert_eq!(Url::parse("https://a:444/b").unwrap().to_string(), "https://a:444/b");
    }

    #[test]
    fn what_is_no_url_is_refused() {
        for bad in [
            "",
            "a",
            "127.0.0.1:80",
            "ftp://a/",
            "http://",
            "http://:80/",
            "http://a:0/",
            "http://a:99999/",
            "http://a:b/",
            "http://u:p@a/",
            "http://a b/",
            "/a",
            "http://[::1",
        ] {
            assert!(Url::parse(bad).is_err(), "{bad}");
        }
    }
}
