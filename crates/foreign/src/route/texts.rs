//! What is said of rules that a log cannot decide, each text once.

use super::decision::Doubt;

/// The rules of a configuration, and what their tests ask for.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    rules: Vec<String>,
    missing: Vec<String>,
}

impl Texts {
    /// A rule, as it is called: `use_backend api` and its line.
    pub(super) fn rule(&mut self, text: impl Into<String>) -> u16 {
        place(&mut self.rules, text.into())
    }

    /// Why a test cannot be decided, as in `the log does not have the header X`.
    pub(super) fn missing(&mut self, text: impl Into<String>) -> u16 {
        place(&mut self.missing, text.into())
    }

    /// What a doubt is about.
    pub(super) fn told(&self, doubt: Doubt) -> String {
        let text = |texts: &[String], at: u16| {
            texts.get(usize::from(at)).map_or("a rule", String::as_str).to_owned()
        };
        format!("{}: {}", text(&self.rules, doubt.rule), text(&self.missing, doubt.missing))
    }
}

/// More than can be counted share the last place.
fn place(texts: &mut Vec<String>, text: String) -> u16 {
    let at = texts.iter().rposition(|known| *known == text).unwrap_or_else(|| {
        if texts.len() < usize::from(u16::MAX) {
            texts.push(text);
        }
        texts.len() - 1
    });
    u16::try_from(at).unwrap_or(u16::MAX)
}
