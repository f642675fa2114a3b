//! The formats that products write when nobody has told them another.

use super::build::Build;
use super::step::Pattern;
use crate::logs::fault::FormatFault;
use crate::logs::field::Field;
use crate::logs::scratch::Escape;

/// A format that needs no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::logs) enum Builtin {
    Common,
    Combined,
    Proxied,
    Vhost,
    Ingress,
    HaproxyClf,
    Envoy,
    Istio,
    Traefik,
    Alb,
    ClassicElb,
}

impl Builtin {
    /// Fields in angle brackets, and what stands between them.
    fn text(self) -> &'static str {
        match self {
            Builtin::Common => r#"<client> <skip> <skip> [<time>] "<request>" <status> <bytes>"#,
            Builtin::Combined => concat!(
                r#"<client> <skip> <skip> [<time>] "<request>" <status> <bytes> "#,
                r#""<referer>" "<agent>""#
            ),
            Builtin::Proxied => concat!(
                r#"<client> <skip> <skip> [<time>] "<request>" <status> <bytes> "#,
                r#""<referer>" "<agent>" "<addresses>""#
            ),
            Builtin::Vhost => concat!(
                r#"<host-port> <client-address> <skip> <skip> [<time>] "<request>" <status> "#,
                r#"<bytes> "<referer>" "<agent>""#
            ),
            Builtin::Ingress => concat!(
                r#"<client> - <skip> [<time>] "<request>" <status> <bytes> "<referer>" "<agent>" "#,
                r#"<skip> <seconds> [<backend>] [<skip>] <servers> <list> <list> <list> <id>"#
            ),
            Builtin::HaproxyClf => concat!(
                r#"<client> - - [<time>] "<request>" <status> <bytes> "" "" <skip> <skip> "#,
                r#""<frontend>" "<backend>" "<server>" <skip> <skip> <skip> <skip> <millis> "#,
                r#"<ended> <skip> <skip> <skip> <skip> <skip> <skip> <skip> "#,
                r#""<cookie-pair>" "<answer-cookie-pair>""#
            ),
            Builtin::Envoy => concat!(
                r#"[<time>] "<request>" <status> <ended> <skip> <bytes> <millis> <skip> "#,
                r#""<forwarded>" "<agent>" "<id>" "<host>" "<url>""#
            ),
            Builtin::Istio => concat!(
                r#"[<time>] "<request>" <status> <ended> <skip> <skip> "<skip>" <skip> <bytes> "#,
                r#"<millis> <skip> "<forwarded>" "<agent>" "<id>" "<host>" "<url>" <backend> "#,
                r#"<skip> <skip> <client-port> <host-guess>"#
            ),
            Builtin::Traefik => concat!(
                r#"<client> - <skip> [<time>] "<request>" <status> <bytes> "<referer>" "<agent>" "#,
                r#"<id> "<frontend>" "<url>" <millis>ms"#
            ),
            Builtin::Alb => concat!(
                r#"<skip> <time-ended> <frontend> <client-port> <server> <part> <part> <part> "#,
                r#"<status> <skip> <skip> <bytes> "<request-port>" "<agent>" <skip> <skip> "#,
                r#"<backend> "<id>" "<host-guess>" "<skip>" <skip> <time>"#
            ),
            Builtin::ClassicElb => concat!(
                r#"<time> <frontend> <client-port> <server> <part> <part> <part> "#,
                r#"<status> <skip> <skip> <bytes> "<request-port>" "<agent>" <skip> <skip>"#
            ),
        }
    }

    fn escape(self) -> Escape {
        match self {
            Builtin::HaproxyClf => Escape::Hash,
            Builtin::Envoy | Builtin::Istio => Escape::None,
            _ => Escape::Backslash,
        }
    }
}

/// A built-in format, compiled.
pub(in crate::logs) fn builtin(which: Builtin) -> Result<Pattern, FormatFault> {
    let mut build = Build::default();
    let mut rest = which.text();
    while let Some((before, name)) = rest.split_once('<') {
        let (name, behind) = name.split_once('>').unwrap_or((name, ""));
        before.bytes().for_each(|byte| build.byte(byte));
        build.field(field(name));
        rest = behind;
    }
    rest.bytes().for_each(|byte| build.byte(byte));
    let pattern = build.done(which.escape(), true)?;
    Ok(Pattern { cut: which == Builtin::HaproxyClf, ..pattern })
}

fn field(name: &str) -> Field {
    match name {
        "time" => Field::Time,
        "time-ended" => Field::TimeEnded,
        "client" => Field::Client,
        "client-address" => Field::ClientAddress,
        "client-port" => Field::ClientPort,
        "forwarded" => Field::Forwarded,
        "addresses" => Field::Addresses,
        "request" => Field::Request,
        "request-port" => Field::RequestPort,
        "host" => Field::Host,
        "host-port" => Field::HostPort,
        "host-guess" => Field::HostGuess,
        "status" => Field::Status,
        "bytes" => Field::Bytes,
        "seconds" => Field::Seconds,
        "millis" => Field::Millis,
        "part" => Field::SecondsPart,
        "list" => Field::SkippedList,
        "server" => Field::Server,
        "servers" => Field::Servers,
        "url" => Field::ServerUrl,
        "backend" => Field::Backend,
        "frontend" => Field::Frontend,
        "agent" => Field::Agent,
        "referer" => Field::Referer,
        "ended" => Field::Ended,
        "id" => Field::Id,
        "cookie-pair" => Field::CookiePair,
        "answer-cookie-pair" => Field::AnswerCookiePair,
        _ => Field::Skip,
    }
}
