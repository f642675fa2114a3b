//! What holds in a block, whether it says so or one around it: who is let in, and what follows an
//! error.

use ipnet::IpNet;

use crate::nginx::syntax::Directive;
use crate::source::Span;

/// What holds in a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InForce {
    /// `error_page`, the first one of a code counts.
    pub errors: Vec<ErrorPage>,
    /// `recursive_error_pages`
    pub is_recursive: bool,
    /// `allow` and `deny`, the first one that fits counts.
    pub access: Vec<Access>,
    /// `satisfy any`
    pub satisfies_any: bool,
    /// What else may refuse a request.
    pub gates: Vec<Gate>,
}

/// `error_page`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorPage {
    /// The statuses that it is about.
    pub codes: Vec<u16>,
    /// A path, a named location or a URL, with its variables.
    pub target: String,
    /// The directive.
    pub span: Span,
}

/// `allow` or `deny`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whether it lets in.
    pub allows: bool,
    /// Whom it is about.
    pub who: Who,
    /// The directive.
    pub span: Span,
}

/// Whom an `allow` or a `deny` is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody.
    All,
    /// A network.
    Network(IpNet),
    /// Nobody who has an address: those of a socket, or what cannot be read.
    Nobody,
}

/// What may refuse a request by what no log has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// The directive's name.
    pub name: String,
    /// The directive.
    pub span: Span,
}

/// Those that ask who it is. `satisfy` is about them.
const ASKING: [&str; 3] = ["auth_basic", "auth_request", "auth_jwt"];
/// Those that count.
const COUNTING: [&str; 2] = ["limit_req", "limit_conn"];

impl InForce {
    /// `get` tells all directives of a name in a block; what it has none of holds as above it.
    pub(super) fn read<'d>(get: &dyn Fn(&str) -> Vec<&'d Directive>, above: &InForce) -> InForce {
        let word = |name: &str| get(name).last().and_then(|it| it.arg(0).map(str::to_owned));
        let or = |name: &str, wanted: &str, above: bool| match word(name) {
            Some(word) => word == wanted,
            None => above,
        };
        let errors: Vec<_> = get("error_page").into_iter().filter_map(ErrorPage::read).collect();
        // Their order in the file counts, over both names.
        let mut access: Vec<Access> = Vec::new();
        for (name, allows) in [("allow", true), ("deny", false)] {
            access.extend(get(name).into_iter().filter_map(|it| Access::read(it, allows)));
        }
        access.sort_by_key(|it| it.span);
        let mut gates = Vec::new();
        for name in ASKING.into_iter().chain(COUNTING) {
            let own = get(name);
            if own.is_empty() {
                gates.extend(above.gates.iter().filter(|it| it.name == name).cloned());
            }
            let own = own.last().filter(|it| it.arg(0) != Some("off"));
            gates.extend(own.map(|it| Gate { name: name.to_owned(), span: it.head() }));
        }
        InForce {
            errors: if errors.is_empty() { above.errors.clone() } else { errors },
            is_recursive: or("recursive_error_pages", "on", above.is_recursive),
            access: if access.is_empty() { above.access.clone() } else { access },
            satisfies_any: or("satisfy", "any", above.satisfies_any),
            gates,
        }
    }
}

impl Gate {
    /// Whether it asks who it is, and does not count.
    pub fn asks(&self) -> bool {
        ASKING.contains(&self.name.as_str())
    }
}

impl ErrorPage {
    fn read(directive: &Directive) -> Option<ErrorPage> {
        let (target, codes) = directive.args.split_last()?;
        // `=` and `=200` are about the status that the client gets.
        let codes = codes.iter().filter_map(|word| word.text.parse().ok()).collect();
        Some(ErrorPage { codes, target: target.text.clone(), span: directive.head() })
    }
}

impl Access {
    fn read(directive: &Directive, allows: bool) -> Option<Access> {
        let text = directive.arg(0)?;
        let network = || text.parse::<IpNet>().ok();
        let alone = || text.parse::<std::net::IpAddr>().ok().map(IpNet::from);
        let who = match text {
            "all" => Who::All,
            _ => network().or_else(alone).map_or(Who::Nobody, |it| Who::Network(it.trunc())),
        };
        Some(Access { allows, who, span: directive.head() })
    }
}
