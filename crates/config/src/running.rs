//! Where a balancer that runs is asked: a socket's path, an address, or an address of HTTP.

use std::fmt;
use std::path::{Path, PathBuf};

/// Where a balancer that runs is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunningAt {
    /// A socket in the file system.
    Unix(PathBuf),
    /// A host and a port; of which protocol, the product tells.
    Tcp(String),
    /// An address that begins with `http://`, without `/` at its end.
    Http(String),
}

/// What can be written.
const FORMS: &str = "write a socket's path, HOST:PORT, or http://HOST:PORT";

impl RunningAt {
    /// Reads what people write. A word without `/` is a path where a file has that name.
    ///
    /// # Errors
    /// What to write instead.
    pub fn parse(text: &str) -> Result<RunningAt, String> {
        if text.starts_with("https://") {
            return Err("it is asked by HTTP without TLS: write http://HOST:PORT".to_owned());
        }
        if let Some(rest) = text.strip_prefix("http://") {
            let host = rest.split('/').next().unwrap_or_default();
            if host.is_empty() || rest.chars().any(|char| char.is_whitespace()) {
                return Err("the host is missing: write http://HOST:PORT".to_owned());
            }
            return Ok(RunningAt::Http(text.trim_end_matches('/').to_owned()));
        }
        let is_path = text.contains('/') || Path::new(text).exists();
        if let Some(path) = text.strip_prefix("unix:").or(is_path.then_some(text)) {
            return match path.is_empty() {
                true => Err("the path is missing: write unix:/run/haproxy.sock".to_owned()),
                false => Ok(RunningAt::Unix(PathBuf::from(path))),
            };
        }
        let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty());
        if port.is_some_and(|(_, port)| port.parse::<u16>().is_ok_and(|port| port > 0)) {
            return Ok(RunningAt::Tcp(text.to_owned()));
        }
        match text.is_empty() || text.contains(':') {
            true => Err(format!("this is none: {FORMS}")),
            false => Err(format!("no file here has that name; {FORMS}")),
        }
    }
}

impl fmt::Display for RunningAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunningAt::Unix(path) => write!(f, "{}", path.display()),
            RunningAt::Tcp(address) => f.write_str(address),
            RunningAt::Http(url) => f.write_str(url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_as_people_write_them() {
        let check = |text: &str, expected: Option<RunningAt>| {
            assert_eq!(RunningAt::parse(text).ok(), expected, "{text}");
        };
        let unix = |path: &str| Some(RunningAt::Unix(PathBuf::from(path)));
        check("unix:/run/haproxy.sock", unix("/run/haproxy.sock"));
        check("/run/haproxy.sock", unix("/run/haproxy.sock"));
        check("./a.sock", unix("./a.sock"));
        check("unix:a.sock", unix("a.sock"));
        check("127.0.0.1:9999", Some(RunningAt::Tcp("127.0.0.1:9999".to_owned())));
        check("[::1]:9999", Some(RunningAt::Tcp("[::1]:9999".to_owned())));
        check("http://a:9901/", Some(RunningAt::Http("http://a:9901".to_owned())));
        check("http://a/api/9", Some(RunningAt::Http("http://a/api/9".to_owned())));
        // Tests run in the folder of their crate.
        check("Cargo.toml", unix("Cargo.toml"));
        let why = RunningAt::parse("adm.sock").unwrap_err();
        assert!(why.starts_with("no file here has that name; write a socket's path"), "{why}");
        for text in ["", "unix:", "a", "a:", "a:0", ":9999", "http://", "https://a", "http://a b"] {
            check(text, None);
        }
    }
}
