//! The cookie that keeps a client at its server.

use super::args::Args;
use super::values::Unit;
use crate::haproxy::syntax::{Text, Word};

/// `cookie`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cookie {
    /// Its name.
    pub name: Text,
    /// Who makes it; `None`: the servers do, and HAProxy only reads it.
    pub mode: Option<CookieMode>,
    /// It is taken out of requests, and not set when it is already right.
    pub indirect: bool,
    /// Responses that set it are marked as not to be cached.
    pub nocache: bool,
    /// It is set in answers to `POST` alone.
    pub postonly: bool,
    /// A value that the server sets stays.
    pub preserve: bool,
    /// `HttpOnly`.
    pub httponly: bool,
    /// `Secure`.
    pub secure: bool,
    /// Its value is computed from the server's address and the key.
    pub dynamic: bool,
    /// Its domains.
    pub domains: Vec<Text>,
    /// Other attributes.
    pub attributes: Vec<Text>,
    /// After how long without a request it counts no more, in milliseconds.
    pub maxidle_ms: Option<u64>,
    /// After how long it counts no more at all, in milliseconds.
    pub maxlife_ms: Option<u64>,
}

/// Who makes a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieMode {
    /// The server sets it and HAProxy fills in its value.
    Rewrite,
    /// HAProxy sets it.
    Insert,
    /// HAProxy puts its value before the one of the server's own cookie.
    Prefix,
}

/// Reads the words behind `cookie`.
pub(super) fn read(args: &mut Args<'_, '_, '_>) -> Option<Cookie> {
    let name = args.text("the cookie's name")?;
    let mut cookie = Cookie { name, ..Cookie::default() };
    let mut modes = Vec::new();
    while let Some(word) = args.next() {
        match word.text.as_ref() {
            "rewrite" => modes.push(CookieMode::Rewrite),
            "insert" => modes.push(CookieMode::Insert),
            "prefix" => modes.push(CookieMode::Prefix),
            _ => option(&mut cookie, word, args)?,
        }
    }
    modes.dedup();
    cookie.mode = modes.first().copied();
    let is_clash = modes.iter().any(|mode| Some(*mode) != cookie.mode);
    if is_clash || (cookie.indirect && cookie.mode == Some(CookieMode::Rewrite)) {
        args.fail_line(
            "these modes of a cookie exclude each other",
            "one of `insert`, `prefix` and `rewrite`, the last without `indirect`",
        );
    }
    if cookie.preserve && !cookie.indirect && cookie.mode != Some(CookieMode::Insert) {
        args.fail_line("`preserve` does nothing here", "`insert` or `indirect` with it");
    }
    Some(cookie)
}

fn option(cookie: &mut Cookie, word: &Word, args: &mut Args<'_, '_, '_>) -> Option<()> {
    match word.text.as_ref() {
        "indirect" => cookie.indirect = true,
        "nocache" => cookie.nocache = true,
        "postonly" => cookie.postonly = true,
        "preserve" => cookie.preserve = true,
        "httponly" => cookie.httponly = true,
        "secure" => cookie.secure = true,
        "dynamic" => cookie.dynamic = true,
        "domain" => cookie.domains.push(args.text("a domain")?),
        "attr" => cookie.attributes.push(args.text("an attribute")?),
        "maxidle" => cookie.maxidle_ms = Some(args.time_ms(Unit::Seconds)?),
        "maxlife" => cookie.maxlife_ms = Some(args.time_ms(Unit::Seconds)?),
        _ => args.unknown(word),
    }
    Some(())
}
