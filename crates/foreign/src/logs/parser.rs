//! Reads lines of one format.

use super::container;
use super::fault::{FormatFault, Refusal};
use super::format::Format;
use super::haproxy::Haproxy;
use super::json::{Dialect, Json, Spelled};
use super::line::Line;
use super::logger;
use super::pattern::{Pattern, apache, builtin, envoy, haproxy, nginx};
use super::scratch::{Escape, Scratch};
use super::time::Clock;

/// A longer line is malformed, in bytes without its end.
pub const LINE_MAX: usize = 64 << 10;

/// Reads lines of one format. A copy reads on where the original is.
#[derive(Clone, Debug)]
pub struct Parser {
    form: Form,
    clock: Clock,
    /// Grows with the longest line.
    room: Vec<u8>,
}

#[derive(Clone, Debug)]
enum Form {
    Pattern(Pattern),
    Haproxy(Haproxy),
    Json(Json),
    Spelled(Spelled),
}

impl Parser {
    /// A parser of a format. `east_s` is the zone of times that name none, in seconds east of UTC.
    pub fn new(format: &Format, east_s: i32) -> Result<Parser, FormatFault> {
        let json = |dialect| Form::Json(Json::new(dialect));
        let form = match format {
            Format::Nginx(text, escape) => Form::Pattern(nginx(text.as_bytes(), *escape)?),
            Format::Apache(text) => Form::Pattern(apache(text.as_bytes())?),
            Format::HaproxyFormat(text, captures) => {
                Form::Pattern(haproxy(text.as_bytes(), captures)?)
            }
            Format::EnvoyFormat(text) => Form::Pattern(envoy(text.as_bytes())?),
            Format::EnvoyJsonFormat(format) => Form::Spelled(Spelled::new(format)?),
            Format::Haproxy(captures) => Form::Haproxy(Haproxy { captures: captures.clone() }),
            Format::EnvoyJson => json(Dialect::Envoy),
            Format::TraefikJson => json(Dialect::Traefik),
            Format::Caddy => json(Dialect::Caddy),
            Format::Evenkeel => json(Dialect::Evenkeel),
            other => match other.builtin() {
                Some(which) => Form::Pattern(builtin(which)?),
                None => json(Dialect::Generic),
            },
        };
        Ok(Parser { form, clock: Clock::new(east_s), room: Vec::new() })
    }

    /// Reads a line, without its end.
    pub fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Line<'a>, Refusal> {
        if line.len() > LINE_MAX {
            return Err(Refusal::malformed("longer than 64 KiB", LINE_MAX));
        }
        // One byte more: a path and a query that stood apart are joined by a question mark.
        let length = line.len() + 1;
        let inside = container::written(line);
        let needed = if inside.is_some() { 2 * length } else { length };
        if self.room.len() < needed {
            self.room.resize(needed, 0);
        }
        let (own, room) = self.room.split_at_mut(needed - length);
        let line = match inside {
            Some(text) => Scratch::new(own).plain(text, Escape::Backslash),
            None => line,
        };
        match &mut self.form {
            Form::Pattern(pattern) => {
                let bare = logger::bare(line);
                let read = pattern.read(bare, room, &mut self.clock);
                read.map_err(|refusal| refusal.behind(line.len() - bare.len()))
            }
            Form::Haproxy(haproxy) => haproxy.read(line, room, &mut self.clock),
            Form::Json(json) => json.read(line, room, &mut self.clock),
            Form::Spelled(spelled) => spelled.read(line, room, &mut self.clock),
        }
    }
}
