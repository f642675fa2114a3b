//! A line that is being put together from its fields.

use super::address::{address, with_port};
use super::field::Field;
use super::line::{Binding, Line, pair};
use super::named::Kind;
use super::number::{decimal, whole};
use super::request::{absolute, as_sent, host_and_path, request, usual_ports};
use super::scratch::{Escape, Scratch};
use super::time::Clock;
use super::told::Silent;

/// The names that a pattern's fields point to.
pub(super) type Names = [Box<[u8]>];

/// A line that is being put together.
pub(super) struct Draft<'a> {
    pub(super) line: Line<'a>,
    scratch: Scratch<'a>,
    escape: Escape,
    path: Option<&'a [u8]>,
    query: Option<&'a [u8]>,
    /// Whether there is a column for the target that was asked for.
    has_asked: bool,
    /// The unit of the duration that is kept, in seconds.
    unit_s: f64,
}

impl<'a> Draft<'a> {
    /// `room` is for what is written in another way than it was sent, see [`Scratch::new`].
    pub(super) fn new(room: &'a mut [u8], escape: Escape) -> Draft<'a> {
        let scratch = Scratch::new(room);
        let (line, path, query) = Default::default();
        Draft { line, scratch, escape, path, query, has_asked: false, unit_s: 1.0 }
    }

    /// Takes a field in; the error says what it should have been.
    pub(super) fn put(
        &mut self,
        field: Field,
        text: &'a [u8],
        names: &'a Names,
        clock: &mut Clock,
    ) -> Result<(), &'static str> {
        match field {
            Field::Skip | Field::SkippedList => {}
            Field::Time => {
                if let Some(at) = time(text, clock)? {
                    (self.line.at, self.line.is_at_end) = (Some(at), false);
                }
            }
            Field::TimeEnded if self.line.at.is_none() => {
                (self.line.at, self.line.is_at_end) = (time(text, clock)?, true);
            }
            Field::TimeEnded => {}
            Field::Request => self.request(text),
            Field::RequestPort => {
                self.request(text);
                let ports = usual_ports(text);
                self.line.host = self.line.host.map(|host| as_sent(host, ports));
            }
            Field::Client => self.client(text),
            Field::ClientAddress => {
                self.line.client = Some(address(text).ok_or("no address")?);
            }
            Field::Addresses => self.addresses(text)?,
            Field::ClientPort => self.line.client = with_port(text),
            Field::ClientGuess => self.line.client = self.line.client.or_else(|| address(text)),
            Field::Status => self.line.status = status(text)?,
            Field::Bytes => self.line.bytes = bytes(text)?,
            Field::Seconds => self.took(text, 1.0)?,
            Field::Millis => self.took(text, 1e-3)?,
            Field::Micros => self.took(text, 1e-6)?,
            Field::Nanos => self.took(text, 1e-9)?,
            Field::SecondsPart => self.took_part(text),
            Field::SecondsGuess if self.line.duration_s.is_none() => self.took_part(text),
            Field::SecondsGuess => {}
            Field::Span => self.line.duration_s = span(text).or(self.line.duration_s),
            _ => self.put_text(field, text, names),
        }
        Ok(())
    }

    fn put_text(&mut self, field: Field, text: &'a [u8], names: &'a Names) {
        let Some(plain) = self.told(text) else { return self.silent(field, names) };
        let line = &mut self.line;
        match field {
            Field::Forwarded => line.forwarded = Some(plain),
            Field::Method => line.method = Some(plain),
            Field::Target => {
                self.has_asked = true;
                self.target(plain);
            }
            Field::TargetGuess if line.target.is_none() => {
                line.is_target_made = true;
                self.target(plain);
            }
            Field::TargetGuess => {}
            Field::Path => self.path = Some(plain),
            Field::Query => self.query = Some(plain),
            Field::HostTarget => {
                let (host, target) = host_and_path(plain);
                line.host = host.or(line.host);
                line.target = target.or(line.target);
            }
            Field::Host => line.host = Some(plain),
            Field::HostPort => line.host = Some(as_sent(plain, &[b":80", b":443"])),
            Field::HostGuess => line.host = line.host.or(Some(plain)),
            Field::Server => self.server(plain),
            Field::ServerUrl => {
                // A socket of the machine is named by its path alone.
                let mut parts = plain.rsplit(|&byte| byte == b'/').filter(|part| !part.is_empty());
                self.line.server = if plain.starts_with(b"/") { Some(plain) } else { parts.next() };
            }
            Field::Servers => self.servers(plain),
            Field::Backend => line.backend = Some(plain),
            Field::BackendServer => self.backend_server(plain),
            Field::Frontend => line.frontend = Some(plain.strip_suffix(b"~").unwrap_or(plain)),
            Field::Agent => line.agent = Some(plain),
            Field::Referer => line.referer = Some(plain),
            Field::Cookies => line.cookies = Some(plain),
            Field::Ended => line.ended = Some(plain),
            Field::Binding => {
                line.binding = match plain {
                    b"new" => Some(Binding::New),
                    b"kept" => Some(Binding::Kept),
                    b"moved" => Some(Binding::Moved),
                    _ => None,
                }
            }
            Field::Id => line.id = Some(plain),
            Field::Header(name) => self.header(name_of(names, name), plain),
            Field::Answer(name) => line.named.push(Kind::Answer, name_of(names, name), plain),
            Field::Cookie(name) => line.named.push(Kind::Cookie, name_of(names, name), plain),
            Field::CookiePair => self.cookie_pair(plain, Kind::Cookie),
            Field::AnswerCookiePair => self.cookie_pair(plain, Kind::Answer),
            _ => {}
        }
    }

    /// A column that says that there was nothing.
    pub(super) fn silent(&mut self, field: Field, names: &'a Names) {
        let silent = &mut self.line.silent;
        match field {
            Field::Target => self.has_asked = true,
            Field::Host | Field::HostPort => silent.add(Silent::HOST),
            Field::Forwarded => silent.add(Silent::FORWARDED),
            Field::Agent => silent.add(Silent::AGENT),
            Field::Referer => silent.add(Silent::REFERER),
            Field::Cookies => silent.add(Silent::COOKIES),
            Field::Server | Field::ServerUrl | Field::Servers => silent.add(Silent::SERVER),
            Field::Header(name) => self.silent_header(name_of(names, name)),
            Field::Cookie(name) => {
                self.line.named.push(Kind::Cookie, name_of(names, name), b"");
            }
            _ => {}
        }
    }

    /// A field of the request's head that it did not have.
    pub(super) fn silent_header(&mut self, name: &'a [u8]) {
        match Silent::of_header(name) {
            Some(column) => self.line.silent.add(column),
            None => self.line.named.push(Kind::Header, name, b""),
        }
    }

    /// A text as it was sent, unless the log says that there was none.
    pub(super) fn told(&mut self, text: &'a [u8]) -> Option<&'a [u8]> {
        match text {
            b"" | b"-" | b"<BADREQ>" => None,
            _ if self.escape == Escape::None => Some(text),
            _ => Some(self.scratch.plain(text, self.escape)),
        }
    }

    /// Puts a field of the request's head where it belongs.
    pub(super) fn header(&mut self, name: &'a [u8], value: &'a [u8]) {
        let line = &mut self.line;
        let known = match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => &mut line.host,
            6 if name.eq_ignore_ascii_case(b"cookie") => &mut line.cookies,
            7 if name.eq_ignore_ascii_case(b"referer") => &mut line.referer,
            10 if name.eq_ignore_ascii_case(b"user-agent") => &mut line.agent,
            15 if name.eq_ignore_ascii_case(b"x-forwarded-for") => &mut line.forwarded,
            _ => return line.named.push(Kind::Header, name, value),
        };
        *known = Some(value);
    }

    /// The line, when nothing more comes.
    pub(super) fn done(mut self) -> Line<'a> {
        self.line.is_target_made &= !self.has_asked;
        if self.line.target.is_none()
            && let Some(path) = self.path
        {
            let query = self.query.map(|query| query.strip_prefix(b"?").unwrap_or(query));
            let joined = query.and_then(|query| self.scratch.joined(path, b'?', query));
            self.line.target = joined.or(Some(path));
        }
        self.line
    }

    pub(super) fn request(&mut self, text: &'a [u8]) {
        // Taken apart before it is read as sent: a space that was escaped parts nothing.
        let read = request(text);
        let line = &mut self.line;
        line.method = read.method.or(line.method);
        if let Some(host) = read.host {
            line.host = line.host.or(Some(self.scratch.plain(host, self.escape)));
        }
        if let Some(target) = read.target {
            line.target = Some(self.scratch.plain(target, self.escape));
        }
    }

    pub(super) fn target(&mut self, plain: &'a [u8]) {
        let (host, target) = absolute(plain);
        self.line.host = self.line.host.or(host);
        self.line.target = target.or(self.line.target);
    }

    pub(super) fn server(&mut self, plain: &'a [u8]) {
        // HAProxy has `<NOSRV>`, `<STATS>` and the like where it answered itself.
        if !plain.starts_with(b"<") {
            self.line.server = Some(plain);
        }
    }

    fn client(&mut self, text: &'a [u8]) {
        self.line.client = address(text);
        if self.line.client.is_none() && memchr::memchr(b',', text).is_some() {
            self.line.forwarded = Some(text);
        }
    }

    fn addresses(&mut self, text: &'a [u8]) -> Result<(), &'static str> {
        let Some(plain) = self.told(text) else { return Ok(()) };
        let first = plain.split(|&byte| byte == b',').next().unwrap_or_default();
        address(first.trim_ascii()).ok_or("no address")?;
        self.line.forwarded = Some(plain);
        Ok(())
    }

    fn servers(&mut self, plain: &'a [u8]) {
        let mut tried = plain.rsplit(|byte| matches!(byte, b' ' | b','));
        let last = tried.find(|part| !part.is_empty() && *part != b":");
        self.line.server = last.filter(|last| *last != b"-");
    }

    fn backend_server(&mut self, plain: &'a [u8]) {
        match memchr::memchr(b'/', plain).and_then(|at| plain.split_at_checked(at)) {
            Some((backend, server)) => {
                self.line.backend = Some(backend);
                self.server(server.get(1..).unwrap_or_default());
            }
            None => self.line.backend = Some(plain),
        }
    }

    fn cookie_pair(&mut self, plain: &'a [u8], kind: Kind) {
        match (pair(plain), kind) {
            (Some(_), Kind::Answer) => self.line.named.push(kind, b"set-cookie", plain),
            (Some((name, value)), _) => self.line.named.push(kind, name, value),
            _ => {}
        }
    }

    pub(super) fn took(&mut self, text: &[u8], unit_s: f64) -> Result<(), &'static str> {
        if !matches!(text, b"-" | b"") {
            let count = decimal(text).ok_or("no duration")?;
            // Of two, the finer one is kept.
            if unit_s > self.unit_s {
                return Ok(());
            }
            self.unit_s = unit_s;
            self.line.duration_s = (count >= 0.0).then_some(count * unit_s);
            self.line.resolution_s = Some(unit_s * last_place(text));
        }
        Ok(())
    }

    fn took_part(&mut self, text: &[u8]) {
        if text == b"-" {
            return;
        }
        let parts = text.split(|byte| matches!(byte, b' ' | b',')).filter_map(decimal);
        let sum: f64 = parts.filter(|part| *part >= 0.0).sum();
        self.line.duration_s = Some(self.line.duration_s.unwrap_or(0.0) + sum);
        self.line.resolution_s = Some(last_place(text));
    }
}

/// What one of the last digit is worth: `0.000` tells thousandths apart.
fn last_place(text: &[u8]) -> f64 {
    let places = memchr::memchr(b'.', text).map_or(0, |at| text.len() - at - 1);
    10_f64.powi(-i32::try_from(places.min(9)).unwrap_or(0))
}

fn name_of(names: &Names, name: u16) -> &[u8] {
    names.get(usize::from(name)).map_or(b"", |name| name)
}

fn time(text: &[u8], clock: &mut Clock) -> Result<Option<f64>, &'static str> {
    match text {
        b"-" | b"" => Ok(None),
        _ => clock.read(text).map(Some).ok_or("no time"),
    }
}

fn status(text: &[u8]) -> Result<Option<u16>, &'static str> {
    match text {
        b"-" | b"" | b"-1" | b"000" | b"0" => Ok(None),
        _ => match whole(text).and_then(|status| u16::try_from(status).ok()) {
            Some(status @ 100..1000) => Ok(Some(status)),
            _ => Err("no status"),
        },
    }
}

fn bytes(text: &[u8]) -> Result<Option<u64>, &'static str> {
    match text {
        b"-" | b"" | b"-1" => Ok(None),
        // HAProxy has the sign where the transfer still went on.
        _ => whole(text.strip_prefix(b"+").unwrap_or(text)).map(Some).ok_or("no number of bytes"),
    }
}

/// `12ms`, `1.5s`, `250us`, `17` (seconds).
fn span(text: &[u8]) -> Option<f64> {
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let length = text.iter().take_while(|byte| is_number(byte)).count();
    let (count, unit) = text.split_at_checked(length)?;
    let unit_s = match unit.trim_ascii() {
        b"" | b"s" => 1.0,
        b"ms" => 1e-3,
        b"us" | b"\xc2\xb5s" => 1e-6,
        b"ns" => 1e-9,
        _ => return None,
    };
    Some(decimal(count)? * unit_s)
}
