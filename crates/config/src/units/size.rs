//! Sizes: `512B`, `64KiB`, `10MB`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{Size, UnitError, scale, split_number};

/// Largest first; a binary unit before the decimal one of its order.
const UNITS: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("KB", 1_000),
    ("B", 1),
];

/// TOML's integers, and JSON's numbers in most readers, stop here.
const LARGEST: u64 = 1 << 53;

impl FromStr for Size {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let (whole, fraction, unit) = split_number(text);
        if whole.is_empty() {
            return Err(UnitError::new(format!("`{text}` is no size"), "write e.g. `64KiB`"));
        }
        let bytes = scale(whole, fraction, unit_bytes(text, unit)?);
        bytes.filter(|bytes| *bytes <= LARGEST).map(Self).ok_or_else(|| {
            let what = format!("`{text}` is out of range");
            UnitError::new(what, "write a whole number of bytes, at most `8388608GiB`")
        })
    }
}

fn unit_bytes(text: &str, unit: &str) -> Result<u64, UnitError> {
    if let Some((_, bytes)) = UNITS.iter().find(|(name, _)| *name == unit) {
        return Ok(*bytes);
    }
    if unit.is_empty() {
        let what = format!("`{text}` has no unit");
        return Err(UnitError::of_unit(
            what,
            format!("write `{text}B` for bytes, or `KiB`, `MiB` …"),
        ));
    }
    let meant = match unit.trim().to_ascii_lowercase().as_str() {
        "k" | "kb" => "`KB` (1000 bytes) or `KiB` (1024)",
        "m" | "mb" => "`MB` or `MiB`",
        "g" | "gb" => "`GB` or `GiB`",
        "kib" => "`KiB`",
        "mib" => "`MiB`",
        "gib" => "`GiB`",
        _ => "one of `B` `KB` `KiB` `MB` `MiB` `GB` `GiB`",
    };
    let what = format!("`{}` is no unit of size", unit.trim());
    Err(UnitError::of_unit(what, format!("write {meant} straight after the number")))
}

/// The largest unit that leaves a whole number: `64KiB`, `10MB`.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0B");
        }
        let whole = |unit: &&(&str, u64)| self.0.is_multiple_of(unit.1);
        let (name, unit) = UNITS.iter().find(whole).unwrap_or(&("B", 1));
        write!(f, "{}{name}", self.0 / unit)
    }
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "size",
            "pattern": r"^[0-9]+(\.[0-9]+)?(B|KB|KiB|MB|MiB|GB|GiB)$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let shown = match text.parse::<Size>() {
            Ok(size) => size.to_string(),
            Err(error) => format!("! {error}"),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn sizes_have_one_canonical_form() {
        check("65536B", "64KiB");
        check("10MB", "10MB");
        check("1.5MiB", "1536KiB");
        check("1001B", "1001B");
        check("0B", "0B");
    }

    #[test]
    fn what_is_no_size_says_what_to_write() {
        check("30", "! `30` has no unit; write `30B` for bytes, or `KiB`, `MiB` …");
        check("KiB", "! `KiB` is no size; write e.g. `64KiB`");
        check(
            "5k",
            "! `k` is no unit of size; \
             write `KB` (1000 bytes) or `KiB` (1024) straight after the number",
        );
        check(
            "1.0001KB",
            "! `1.0001KB` is out of range; write a whole number of bytes, at most `8388608GiB`",
        );
        check(
            "99999999999999999999GiB",
            "! `99999999999999999999GiB` is out of range; \
             write a whole number of bytes, at most `8388608GiB`",
        );
    }
}
