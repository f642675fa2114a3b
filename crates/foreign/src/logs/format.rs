//! The formats that can be asked for, and what they are called.

use std::fmt;

use super::pattern::Builtin;

/// How nginx writes bytes that would break its lines: the `escape=` of its `log_format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NginxEscape {
    /// `\xHH`.
    #[default]
    Default,
    /// As in JSON.
    Json,
    /// As they came.
    None,
}

/// The names of the headers that HAProxy captures, in the order of its configuration: its logs
/// have the values alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captures {
    /// Of `capture request header`.
    pub request: Vec<String>,
    /// Of `capture response header`.
    pub response: Vec<String>,
}

/// A format of JSON whose values are formats of Envoy's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonFormat {
    /// Its values, those of inner objects among them.
    pub values: Vec<JsonValue>,
    /// Whether values that are empty are left out of a line.
    pub omits_empty: bool,
}

/// A value of a [`JsonFormat`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonValue {
    /// The keys that lead to it, the outermost first.
    pub path: Vec<String>,
    /// Its place where it stands in a list, else 0.
    pub place: usize,
    /// Its format.
    pub text: String,
}

/// A format of access logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// The common log format of NCSA's server: Apache, nginx, Traefik and many others.
    Common,
    /// The same with `Referer` and `User-Agent`.
    Combined,
    /// Combined, then `X-Forwarded-For` in quotes: what nginx's packages call `main`.
    Proxied,
    /// Combined behind the name of a virtual host: Apache's `vhost_combined`.
    Vhost,
    /// What ingress-nginx writes.
    Ingress,
    /// nginx's `log_format`.
    Nginx(String, NginxEscape),
    /// Apache's `LogFormat`.
    Apache(String),
    /// HAProxy's `option httplog`, `httpslog` and `tcplog`, line by line.
    Haproxy(Captures),
    /// HAProxy's `option httplog clf`.
    HaproxyClf,
    /// HAProxy's `log-format`.
    HaproxyFormat(String, Captures),
    /// Envoy's default.
    Envoy,
    /// Istio's default.
    Istio,
    /// Envoy's `text_format`.
    EnvoyFormat(String),
    /// Envoy's `json_format`.
    EnvoyJsonFormat(JsonFormat),
    /// JSON of Envoy and of Istio.
    EnvoyJson,
    /// Traefik's common format, with its router and its server.
    Traefik,
    /// Traefik's JSON.
    TraefikJson,
    /// Caddy 2.
    Caddy,
    /// AWS Application Load Balancer.
    Alb,
    /// AWS Classic Load Balancer.
    ClassicElb,
    /// Evenkeel's own access log.
    Evenkeel,
    /// JSON lines with names that many products use.
    Json,
}

impl Format {
    /// What can be recognised, the most telling first: of two that read as many lines, the first
    /// is taken.
    pub fn recognised() -> Vec<Format> {
        vec![
            Format::Evenkeel,
            Format::Caddy,
            Format::TraefikJson,
            Format::EnvoyJson,
            Format::Json,
            Format::Haproxy(Captures::default()),
            Format::Istio,
            Format::Envoy,
            Format::Alb,
            Format::ClassicElb,
            Format::HaproxyClf,
            Format::Ingress,
            Format::Traefik,
            Format::Vhost,
            Format::Proxied,
            Format::Combined,
            Format::Common,
        ]
    }

    /// A short name, the same in options and in what is told.
    pub fn name(&self) -> &'static str {
        match self {
            Format::Common => "common",
            Format::Combined => "combined",
            Format::Proxied => "combined-forwarded",
            Format::Vhost => "vhost-combined",
            Format::Ingress => "ingress-nginx",
            Format::Nginx(..) => "nginx-log-format",
            Format::Apache(_) => "apache-log-format",
            Format::Haproxy(_) => "haproxy",
            Format::HaproxyClf => "haproxy-clf",
            Format::HaproxyFormat(..) => "haproxy-log-format",
            Format::Envoy => "envoy",
            Format::Istio => "istio",
            Format::EnvoyFormat(_) => "envoy-text-format",
            Format::EnvoyJsonFormat(_) => "envoy-json-format",
            Format::EnvoyJson => "envoy-json",
            Format::Traefik => "traefik",
            Format::TraefikJson => "traefik-json",
            Format::Caddy => "caddy",
            Format::Alb => "aws-alb",
            Format::ClassicElb => "aws-elb",
            Format::Evenkeel => "evenkeel",
            Format::Json => "json",
        }
    }

    /// The format of a name, where it needs no text.
    pub fn named(name: &str) -> Option<Format> {
        Format::recognised().into_iter().find(|format| format.name() == name)
    }

    pub(super) fn builtin(&self) -> Option<Builtin> {
        Some(match self {
            Format::Common => Builtin::Common,
            Format::Combined => Builtin::Combined,
            Format::Proxied => Builtin::Proxied,
            Format::Vhost => Builtin::Vhost,
            Format::Ingress => Builtin::Ingress,
            Format::HaproxyClf => Builtin::HaproxyClf,
            Format::Envoy => Builtin::Envoy,
            Format::Istio => Builtin::Istio,
            Format::Traefik => Builtin::Traefik,
            Format::Alb => Builtin::Alb,
            Format::ClassicElb => Builtin::ClassicElb,
            _ => return None,
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
