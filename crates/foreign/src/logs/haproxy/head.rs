//! Finds where HAProxy's own text begins: loggers write times, hosts and processes before it.

use crate::logs::fault::Refusal;

/// What a line begins with.
pub(super) struct Head<'a> {
    /// Address and port of the client.
    pub(super) client: &'a [u8],
    /// When it was accepted.
    pub(super) time: &'a [u8],
    /// What follows.
    pub(super) rest: &'a [u8],
}

/// Finds `client:port [time] `. The time is what tells it: a process number stands in brackets too.
pub(super) fn head(line: &[u8]) -> Result<Head<'_>, Refusal> {
    for open in memchr::memchr_iter(b'[', line) {
        let Some((before, inside)) = line.split_at_checked(open) else { break };
        // `[06/Feb/2009:12:14:14.655] `
        let Some([b'[', _, _, b'/', ..]) = inside.get(..4) else { continue };
        let Some(client) = before.strip_suffix(b" ") else { continue };
        let Some(close) = memchr::memchr(b']', inside.get(..48).unwrap_or(inside)) else {
            continue;
        };
        let time = inside.get(1..close).unwrap_or_default();
        let behind = inside.get(close.saturating_add(1)..).unwrap_or_default();
        let Some(rest) = behind.strip_prefix(b" ") else { continue };
        let begins = memchr::memrchr(b' ', client).map_or(0, |at| at + 1);
        return Ok(Head { client: client.get(begins..).unwrap_or_default(), time, rest });
    }
    Err(other(line))
}

/// A line without that is something else that HAProxy says, or nothing of its.
fn other(line: &[u8]) -> Refusal {
    let says = |words: &[u8]| memchr::memmem::find(line, words).is_some();
    let is_news = [
        &b"Server "[..],
        b"Proxy ",
        b"Connect from ",
        b"Health check ",
        b"backend ",
        b"haproxy version",
        b"New worker",
        b"Loading ",
    ]
    .iter()
    .any(|words| says(words));
    if is_news {
        Refusal::Aside("news of HAProxy")
    } else {
        Refusal::malformed("no accept date", 0)
    }
}
