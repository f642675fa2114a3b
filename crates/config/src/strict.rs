//! Reads files beside the configuration as strictly as the configuration itself.

use std::ops::Range;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::check;
use crate::finding::Finding;
use crate::nearest::nearest;
use crate::places::Places;
use crate::problems::Problems;
use crate::schema::schema_of;
use crate::shape;

/// What is wrong in a file that its types cannot say.
#[derive(Clone, Debug)]
pub struct Fault(Finding);

impl Fault {
    /// An error at a place in bytes; `slug` names its kind.
    pub fn new(slug: &'static str, place: Option<Range<usize>>, what: impl AsRef<str>) -> Fault {
        Fault(Finding::error(slug, place.unwrap_or_default(), what))
    }

    /// Says why it is wrong.
    pub fn why(self, why: impl AsRef<str>) -> Fault {
        Fault(self.0.why(why))
    }

    /// Says what to do.
    pub fn hint(self, hint: impl AsRef<str>) -> Fault {
        Fault(self.0.hint(hint))
    }

    /// Asks whether the word of `known` that is closest to the written one was meant.
    pub fn did_you_mean<'a>(self, word: &str, known: impl Iterator<Item = &'a str>) -> Fault {
        Fault(self.0.did_you_mean(nearest(word, known)))
    }
}

/// Reads a text in the shape that a type declares: no key, word, unit or range that it does not
/// name. `judge` finds what no type can state; `name` stands for the file in messages.
///
/// # Errors
/// All that is wrong with the text, with places and hints.
pub fn strict<T: DeserializeOwned + JsonSchema>(
    text: &str,
    name: &str,
    judge: impl FnOnce(&T, &Places) -> Vec<Fault>,
) -> Result<T, Problems> {
    let shape = shape::of(&schema_of::<T>());
    let (value, findings) = check::examine(text, &shape, |value: &T, _| {
        judge(value, &Places::of(text)).into_iter().map(|fault| fault.0).collect()
    });
    let list = check::located(text, findings);
    value.ok_or_else(|| Problems::new(name, text, list))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::units::Span;

    /// A sheet.
    #[derive(Debug, Default, Deserialize, JsonSchema)]
    #[serde(default, deny_unknown_fields)]
    struct Sheet {
        /// How long.
        length: Option<Span>,
        /// A word.
        word: String,
    }

    fn read(text: &str) -> Result<Sheet, Problems> {
        strict(text, "sheet.toml", |sheet: &Sheet, places| {
            let fault = Fault::new("bad-word", places.value(&["word"]), "this is no word");
            let known = ["yes", "no"];
            match known.contains(&sheet.word.as_str()) {
                true => Vec::new(),
                false => vec![fault.did_you_mean(&sheet.word, known.into_iter())],
            }
        })
    }

    #[test]
    fn another_file_is_read_as_strictly() {
        let sheet = read("length = \"1h\"\nword = \"yes\"\n").unwrap();
        assert_eq!((sheet.length, sheet.word.as_str()), (Some(Span::from_secs(3600)), "yes"));
        let told = read("lenght = \"1h\"\n word = \"yse\"\n").unwrap_err().to_string();
        for part in ["sheet.toml:1:1", "`length`?", "sheet.toml:2:9", "`yes`?", "2 errors"] {
            assert!(told.contains(part), "{part}:\n{told}");
        }
        assert!(read("length = 5\nword = \"yes\"\n").unwrap_err().to_string().contains("a unit"));
        assert!(read("length\n").unwrap_err().to_string().contains("this is no TOML"));
    }

    /// Goal: no file takes all memory. Method: one byte too much, and one value too much.
    #[test]
    fn a_file_that_is_too_large_is_refused() {
        let most = check::TEXT_MAX;
        let text = format!("word = \"yes\"\n#{}", " ".repeat(most - 14));
        assert_eq!((text.len(), read(&text).is_ok()), (most, true));
        let told = read(&(text + " ")).unwrap_err().to_string();
        assert!(told.contains("4194305 bytes, more than the 4194304"), "{told}");
        let told = read(&"a = [".repeat(250_001)).unwrap_err().to_string();
        assert!(told.contains("500002 lines and values, more than the 500000"), "{told}");
    }
}
