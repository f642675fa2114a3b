//! A request as Envoy hashes it: behind what the route makes of its path and its host.

use crate::envoy::model::{HostRewrite, PathRewrite, Route};
use crate::logs::{Line, Told};
use crate::route::expression::Expression;

/// What a route makes of a request, ready to be done.
#[derive(Clone, Debug, Default)]
pub(super) struct Rewriting {
    path: Option<Path>,
    host: Option<Host>,
    /// Headers that are changed, in lower case.
    changed: Vec<String>,
}

#[derive(Clone, Debug)]
enum Path {
    /// In place of so many bytes; without a number, of all of it.
    Prefix(Option<usize>, String),
    Expression(Expression, String),
    Unknown,
}

#[derive(Clone, Debug)]
enum Host {
    Literal(String),
    Header(String),
    Path(Expression, String),
    Unknown,
}

/// What is otherwise than in the log.
#[derive(Clone, Debug, Default)]
pub(super) struct Rewritten {
    pub(super) target: Option<Vec<u8>>,
    pub(super) host: Option<Vec<u8>>,
    /// Headers that cannot be known, in lower case.
    pub(super) hidden: Vec<String>,
}

impl Rewriting {
    /// `above` are headers that all routes of the virtual host or of the table change.
    pub(super) fn new(route: &Route, above: &[String]) -> Rewriting {
        let read = |pattern: &str| Expression::new(pattern, false);
        let path = route.rewriting.path.as_ref().map(|it| match it {
            PathRewrite::Prefix(by) => {
                let length = match &route.matches {
                    Some((kind, text)) if kind.ends_with("prefix") => Some(text.value.len()),
                    _ => None,
                };
                Path::Prefix(length, by.clone())
            }
            PathRewrite::Expression(pattern, by) => {
                read(pattern).map_or(Path::Unknown, |it| Path::Expression(it, by.clone()))
            }
            PathRewrite::Other => Path::Unknown,
        });
        let host = route.rewriting.host.as_ref().map(|it| match it {
            HostRewrite::Literal(host) => Host::Literal(host.clone()),
            HostRewrite::Header(name) => Host::Header(name.clone()),
            HostRewrite::Path(pattern, by) => {
                read(pattern).map_or(Host::Unknown, |it| Host::Path(it, by.clone()))
            }
            HostRewrite::Other => Host::Unknown,
        });
        let changed = route.rewriting.headers.iter().chain(above).cloned().collect();
        Rewriting { path, host, changed }
    }

    /// What it makes of a request.
    pub(super) fn of(&self, line: &Line<'_>) -> Rewritten {
        let mut made = Rewritten { hidden: self.changed.clone(), ..Rewritten::default() };
        match self.host(line) {
            Ok(host) => made.host = host,
            Err(()) => made.hidden.push(":authority".to_owned()),
        }
        match self.target(line) {
            Ok(target) => made.target = target,
            Err(()) => made.hidden.push(":path".to_owned()),
        }
        made
    }

    fn host(&self, line: &Line<'_>) -> Result<Option<Vec<u8>>, ()> {
        match &self.host {
            None => Ok(None),
            Some(Host::Literal(host)) => Ok(Some(host.clone().into_bytes())),
            Some(Host::Header(name)) => match line.told_header(name.as_bytes()) {
                Told::Value(host) => Ok(Some(host.to_vec())),
                Told::Absent => Ok(None),
                Told::Untold => Err(()),
            },
            Some(Host::Path(pattern, by)) => {
                let path = line.path().ok_or(())?;
                pattern.replaced(path, by).map(Some).ok_or(())
            }
            Some(Host::Unknown) => Err(()),
        }
    }

    fn target(&self, line: &Line<'_>) -> Result<Option<Vec<u8>>, ()> {
        let Some(rewrite) = &self.path else { return Ok(None) };
        let (target, path) = (line.target.ok_or(())?, line.path().ok_or(())?);
        let mut made = match rewrite {
            Path::Prefix(length, by) => {
                let behind = length.map_or(&[][..], |at| path.get(at..).unwrap_or_default());
                [by.as_bytes(), behind].concat()
            }
            Path::Expression(pattern, by) => pattern.replaced(path, by).ok_or(())?,
            Path::Unknown => return Err(()),
        };
        made.extend_from_slice(target.get(path.len()..).unwrap_or_default());
        Ok(Some(made))
    }
}
