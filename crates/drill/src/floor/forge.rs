//! Cookies of one server for users who never got them there: asked for until that server answers.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use sim::{Change, Script};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::site::Site;
use crate::error::Error;

/// A server that has answered nobody in so many rounds never will.
const ROUNDS_IN_VAIN_MAX: u32 = 50;
/// Long enough for the next one to find a server busy.
const WORK_US: u32 = 2000;
/// Files and ports are for the users.
const AT_ONCE_MAX: usize = 256;
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// An answer is some hundred bytes.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// The cookies of one user: names and values.
type Cookies = Vec<(String, String)>;

/// Cookies for one event.
pub(super) struct Forged {
    pub(super) of: Change,
    /// Users, and what they get.
    pub(super) cookies: Vec<(usize, Cookies)>,
}

/// The cookies for everything that will stick users to a server; none from a balancer that gives
/// no cookies. Nothing else should be happening meanwhile.
pub(super) async fn all(script: &Script, site: &Site<'_>) -> Result<Vec<Forged>, Error> {
    let mut forged: Vec<Forged> = Vec::new();
    for (_, change) in &script.scenario.changes {
        let Change::Stick { server, share, turn, one_session } = change else { continue };
        if forged.iter().any(|known| known.of == *change) {
            continue;
        }
        let users = (f64::from(script.scenario.traffic.users) * share) as usize;
        let sessions = if *one_session { 1 } else { turn.of(users).count() };
        let name = &script.scenario.servers[*server].name;
        let slots: usize = script.scenario.servers.iter().map(|one| one.slots as usize).sum();
        let at_once = (2 * slots).min(AT_ONCE_MAX);
        let got = ask_for(site.listen, name, sessions, at_once).await?;
        let cookies = turn.of(users).zip(got.iter().cycle().cloned()).collect();
        forged.push(Forged { of: change.clone(), cookies });
    }
    Ok(forged)
}

/// The cookies of up to so many sessions at one server; fewer where they are all alike.
///
/// So many are asked for at once that every server has some to answer: who looks for the shortest
/// delay may send one after the other to the same one for ever.
async fn ask_for(
    balancer: SocketAddr,
    server: &str,
    sessions: usize,
    at_once: usize,
) -> Result<Vec<Cookies>, Error> {
    let mut got: Vec<Cookies> = Vec::new();
    let mut in_vain = 0;
    while got.len() < sessions && in_vain < ROUNDS_IN_VAIN_MAX {
        in_vain += 1;
        let mut round: JoinSet<_> = (0..at_once).map(|_| ask(balancer)).collect();
        while let Some(asked) = round.join_next().await {
            // A panic has been printed, and its answer is one of many.
            let Ok(answer) = asked else { continue };
            let answer = answer.map_err(|error| {
                Error::balancer(format!("a cookie cannot be asked for: {error}"), "does it serve?")
            })?;
            let cookies = cookies(&answer);
            if cookies.is_empty() {
                return Ok(Vec::new());
            }
            if field(&answer, "x-origin").next() != Some(server) {
                continue;
            }
            // Most cookies name a server and no session: one is like the other.
            if got.first() == Some(&cookies) {
                return Ok(got);
            }
            got.push(cookies);
            in_vain = 0;
        }
    }
    if got.len() < sessions {
        let what = format!("{server} answers nobody who comes for a cookie");
        return Err(Error::balancer(what, "is its weight zero?"));
    }
    Ok(got)
}

/// A request of somebody new, which is little work; the answer's head and more.
async fn ask(balancer: SocketAddr) -> io::Result<String> {
    let asked = async {
        let mut stream = TcpStream::connect(balancer).await?;
        let head = "GET / HTTP/1.1\r\nhost: drill\r\nconnection: close\r\n";
        stream.write_all(format!("{head}x-work-us: {WORK_US}\r\n\r\n").as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    let in_time = tokio::time::timeout(ANSWERS_WITHIN, asked).await;
    in_time.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

fn field<'a>(answer: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    let pairs = head.lines().filter_map(|line| line.split_once(':'));
    pairs.filter(move |pair| pair.0.eq_ignore_ascii_case(name)).map(|pair| pair.1.trim())
}

fn cookies(answer: &str) -> Cookies {
    let pairs = field(answer, "set-cookie").filter_map(|line| line.split(';').next());
    let pairs = pairs.filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_read_from_the_head() {
        let answer = "HTTP/1.1 200 OK\r\nX-Origin: web1\r\nSet-Cookie: srv=\"a=b\"; Path=/\r\n\
                      set-cookie: b = 2\r\n\r\nset-cookie: c=3";
        assert_eq!(field(answer, "x-origin").next(), Some("web1"));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(cookies(answer), [pair("srv", "\"a=b\""), pair("b", "2")]);
        assert_eq!(cookies("nonsense"), []);
    }
}
