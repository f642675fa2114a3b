//! The written forms of severities, kinds and causes: their names.
//!
//! The types themselves belong to a crate that depends on nothing.

use evenness::{Cause, Severity, SignalKind};

macro_rules! by_name {
    ($one:ident, $maybe:ident, $type:ty, $all:expr) => {
        /// One name.
        pub mod $one {
            use serde::{Deserialize, Deserializer, Serializer, de};

            use super::*;

            /// Writes the name.
            ///
            /// # Errors
            /// What the sink says.
            pub fn serialize<S: Serializer>(value: &$type, sink: S) -> Result<S::Ok, S::Error> {
                sink.serialize_str(value.name())
            }

            /// Reads a name.
            ///
            /// # Errors
            /// When nothing is called that.
            pub fn deserialize<'de, D: Deserializer<'de>>(source: D) -> Result<$type, D::Error> {
                let text = String::deserialize(source)?;
                let found = $all.into_iter().find(|value| value.name() == text);
                found.ok_or_else(|| de::Error::custom(format!("unknown word `{text}`")))
            }
        }

        /// A name or nothing.
        pub mod $maybe {
            use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

            use super::*;

            /// Writes the name, or null.
            ///
            /// # Errors
            /// What the sink says.
            pub fn serialize<S: Serializer>(
                value: &Option<$type>,
                sink: S,
            ) -> Result<S::Ok, S::Error> {
                value.map(|value| value.name()).serialize(sink)
            }

            /// Reads a name, or null.
            ///
            /// # Errors
            /// When nothing is called that.
            pub fn deserialize<'de, D: Deserializer<'de>>(
                source: D,
            ) -> Result<Option<$type>, D::Error> {
                let Some(text) = Option::<String>::deserialize(source)? else { return Ok(None) };
                let found = $all.into_iter().find(|value| value.name() == text);
                found.map(Some).ok_or_else(|| de::Error::custom(format!("unknown word `{text}`")))
            }
        }
    };
}

by_name!(severity, maybe_severity, Severity, [Severity::Ticket, Severity::Page]);
by_name!(kind, maybe_kind, SignalKind, SignalKind::ALL);
by_name!(known_cause, cause, Cause, Cause::ALL);

/// A list of causes.
pub mod causes {
    use evenness::Cause;
    use serde::{Deserialize, Deserializer, Serializer, de};

    /// Writes their names.
    ///
    /// # Errors
    /// What the sink says.
    pub fn serialize<S: Serializer>(causes: &[Cause], sink: S) -> Result<S::Ok, S::Error> {
        sink.collect_seq(causes.iter().map(|cause| cause.name()))
    }

    /// Reads their names.
    ///
    /// # Errors
    /// When one is no cause.
    pub fn deserialize<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<Cause>, D::Error> {
        let names = Vec::<String>::deserialize(source)?;
        let cause = |name: &String| {
            Cause::by_name(name).ok_or_else(|| de::Error::custom(format!("unknown cause `{name}`")))
        };
        names.iter().map(cause).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Matchers;
    use super::*;

    #[test]
    fn names_are_written_and_read() {
        let matchers = Matchers {
            pool: Some("portal".into()),
            kind: Some(SignalKind::ErrorBurn),
            cause: Some(Cause::SickServer),
            severity: Some(Severity::Page),
        };
        let text = serde_json::to_string(&matchers).expect("writes");
        let expected = concat!(
            r#"{"pool":"portal","kind":"error_burn","#,
            r#""cause":"sick_server","severity":"page"}"#
        );
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Matchers>(&text).expect("reads"), matchers);
        assert_eq!(serde_json::from_str::<Matchers>("{}").expect("reads"), Matchers::default());
        let wrong = serde_json::from_str::<Matchers>(r#"{"kind":"errors"}"#);
        assert!(wrong.expect_err("no kind").to_string().contains("unknown word `errors`"));
    }
}
