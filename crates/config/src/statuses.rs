//! Sets of HTTP statuses as people write them: `200`, `"200-299"`, `[200, "300-399"]`.

use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeSeq, Serializer};

/// HTTP statuses, as ranges in the order they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusSet(Vec<RangeInclusive<u16>>);

/// Why a text or number is no set of statuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusError(String);

impl StatusError {
    /// The value has a type that no status has.
    pub(crate) fn kind() -> Self {
        Self("a status is a whole number or a text".to_owned())
    }

    /// The list names no status.
    pub(crate) fn empty() -> Self {
        Self("an empty list accepts no status".to_owned())
    }
}

impl StatusSet {
    /// Whether `status` belongs to the set.
    pub fn contains(&self, status: u16) -> bool {
        self.0.iter().any(|range| range.contains(&status))
    }

    /// The ranges, in the order they were written.
    pub fn ranges(&self) -> &[RangeInclusive<u16>] {
        &self.0
    }
}

impl From<RangeInclusive<u16>> for StatusSet {
    fn from(range: RangeInclusive<u16>) -> Self {
        Self(vec![range])
    }
}

impl fmt::Display for StatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StatusError {}

fn status(number: i64) -> Result<u16, StatusError> {
    let status = u16::try_from(number).ok().filter(|status| (100..=599).contains(status));
    status.ok_or_else(|| StatusError(format!("`{number}` is no HTTP status (100 to 599)")))
}

impl TryFrom<i64> for StatusSet {
    type Error = StatusError;

    fn try_from(number: i64) -> Result<Self, StatusError> {
        let status = status(number)?;
        Ok(Self::from(status..=status))
    }
}

/// One status or one range.
impl FromStr for StatusSet {
    type Err = StatusError;

    fn from_str(text: &str) -> Result<Self, StatusError> {
        let number = |part: &str| {
            let digits = part.trim().parse::<i64>();
            let number = digits.map_err(|_| StatusError(format!("`{text}` is no HTTP status")))?;
            status(number)
        };
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (number(first)?, number(last)?);
        if first > last {
            return Err(StatusError(format!("`{text}` runs backwards")));
        }
        Ok(Self::from(first..=last))
    }
}

impl fmt::Display for StatusSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, range) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            match (range.start(), range.end()) {
                (first, last) if first == last => write!(f, "{comma}{first}")?,
                (first, last) => write!(f, "{comma}{first}-{last}")?,
            }
        }
        Ok(())
    }
}

struct Statuses;

impl<'de> Visitor<'de> for Statuses {
    type Value = StatusSet;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a status, a range such as \"200-299\", or a list of those")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<StatusSet, E> {
        StatusSet::try_from(number).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<StatusSet, E> {
        StatusSet::try_from(i64::try_from(number).unwrap_or(i64::MAX)).map_err(E::custom)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<StatusSet, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<StatusSet, A::Error> {
        let mut ranges = Vec::new();
        while let Some(StatusSet(more)) = list.next_element()? {
            ranges.extend(more);
        }
        if ranges.is_empty() {
            return Err(de::Error::custom(StatusError::empty()));
        }
        Ok(StatusSet(ranges))
    }
}

impl<'de> Deserialize<'de> for StatusSet {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(Statuses)
    }
}

impl Serialize for StatusSet {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        if let [range] = self.0.as_slice() {
            return sink.collect_str(&Self::from(range.clone()));
        }
        let mut list = sink.serialize_seq(Some(self.0.len()))?;
        for range in &self.0 {
            list.serialize_element(&Self::from(range.clone()).to_string())?;
        }
        list.end()
    }
}

impl JsonSchema for StatusSet {
    fn schema_name() -> Cow<'static, str> {
        "StatusSet".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let number = json_schema!({ "type": "integer", "minimum": 100, "maximum": 599 });
        let range = json_schema!({
            "type": "string",
            "pattern": "^[1-5][0-9][0-9](-[1-5][0-9][0-9])?$",
        });
        json_schema!({
            "format": "statuses",
            "anyOf": [
                number,
                range,
                { "type": "array", "minItems": 1, "items": { "anyOf": [number, range] } },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: &str) {
        let shown = match serde_json::from_str::<StatusSet>(json) {
            Ok(set) => set.to_string(),
            Err(error) => format!("! {error}"),
        };
        assert!(shown.starts_with(expected), "{json}: {shown}");
    }

    #[test]
    fn a_status_a_range_and_a_list_are_sets() {
        check("200", "200");
        check(r#""200-399""#, "200-399");
        check(r#"[200, "204", "300-399"]"#, "200,204,300-399");
    }

    #[test]
    fn other_things_are_no_sets() {
        check("99", "! `99` is no HTTP status (100 to 599)");
        check("600", "! `600` is no HTTP status (100 to 599)");
        check(r#""2xx""#, "! `2xx` is no HTTP status");
        check(r#""299-200""#, "! `299-200` runs backwards");
        check("[]", "! an empty list accepts no status");
        check("true", "! invalid type: boolean");
    }

    #[test]
    fn membership_follows_the_ranges() {
        let set: StatusSet = serde_json::from_str(r#"[200, "300-399"]"#).unwrap();
        assert_eq!(
            [200, 201, 300, 399, 400].map(|s| set.contains(s)),
            [true, false, true, true, false]
        );
        let back: StatusSet = serde_json::from_value(serde_json::to_value(&set).unwrap()).unwrap();
        assert_eq!(back, set);
    }
}
