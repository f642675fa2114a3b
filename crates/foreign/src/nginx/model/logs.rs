//! How requests are logged, and where.

use super::config::Kind;
use super::pass::Within;
use crate::nginx::syntax::Directive;
use crate::placed::Placed;
use crate::source::Span;

/// A format of log lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFormat {
    /// Whether it is one of `http` or of `stream`.
    pub kind: Kind,
    /// Its name.
    pub name: Placed<String>,
    /// `default`, `json` or `none`, where it was written.
    pub escape: Option<String>,
    /// The format, its pieces joined.
    pub text: Placed<String>,
}

impl LogFormat {
    pub(super) fn read(directive: &Directive, kind: Kind) -> Option<LogFormat> {
        let name = directive.args.first()?;
        let mut pieces = directive.args.get(1..).unwrap_or(&[]);
        let escape = pieces.first().and_then(|word| word.text.strip_prefix("escape="));
        if escape.is_some() {
            pieces = pieces.get(1..).unwrap_or(&[]);
        }
        let span = match (pieces.first(), pieces.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => name.span,
        };
        let text = pieces.iter().map(|word| word.text.as_str()).collect();
        Some(LogFormat {
            kind,
            name: Placed::new(name.text.clone(), name.span),
            escape: escape.map(str::to_owned),
            text: Placed::new(text, span),
        })
    }
}

/// A place where requests are logged, or the word that they are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessLog {
    /// Whether it is one of `http` or of `stream`.
    pub kind: Kind,
    /// The directive.
    pub span: Span,
    /// A path, `syslog:…` or `off`.
    pub path: Placed<String>,
    /// The format's name; absent: `combined`.
    pub format: Option<Placed<String>>,
    /// Requests for which this is empty or 0 are left out.
    pub condition: Option<String>,
    /// The server in which it stands: a number of the configuration's servers.
    pub server: Option<usize>,
    /// The blocks inside the server in which it stands.
    pub within: Vec<Within>,
}

impl AccessLog {
    pub(super) fn read(
        directive: &Directive,
        kind: Kind,
        server: Option<usize>,
        within: &[Within],
    ) -> Option<AccessLog> {
        let path = directive.args.first()?;
        let format = directive.args.get(1).filter(|word| !word.text.contains('='));
        let condition = directive.args.iter().find_map(|word| word.text.strip_prefix("if="));
        Some(AccessLog {
            kind,
            span: directive.head(),
            path: Placed::new(path.text.clone(), path.span),
            format: format.map(|word| Placed::new(word.text.clone(), word.span)),
            condition: condition.map(str::to_owned),
            server,
            within: within.to_vec(),
        })
    }
}
