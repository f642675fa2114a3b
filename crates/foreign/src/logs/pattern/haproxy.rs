//! HAProxy's `log-format`: its aliases and sample expressions, and what they tell.

use super::build::Build;
use super::step::Pattern;
use crate::logs::fault::FormatFault;
use crate::logs::field::Field;
use crate::logs::format::Captures;
use crate::logs::scratch::Escape;

/// Compiles the text of a `log-format`. `captures` are the headers that `capture` names.
pub(in crate::logs) fn haproxy(text: &[u8], captures: &Captures) -> Result<Pattern, FormatFault> {
    let mut format = Format { build: Build::of(text)?, captures, quoted: false };
    let mut rest = text;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = match (byte, behind) {
            (b'\\', [escaped, behind @ ..]) => format.literal(*escaped, behind),
            (b'%', [b'%', behind @ ..]) => format.literal(b'%', behind),
            (b'%', _) => format.variable(behind).ok_or_else(|| {
                let at = text.len() - rest.len();
                let what = "a `%` that begins no variable".to_owned();
                FormatFault { at, what, expected: "a name or `[` behind it" }
            })?,
            // HAProxy writes one space where there are several, and none at the start.
            (b' ', _) if format.build.ends_with_space() => behind,
            _ => format.literal(byte, behind),
        };
    }
    let pattern = format.build.done(Escape::Hash, false)?;
    Ok(Pattern { captures: captures.clone(), cut: true, ..pattern })
}

struct Format<'c> {
    build: Build,
    captures: &'c Captures,
    /// What `%{+Q}o` has set for all that follow.
    quoted: bool,
}

impl Format<'_> {
    fn literal<'t>(&mut self, byte: u8, behind: &'t [u8]) -> &'t [u8] {
        self.build.byte(byte);
        behind
    }

    /// `{+Q}r`, `[src]`: what follows it.
    fn variable<'t>(&mut self, text: &'t [u8]) -> Option<&'t [u8]> {
        let (flags, text) = match text.strip_prefix(b"{") {
            Some(inside) => {
                let (flags, behind) = inside.split_at_checked(memchr::memchr(b'}', inside)?)?;
                (flags, behind.get(1..)?)
            }
            None => (&b""[..], text),
        };
        let mut quoted = self.quoted;
        for flag in flags.split(|&byte| byte == b',') {
            match flag {
                b"+Q" => quoted = true,
                b"-Q" => quoted = false,
                _ => {}
            }
        }
        if let Some(inside) = text.strip_prefix(b"[") {
            let (expression, behind) = inside.split_at_checked(closing(inside)?)?;
            let field = self.expression(expression);
            self.field(field, quoted);
            return behind.get(1..);
        }
        let length = text.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let (name, behind) = text.split_at_checked(length).filter(|(name, _)| !name.is_empty())?;
        match name {
            b"o" => self.quoted = quoted,
            _ => self.field(alias(name), quoted && is_text(name)),
        }
        Some(behind)
    }

    fn field(&mut self, field: Field, quoted: bool) {
        if quoted {
            self.build.byte(b'"');
        }
        self.build.field(field);
        if quoted {
            self.build.byte(b'"');
        }
    }

    fn expression(&mut self, text: &[u8]) -> Field {
        let text = text.trim_ascii();
        let end = text.iter().position(|byte| matches!(byte, b'(' | b','));
        let (name, rest) = text.split_at_checked(end.unwrap_or(text.len())).unwrap_or((text, b""));
        let argument = rest.strip_prefix(b"(").and_then(|inside| inside.split(is_closing).next());
        let argument = argument.unwrap_or_default().split(|&byte| byte == b',').next();
        let argument = argument.unwrap_or_default();
        match name {
            b"src" | b"fc_src" => Field::Client,
            b"method" => Field::Method,
            b"path" | b"pathq" | b"url" | b"capture.req.uri" => Field::Target,
            b"query" => Field::Query,
            b"status" => Field::Status,
            b"fe_name" => Field::Frontend,
            b"be_name" => Field::Backend,
            b"srv_name" => Field::Server,
            b"unique-id" => Field::Id,
            b"ssl_fc_sni" | b"req.ssl_sni" => Field::HostGuess,
            b"req.hdr" | b"req.fhdr" | b"hdr" | b"fhdr" => self.build.header(argument),
            b"req.cook" | b"cook" => Field::Cookie(self.build.name(argument)),
            b"res.hdr" | b"res.fhdr" => Field::Answer(self.build.name(argument)),
            b"capture.req.hdr" => match captured(&self.captures.request, argument) {
                Some(name) => self.build.header(name),
                None => Field::Header(self.build.name(b"")),
            },
            b"capture.res.hdr" => {
                let name = captured(&self.captures.response, argument).unwrap_or_default();
                Field::Answer(self.build.name(name))
            }
            _ => Field::Skip,
        }
    }
}

/// Numbers and times are never put in quotes.
fn is_text(name: &[u8]) -> bool {
    const TEXTS: [&[u8]; 21] = [
        b"ci", b"si", b"bi", b"fi", b"f", b"ft", b"b", b"s", b"hr", b"hs", b"r", b"HM", b"HP",
        b"HPO", b"HQ", b"HU", b"HV", b"CC", b"CS", b"ID", b"H",
    ];
    TEXTS.contains(&name)
}

fn captured<'c>(names: &'c [String], number: &[u8]) -> Option<&'c [u8]> {
    let number = usize::try_from(crate::logs::number::whole(number)?).ok()?;
    names.get(number).map(String::as_bytes)
}

fn is_closing(byte: &u8) -> bool {
    *byte == b')'
}

/// Where the bracket of an expression closes; it may hold others.
fn closing(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    text.iter().position(|byte| match byte {
        b'[' => {
            depth += 1;
            false
        }
        b']' if depth == 0 => true,
        b']' => {
            depth -= 1;
            false
        }
        _ => false,
    })
}

fn alias(name: &[u8]) -> Field {
    match name {
        b"ci" => Field::Client,
        b"t" | b"tr" | b"trg" | b"trl" | b"T" | b"Tl" | b"Ts" => Field::Time,
        b"r" => Field::Request,
        b"HM" => Field::Method,
        b"HU" => Field::Target,
        b"HP" | b"HPO" => Field::Path,
        b"HQ" => Field::Query,
        b"ST" => Field::Status,
        b"B" => Field::Bytes,
        b"Ta" | b"Tt" => Field::Millis,
        b"f" | b"ft" => Field::Frontend,
        b"b" => Field::Backend,
        b"s" => Field::Server,
        b"CC" => Field::CookiePair,
        b"CS" => Field::AnswerCookiePair,
        b"ts" | b"tsc" => Field::Ended,
        b"hr" => Field::Captures,
        b"hs" => Field::AnswerCaptures,
        b"ID" => Field::Id,
        _ => Field::Skip,
    }
}
