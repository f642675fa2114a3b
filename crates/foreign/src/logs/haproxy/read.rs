//! Reads a line of `option httplog`, `httpslog` or `tcplog`: the number of timers tells which.

use super::capture;
use super::head::{Head, head};
use crate::logs::draft::Draft;
use crate::logs::fault::Refusal;
use crate::logs::field::Field;
use crate::logs::format::Captures;
use crate::logs::line::Line;
use crate::logs::named::Kind;
use crate::logs::scratch::Escape;
use crate::logs::time::Clock;

/// What stands behind the timers of a request, up to the captured headers.
const HTTP: [Field; 7] = [
    Field::Status,
    Field::Bytes,
    Field::CookiePair,
    Field::AnswerCookiePair,
    Field::Ended,
    Field::Skip,
    Field::Skip,
];
const TCP: [Field; 4] = [Field::Bytes, Field::Ended, Field::Skip, Field::Skip];

/// Reads the lines of HAProxy's own formats.
#[derive(Clone, Debug, Default)]
pub(in crate::logs) struct Haproxy {
    pub(in crate::logs) captures: Captures,
}

impl Haproxy {
    /// Reads a line; `room` is as long as the line or longer.
    pub(in crate::logs) fn read<'a>(
        &'a self,
        line: &'a [u8],
        room: &'a mut [u8],
        clock: &mut Clock,
    ) -> Result<Line<'a>, Refusal> {
        let Head { client, time, rest } = head(line)?;
        let mut reading =
            Reading { line, draft: Draft::new(room, Escape::Hash.within(line)), clock };
        reading.put(Field::ClientPort, client)?;
        reading.put(Field::Time, time)?;
        let (frontend, rest) = reading.word(rest)?;
        if frontend.ends_with(b":") {
            return Err(Refusal::Aside("a connection without a request"));
        }
        let (server, rest) = reading.word(rest)?;
        if !server.contains(&b'/') {
            return Err(Refusal::Aside("a connection without a request"));
        }
        let (timers, rest) = reading.word(rest)?;
        reading.put(Field::Frontend, frontend)?;
        reading.put(Field::BackendServer, server)?;
        match timers.iter().filter(|&&byte| byte == b'/').count() {
            4 => self.http(reading, timers, rest),
            2 => reading.tcp(timers, rest),
            _ => Err(Refusal::malformed("no timers", reading.at(timers))),
        }
    }

    fn http<'a>(
        &'a self,
        mut reading: Reading<'a, '_>,
        timers: &'a [u8],
        rest: &'a [u8],
    ) -> Result<Line<'a>, Refusal> {
        reading.timers(timers)?;
        let rest = reading.words(&HTTP, rest)?;
        let rest = self.captured(&mut reading.draft, rest);
        let Some(text) = rest.strip_prefix(b"\"") else {
            return Err(Refusal::malformed("no request", reading.at(rest)));
        };
        // HAProxy cuts lines at its `len`: what is left of the request is still one.
        let end = memchr::memchr(b'"', text).unwrap_or(text.len());
        let (request, behind) = text.split_at_checked(end).unwrap_or((text, b""));
        reading.draft.request(request);
        reading.tls(behind.strip_prefix(b"\" ").unwrap_or_default());
        Ok(reading.draft.done())
    }

    /// `{request} {response} `, both of which may be missing.
    fn captured<'a>(&'a self, draft: &mut Draft<'a>, rest: &'a [u8]) -> &'a [u8] {
        let Some((first, rest)) = braced(rest) else { return rest };
        let only_response = self.captures.request.is_empty() && !self.captures.response.is_empty();
        if only_response {
            capture(draft, first, &self.captures.response, Kind::Answer);
            return rest;
        }
        capture(draft, first, &self.captures.request, Kind::Header);
        let Some((second, rest)) = braced(rest) else { return rest };
        capture(draft, second, &self.captures.response, Kind::Answer);
        rest
    }
}

fn braced(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = text.strip_prefix(b"{")?;
    let (value, behind) = inside.split_at_checked(memchr::memchr(b'}', inside)?)?;
    let behind = behind.get(1..)?;
    Some((value, behind.strip_prefix(b" ").unwrap_or(behind)))
}

/// A line that is being read.
struct Reading<'a, 'c> {
    line: &'a [u8],
    draft: Draft<'a>,
    clock: &'c mut Clock,
}

impl<'a> Reading<'a, '_> {
    fn put(&mut self, field: Field, text: &'a [u8]) -> Result<(), Refusal> {
        let put = self.draft.put(field, text, &[], self.clock);
        put.map_err(|what| Refusal::malformed(what, self.at(text)))
    }

    /// Where a part of the line begins.
    fn at(&self, part: &[u8]) -> usize {
        let at = (part.as_ptr() as usize).saturating_sub(self.line.as_ptr() as usize);
        at.min(self.line.len())
    }

    fn word(&self, rest: &'a [u8]) -> Result<(&'a [u8], &'a [u8]), Refusal> {
        let cut = memchr::memchr(b' ', rest).and_then(|at| rest.split_at_checked(at));
        let (word, behind) =
            cut.ok_or_else(|| Refusal::malformed("the line ends too early", self.at(rest)))?;
        Ok((word, behind.get(1..).unwrap_or_default()))
    }

    fn words(&mut self, fields: &[Field], mut rest: &'a [u8]) -> Result<&'a [u8], Refusal> {
        for field in fields {
            let (word, behind) = self.word(rest)?;
            self.put(*field, word)?;
            rest = behind;
        }
        Ok(rest)
    }

    /// `10/0/30/69/109`: the last one is the whole, with a `+` where it was not over.
    fn timers(&mut self, timers: &'a [u8]) -> Result<(), Refusal> {
        let last = timers.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
        self.put(Field::Millis, last)
    }

    fn tcp(mut self, timers: &'a [u8], rest: &'a [u8]) -> Result<Line<'a>, Refusal> {
        self.timers(timers)?;
        // The queues are the last word, behind which a logger may add.
        let Some((last, words)) = TCP.split_last() else { return Ok(self.draft.done()) };
        let rest = self.words(words, rest)?;
        let word = rest.split(|&byte| byte == b' ').next().unwrap_or_default();
        self.put(*last, word)?;
        Ok(self.draft.done())
    }

    /// What `httpslog` adds: errors, then the server name, version and cipher.
    fn tls(&mut self, rest: &'a [u8]) {
        let mut words = rest.split(|&byte| byte == b' ');
        let errors = words.next().unwrap_or_default();
        if errors.iter().filter(|&&byte| byte == b'/').count() != 4 {
            return;
        }
        let name = words.next().unwrap_or_default();
        // Server name, version and cipher are parted by slashes.
        let name = name.split(|&byte| byte == b'/').next().unwrap_or_default();
        if let Some(plain) = self.draft.told(name) {
            self.draft.line.host = self.draft.line.host.or(Some(plain));
        }
    }
}
