//! Days as ISO 8601 and RFC 3339 have them.

use super::civil;
use crate::logs::number;

/// `2000-10-10` or `2000/10/10`: days since 1970-01-01.
pub(super) fn day(text: &[u8; 10]) -> Option<i64> {
    let [y1, y2, y3, y4, b'-' | b'/', m1, m2, b'-' | b'/', d1, d2] = *text else { return None };
    let century = u16::from(number::two(&[y1, y2])?);
    let year = century * 100 + u16::from(number::two(&[y3, y4])?);
    civil::days(year, number::two(&[m1, m2])?, number::two(&[d1, d2])?)
}
