//! Whether a route fits a request.

use crate::envoy::model::{Ask, Route, Wanted};
use crate::logs::{Line, Told};
use crate::route::expression::Expression;
use crate::route::texts::Texts;
use crate::route::truth::Truth;

/// What a route asks for, ready to be asked.
#[derive(Clone, Debug)]
pub(super) struct Match {
    path: Path,
    headers: Vec<Test>,
    parameters: Vec<Test>,
    fraction: Option<f64>,
    /// What is not known here.
    others: Option<u16>,
}

#[derive(Clone, Debug)]
enum Path {
    Any,
    Start(String, bool),
    Exact(String, bool),
    /// Whole segments.
    Segments(String, bool),
    Expression(Expression),
    Unknown(u16),
}

#[derive(Clone, Debug)]
struct Test {
    ask: Ask,
    expression: Option<Expression>,
    missing: u16,
}

impl Match {
    pub(super) fn new(route: &Route, texts: &mut Texts) -> Match {
        let asks = &route.asks;
        let no_case = asks.no_case;
        let path = match &route.matches {
            None => Path::Any,
            Some((kind, value)) => {
                let text = value.value.clone();
                let unknown = |texts: &mut Texts| {
                    Path::Unknown(texts.missing(format!("`{kind}` `{text}` is not imitated")))
                };
                match kind.as_str() {
                    "prefix" => Path::Start(text, no_case),
                    "path" => Path::Exact(text, no_case),
                    "path_separated_prefix" => Path::Segments(text, no_case),
                    "safe_regex" | "regex" => match Expression::whole(&text) {
                        Some(expression) => Path::Expression(expression),
                        None => unknown(texts),
                    },
                    _ => unknown(texts),
                }
            }
        };
        let mut tests = |asks: &[Ask], what: &str| -> Vec<Test> {
            asks.iter().map(|ask| Test::new(ask, what, texts)).collect()
        };
        let headers = tests(&asks.headers, "header");
        let parameters = tests(&asks.parameters, "parameter");
        let others = asks
            .others
            .iter()
            .find(|it| !matches!(it.value.as_str(), "connect_matcher" | "path_match_policy"));
        let others =
            others.map(|it| texts.missing(format!("`{}` cannot be known from the log", it.value)));
        Match { path, headers, parameters, fraction: asks.fraction, others }
    }

    /// `draw` is what Envoy draws, 0 to 1.
    pub(super) fn holds(&self, line: &Line<'_>, draw: f64, no_path: u16) -> Truth {
        match line.path() {
            Some(path) => self.holds_as(self.path.holds(path), line, draw),
            None => Truth::Unknown(no_path),
        }
    }

    /// The same where it is said what of the path holds.
    pub(super) fn holds_as(&self, by_path: Truth, line: &Line<'_>, draw: f64) -> Truth {
        let headers = self.headers.iter().map(|test| test.header(line));
        let parameters = self.parameters.iter().map(|test| test.parameter(line));
        let fraction = self.fraction.is_none_or(|part| draw < part);
        let others = self.others.map_or(Truth::Yes, Truth::Unknown);
        let all = [by_path, Truth::of(fraction)].into_iter().chain(headers).chain(parameters);
        Truth::all(all.chain([others]))
    }

    /// How much of a path it matches.
    pub(super) fn matched(&self, path: &[u8]) -> usize {
        match &self.path {
            Path::Start(start, _) | Path::Segments(start, _) => start.len(),
            Path::Any | Path::Exact(..) | Path::Expression(_) | Path::Unknown(_) => path.len(),
        }
    }

    /// Whether whom it takes is drawn.
    pub(super) fn is_drawn(&self) -> bool {
        self.fraction.is_some_and(|part| part > 0.0 && part < 1.0)
    }
}

impl Path {
    fn holds(&self, path: &[u8]) -> Truth {
        let begins = |start: &str, no_case: bool| match path.get(..start.len()) {
            Some(begin) if no_case => begin.eq_ignore_ascii_case(start.as_bytes()),
            Some(begin) => begin == start.as_bytes(),
            None => false,
        };
        match self {
            Path::Any => Truth::Yes,
            Path::Start(start, no_case) => Truth::of(begins(start, *no_case)),
            Path::Exact(whole, no_case) => {
                Truth::of(path.len() == whole.len() && begins(whole, *no_case))
            }
            Path::Segments(start, no_case) => {
                let next = path.get(start.len());
                let ends = matches!(next, None | Some(b'/'));
                Truth::of(begins(start, *no_case) && ends)
            }
            Path::Expression(expression) => Truth::of(expression.finds(path) == Some(true)),
            Path::Unknown(missing) => Truth::Unknown(*missing),
        }
    }
}

impl Test {
    fn new(ask: &Ask, what: &str, texts: &mut Texts) -> Test {
        let expression = match &ask.value {
            Wanted::Text("regex", text, _) => Expression::whole(text),
            _ => None,
        };
        let missing = match what {
            "header" => format!("the log does not have the header `{}`", ask.name),
            _ => format!("what is asked of the {what} `{}` is not imitated", ask.name),
        };
        Test { ask: ask.clone(), expression, missing: texts.missing(missing) }
    }

    fn header(&self, line: &Line<'_>) -> Truth {
        let told = match self.ask.name.as_str() {
            ":method" => line.method.map_or(Told::Untold, Told::Value),
            ":path" => line.target.map_or(Told::Untold, Told::Value),
            ":authority" | "host" => line.told_header(b"host"),
            name => line.told_header(name.as_bytes()),
        };
        match told {
            Told::Untold => Truth::Unknown(self.missing),
            Told::Absent => self.holds(None),
            Told::Value(value) => self.holds(Some(value)),
        }
    }

    fn parameter(&self, line: &Line<'_>) -> Truth {
        let mut pairs = line.query().unwrap_or_default().split(|&byte| byte == b'&');
        let value = pairs.find_map(|pair| {
            let at = memchr::memchr(b'=', pair).unwrap_or(pair.len());
            let (name, value) = pair.split_at_checked(at)?;
            let same = name.eq_ignore_ascii_case(self.ask.name.as_bytes());
            same.then(|| value.get(1..).unwrap_or_default())
        });
        self.holds(value)
    }

    fn holds(&self, value: Option<&[u8]>) -> Truth {
        let ask = &self.ask;
        if let Wanted::Present(wanted) = ask.value {
            return Truth::of((value.is_some() == wanted) != ask.is_inverted);
        }
        let value = match value {
            Some(value) => value,
            None if ask.empty_if_missing => b"",
            // Also where it is inverted.
            None => return Truth::No,
        };
        let fits = match &ask.value {
            Wanted::Present(_) | Wanted::Other => return Truth::Unknown(self.missing),
            Wanted::Range(least, end) => {
                let number = std::str::from_utf8(value).ok().and_then(|it| it.parse::<i64>().ok());
                number.is_some_and(|number| (*least..*end).contains(&number))
            }
            Wanted::Text("regex", ..) => {
                match self.expression.as_ref().and_then(|it| it.finds(value)) {
                    Some(fits) => fits,
                    None => return Truth::Unknown(self.missing),
                }
            }
            Wanted::Text(way, text, no_case) => stands(way, value, text.as_bytes(), *no_case),
        };
        Truth::of(fits != ask.is_inverted)
    }
}

fn stands(way: &str, value: &[u8], text: &[u8], no_case: bool) -> bool {
    if no_case {
        return stands(way, &value.to_ascii_lowercase(), &text.to_ascii_lowercase(), false);
    }
    match way {
        "prefix" => value.starts_with(text),
        "suffix" => value.ends_with(text),
        "contains" => memchr::memmem::find(value, text).is_some(),
        _ => value == text,
    }
}
