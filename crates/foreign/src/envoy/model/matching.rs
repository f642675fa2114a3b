//! What a route asks of a request beside its path.

use super::reading::Reading;
use crate::envoy::yaml::Node;
use crate::placed::Placed;
use crate::source::Span;

/// What a route asks for beside its path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asks {
    /// Whether the case of the path counts.
    pub no_case: bool,
    /// Fields of the head; all have to fit.
    pub headers: Vec<Ask>,
    /// Parameters of the query; all have to fit.
    pub parameters: Vec<Ask>,
    /// The part of the requests that it takes, 0 to 1, where it takes a part.
    pub fraction: Option<f64>,
    /// What else there is, by the field's name.
    pub others: Vec<Placed<String>>,
}

/// What is asked of a field or a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// Its name.
    pub name: String,
    /// What its value has to be.
    pub value: Wanted,
    /// Whether it must not fit.
    pub is_inverted: bool,
    /// Whether one that is missing counts as an empty one.
    pub empty_if_missing: bool,
    /// The message.
    pub span: Span,
}

/// What a value has to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// There, or not there.
    Present(bool),
    /// A text by the way in which it is compared (`exact`, `prefix`, `suffix`, `contains`,
    /// `regex`), and whether case does not count.
    Text(&'static str, String, bool),
    /// From this number to below that one.
    Range(i64, i64),
    /// Something that is not known here.
    Other,
}

const WAYS: [(&str, &str); 10] = [
    ("exact", "exact"),
    ("prefix", "prefix"),
    ("suffix", "suffix"),
    ("contains", "contains"),
    ("safe_regex", "regex"),
    ("exact_match", "exact"),
    ("prefix_match", "prefix"),
    ("suffix_match", "suffix"),
    ("contains_match", "contains"),
    ("safe_regex_match", "regex"),
];

/// Fields of a match that are read elsewhere, or that ask for nothing.
const KNOWN: [&str; 9] = [
    "prefix",
    "path",
    "safe_regex",
    "path_separated_prefix",
    "case_sensitive",
    "headers",
    "query_parameters",
    "runtime_fraction",
    "regex",
];

impl Asks {
    pub(super) fn read(node: &Node, reading: &mut Reading) -> Asks {
        let case = reading.truth(node, "case_sensitive", true);
        let fraction = node.field("runtime_fraction").and_then(|it| it.field("default_value"));
        let others = node.fields().iter().filter(|it| !KNOWN.contains(&it.key.value.as_str()));
        Asks {
            no_case: !case.value,
            headers: node.list("headers").iter().map(|it| Ask::read(it, reading)).collect(),
            parameters: node
                .list("query_parameters")
                .iter()
                .map(|it| Ask::read(it, reading))
                .collect(),
            fraction: fraction.map(|node| {
                let whole = match node.field("denominator").and_then(Node::text) {
                    Some("TEN_THOUSAND") => 10_000.0,
                    Some("MILLION") => 1_000_000.0,
                    _ => 100.0,
                };
                reading.number(node, "numerator", 0).value as f64 / whole
            }),
            others: others.map(|field| field.key.clone()).collect(),
        }
    }
}

impl Ask {
    fn read(node: &Node, reading: &mut Reading) -> Ask {
        Ask {
            name: node.text_of("name").map_or(String::new(), |it| it.value.to_ascii_lowercase()),
            value: wanted(node, reading),
            is_inverted: reading.truth(node, "invert_match", false).value,
            empty_if_missing: reading.truth(node, "treat_missing_header_as_empty", false).value,
            span: node.span,
        }
    }
}

fn wanted(node: &Node, reading: &mut Reading) -> Wanted {
    if let Some(range) = node.field("range_match") {
        let number =
            |name: &str| range.field(name).and_then(Node::text).and_then(|it| it.parse().ok());
        return Wanted::Range(number("start").unwrap_or(0), number("end").unwrap_or(0));
    }
    if node.has("present_match") {
        return Wanted::Present(reading.truth(node, "present_match", true).value);
    }
    let inner = node.field("string_match");
    let text = inner.unwrap_or(node);
    let no_case = inner.is_some_and(|it| reading.truth(it, "ignore_case", false).value);
    let found = WAYS.iter().find_map(|(field, way)| {
        let value = text.field(field)?;
        let said = value.text().or_else(|| value.field("regex").and_then(Node::text))?;
        Some(Wanted::Text(way, said.to_owned(), no_case))
    });
    let asks = ["name", "invert_match", "treat_missing_header_as_empty"];
    let bare = node.fields().iter().all(|field| asks.contains(&field.key.value.as_str()));
    found.unwrap_or(if bare { Wanted::Present(true) } else { Wanted::Other })
}
