//! Reads times of any form and remembers the last day: lines of a log are rarely a day apart.

use super::{clf, epoch, iso};
use crate::logs::number;

const DAY_S: i64 = 86_400;

/// Reads the times of one log.
#[derive(Clone, Debug, Default)]
pub(in crate::logs) struct Clock {
    /// Seconds east of UTC where a time names no zone.
    east_s: i64,
    /// The last day in the form `10/Oct/2000` or `2000-10-10`, and when it began.
    day: Option<([u8; 11], i64)>,
}

impl Clock {
    pub(in crate::logs) fn new(east_s: i32) -> Clock {
        Clock { east_s: i64::from(east_s), day: None }
    }

    /// A time in any form that is known: of a log server, RFC 3339, or a count since the epoch.
    pub(in crate::logs) fn read(&mut self, text: &[u8]) -> Option<f64> {
        match text.get(2) {
            Some(b'/') => self.clf(text),
            _ if matches!(text.get(4), Some(b'-' | b'/')) => self.iso(text),
            _ => epoch::read(text),
        }
    }

    /// `10/Oct/2000:13:55:36 -0700`, with a fraction or without, with a zone or without.
    pub(in crate::logs) fn clf(&mut self, text: &[u8]) -> Option<f64> {
        let (day, rest) = text.split_first_chunk::<11>()?;
        let rest = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b" "))?;
        let began_s = self.day(*day, clf::day)?;
        self.rest(began_s, rest)
    }

    /// `2000-10-10T13:55:36Z`, with a fraction or without, with a zone or without.
    fn iso(&mut self, text: &[u8]) -> Option<f64> {
        let (day, rest) = text.split_first_chunk::<10>()?;
        let rest = match rest {
            [b'T' | b't' | b' ' | b'_', rest @ ..] => rest,
            _ => return None,
        };
        let mut key = [0; 11];
        key.iter_mut().zip(day).for_each(|(place, byte)| *place = *byte);
        let began_s = self.day(key, |_| iso::day(day))?;
        self.rest(began_s, rest)
    }

    fn day(&mut self, key: [u8; 11], read: impl FnOnce(&[u8; 11]) -> Option<i64>) -> Option<i64> {
        match self.day {
            Some((known, began_s)) if known == key => Some(began_s),
            _ => {
                let began_s = read(&key)?.checked_mul(DAY_S)?;
                self.day = Some((key, began_s));
                Some(began_s)
            }
        }
    }

    /// `13:55:36.5 -0700` of a day that began at `began_s`.
    fn rest(&self, began_s: i64, text: &[u8]) -> Option<f64> {
        let (time, rest) = text.split_first_chunk::<8>()?;
        let [_, _, b':', _, _, b':', _, _] = time else { return None };
        let hours = i64::from(number::two(time)?);
        let minutes = i64::from(number::two(time.get(3..)?)?);
        let seconds = i64::from(number::two(time.get(6..)?)?);
        // A leap second is the 61st of its minute.
        if hours > 23 || minutes > 59 || seconds > 60 {
            return None;
        }
        let (fraction, rest) = fraction(rest)?;
        let east_s = zone(rest)?.unwrap_or(self.east_s);
        let at_s = began_s + hours * 3600 + minutes * 60 + seconds - east_s;
        Some(at_s as f64 + fraction)
    }
}

/// `.5`, `,5`, or nothing, and what stands behind.
fn fraction(text: &[u8]) -> Option<(f64, &[u8])> {
    let Some(rest) = text.strip_prefix(b".").or_else(|| text.strip_prefix(b",")) else {
        return Some((0.0, text));
    };
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = rest.split_at_checked(length)?;
    let kept = digits.get(..9).unwrap_or(digits);
    let scale = i32::try_from(kept.len()).ok()?;
    Some((number::whole(kept)? as f64 / 10_f64.powi(scale), rest))
}

/// `Z`, `-0700`, ` -07:00`, or nothing: seconds east of UTC. Anything else is no time.
fn zone(text: &[u8]) -> Option<Option<i64>> {
    let text = text.trim_ascii_start();
    let (sign, rest) = match text {
        [] => return Some(None),
        b"Z" | b"z" | b"UTC" | b"GMT" => return Some(Some(0)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let hours = i64::from(number::two(rest)?);
    let rest = rest.get(2..)?;
    let minutes = match rest.strip_prefix(b":").unwrap_or(rest) {
        [] => 0,
        digits @ [_, _] => i64::from(number::two(digits)?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(Some(sign * (hours * 3600 + minutes * 60)))
}
