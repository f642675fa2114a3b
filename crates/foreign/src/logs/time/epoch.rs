//! Counts since the epoch, whose unit shows in their size.

use crate::logs::number;

/// Seconds, milliseconds, microseconds or nanoseconds since the Unix epoch. Counts of today are a
/// thousand times apart: none of them is mistaken for another between 1973 and 5138.
pub(super) fn read(text: &[u8]) -> Option<f64> {
    let count = number::decimal(text)?;
    let unit = match count {
        ..0.0 => return None,
        ..1e11 => 1.0,
        ..1e14 => 1e3,
        ..1e17 => 1e6,
        ..1e20 => 1e9,
        _ => return None,
    };
    Some(count / unit)
}
