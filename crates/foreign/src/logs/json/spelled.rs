//! JSON logs whose values a configuration of Envoy spells out, each with a format of its own.

use super::read::object;
use super::scan::{PARENTS_MAX, Path, Value, scan};
use crate::logs::draft::Draft;
use crate::logs::fault::{FormatFault, Refusal};
use crate::logs::format::{JsonFormat, JsonValue};
use crate::logs::line::Line;
use crate::logs::pattern::{Pattern, envoy_value};
use crate::logs::scratch::Escape;
use crate::logs::time::Clock;

/// Reads lines of such a log.
#[derive(Clone, Debug)]
pub(in crate::logs) struct Spelled {
    values: Vec<Spoken>,
    /// Whether a line may lack some of them.
    omits_empty: bool,
}

/// A value that tells something of a request.
#[derive(Clone, Debug)]
struct Spoken {
    parents: Vec<Box<[u8]>>,
    key: Box<[u8]>,
    place: usize,
    pattern: Pattern,
}

impl Spelled {
    /// Refused where no value tells of a request. What cannot be read of one is left out.
    pub(in crate::logs) fn new(format: &JsonFormat) -> Result<Spelled, FormatFault> {
        let values: Vec<Spoken> = format.values.iter().filter_map(Spoken::new).collect();
        if values.is_empty() {
            let what = "no command that tells of a request".to_owned();
            return Err(FormatFault { at: 0, what, expected: "at least one" });
        }
        Ok(Spelled { values, omits_empty: format.omits_empty })
    }

    /// Reads a line; `room` is as long as the line or longer.
    pub(in crate::logs) fn read<'a>(
        &'a self,
        line: &'a [u8],
        room: &'a mut [u8],
        clock: &mut Clock,
    ) -> Result<Line<'a>, Refusal> {
        let (begins, object) = object(line)?;
        let mut draft = Draft::new(room, Escape::BackslashBytes.within(object));
        let mut found = 0;
        scan(object, |path, value| {
            let Some(spoken) = self.values.iter().find(|it| it.stands_at(path)) else {
                return Ok(());
            };
            found += 1;
            match value {
                Value::Word(b"null") => spoken.pattern.fill_silent(&mut draft),
                Value::Word(text) | Value::Text(text, _) => {
                    let filled = spoken.pattern.fill(text, &mut draft, clock);
                    filled.map_err(|_| "a value that is not in its format")?;
                }
            }
            Ok(())
        })
        .map_err(|refusal| refusal.behind(begins))?;
        if found < self.values.len() && !self.omits_empty {
            return Err(Refusal::malformed("an object without all that the format has", begins));
        }
        let line = draft.done();
        let told = line.target.is_some() || line.method.is_some() || line.at.is_some();
        if told || line.status.is_some() || line.server.is_some() {
            return Ok(line);
        }
        Err(Refusal::malformed("an object that tells of no request", begins))
    }
}

impl Spoken {
    fn new(value: &JsonValue) -> Option<Spoken> {
        let (key, parents) = value.path.split_last()?;
        let pattern = envoy_value(value.text.as_bytes()).ok()?;
        if parents.len() > PARENTS_MAX {
            return None;
        }
        let bytes = |text: &String| Box::from(text.as_bytes());
        let parents = parents.iter().map(bytes).collect();
        Some(Spoken { parents, key: bytes(key), place: value.place, pattern })
    }

    fn stands_at(&self, path: &Path<'_>) -> bool {
        let parents = path.parents.iter().take(path.depth);
        *self.key == *path.key
            && self.place == path.index
            && self.parents.len() == path.depth
            && self.parents.iter().zip(parents).all(|(known, parent)| **known == **parent)
    }
}
