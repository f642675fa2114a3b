//! Days as the servers' common log has them.

use super::civil;
use crate::logs::number;

/// `10/Oct/2000`: days since 1970-01-01.
pub(super) fn day(text: &[u8; 11]) -> Option<i64> {
    let [d1, d2, b'/', a, b, c, b'/', y1, y2, y3, y4] = *text else { return None };
    let month = match &[a, b, c] {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    };
    let century = u16::from(number::two(&[y1, y2])?);
    let year = century * 100 + u16::from(number::two(&[y3, y4])?);
    civil::days(year, month, number::two(&[d1, d2])?)
}
