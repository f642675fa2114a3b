//! The time at the start of a log line, in the forms that loggers give it.
//!
//! - RFC 3164 `Nov  4 22:00:01`: the logger's zone, and no year: the latest year in which it is
//!   not in the future.
//! - RFC 3339 `2023-11-04T22:00:01.123456-07:00`, also with `-0700` (journald's `short-iso`),
//!   with a space for the `T`, or with no zone; behind `<134>1 ` in RFC 5424.
//! - `[12345.678901]`, the seconds since the machine started, as `dmesg` prints them.

use jiff::civil::{Date, DateTime, Time};

use super::zone::Zone;

const DAY_S: u64 = 86_400;
/// A leap day may be eight years back (1896 to 1904, 2096 to 2104).
const YEARS_BACK: i16 = 8;
/// Longest time text whose minute is remembered.
const KEY: usize = 16;

/// Reads the times of one log.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    zone: Zone,
    /// No line is later than about this.
    now_s: u64,
    /// When the machine that writes was started.
    boot_s: Option<u64>,
    uptime_s: u64,
    /// The minute of the line before: lines come in crowds, and calendars are slow.
    minute: Option<Minute>,
}

#[derive(Clone, Copy, Debug)]
struct Minute {
    text: [u8; KEY],
    length: usize,
    zoned: bool,
    at_s: u64,
}

impl Clock {
    /// A clock for lines that were written up to `now_s`, by a logger in `zone`.
    pub(crate) fn new(zone: Zone, now_s: u64) -> Clock {
        Clock { zone, now_s, boot_s: None, uptime_s: 0, minute: None }
    }

    /// Lines that follow were written up to this time.
    pub(crate) fn advance(&mut self, now_s: u64) {
        if self.now_s != now_s {
            (self.now_s, self.minute) = (now_s, None);
        }
    }

    /// Tells that a line with nothing but an uptime was written at `at_s`.
    pub(crate) fn anchor(&mut self, line: &[u8], at_s: u64) {
        if let Some((uptime_s, _)) = uptime(line) {
            (self.boot_s, self.uptime_s) = (Some(at_s.saturating_sub(uptime_s)), uptime_s);
        }
    }

    /// The time at the start of a line, and what stands behind it.
    pub(crate) fn read<'l>(&mut self, line: &'l [u8]) -> Option<(u64, &'l [u8])> {
        let line = without_priority(line);
        match line {
            [b'0'..=b'9', ..] => self.rfc3339(line),
            [b'[', ..] => self.since_boot(line),
            _ => self.rfc3164(line),
        }
    }

    fn rfc3164<'l>(&mut self, line: &'l [u8]) -> Option<(u64, &'l [u8])> {
        let (text, rest) = line.split_at_checked(15)?;
        let [b' ', t @ .., b':', _, _] = &text[6..] else { return None };
        if text[3] != b' ' || t[2] != b':' || !matches!(rest, [] | [b' ', ..]) {
            return None;
        }
        let second = two(&text[13..])?;
        let minute_s = self.minute(&text[..12], false, |clock| {
            let month = month(&text[..3])?;
            let day = if text[4] == b' ' { digit(text[5])? } else { two(&text[4..])? };
            let time = time(&text[7..12])?;
            clock.in_latest_year(month, day, time)
        })?;
        Some((minute_s + u64::from(second.min(60)), rest))
    }

    fn in_latest_year(&self, month: u8, day: u8, time: Time) -> Option<u64> {
        let now = jiff::Timestamp::from_second(i64::try_from(self.now_s).ok()?).ok()?;
        // A zone may be in next year already.
        let latest = now.to_zoned(jiff::tz::TimeZone::UTC).year() + 1;
        let in_year = |year: i16| {
            let date = Date::new(year, month as i8, day as i8).ok()?;
            self.zone.epoch_s(date.to_datetime(time), self.now_s)
        };
        let mut years = (latest - YEARS_BACK..=latest).rev();
        years.find_map(|year| in_year(year).filter(|at| *at <= self.now_s.saturating_add(DAY_S)))
    }

    fn rfc3339<'l>(&mut self, line: &'l [u8]) -> Option<(u64, &'l [u8])> {
        let (text, rest) = line.split_at_checked(19)?;
        let dashed = text[4] == b'-' && text[7] == b'-' && matches!(text[10], b'T' | b' ');
        if !dashed || text[13] != b':' || text[16] != b':' {
            return None;
        }
        let second = two(&text[17..])?;
        let rest = match rest {
            [b'.' | b',', fraction @ ..] => {
                let length = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
                &fraction[length..]
            }
            _ => rest,
        };
        let (offset_s, rest) = offset(rest)?;
        let minute_s = self.minute(&text[..16], offset_s.is_some(), |clock| {
            let year = i16::from(two(text)?) * 100 + i16::from(two(&text[2..])?);
            let (month, day) = (two(&text[5..])?, two(&text[8..])?);
            let date = Date::new(year, month as i8, day as i8).ok()?;
            let wall = date.to_datetime(time(&text[11..16])?);
            match offset_s {
                Some(_) => utc_s(wall),
                None => clock.zone.epoch_s(wall, clock.now_s),
            }
        })?;
        let at_s = minute_s.checked_add_signed(-offset_s.unwrap_or(0))?;
        Some((at_s + u64::from(second.min(60)), rest))
    }

    fn since_boot<'l>(&mut self, line: &'l [u8]) -> Option<(u64, &'l [u8])> {
        let (uptime_s, rest) = uptime(line)?;
        if uptime_s.saturating_add(DAY_S) < self.uptime_s {
            // It has started anew; the line is taken to be from now.
            self.boot_s = Some(self.now_s.saturating_sub(uptime_s));
        }
        self.uptime_s = uptime_s;
        Some((self.boot_s?.saturating_add(uptime_s), rest))
    }

    fn minute(
        &mut self,
        text: &[u8],
        zoned: bool,
        read: impl FnOnce(&Clock) -> Option<u64>,
    ) -> Option<u64> {
        if let Some(kept) = self.minute
            && kept.zoned == zoned
            && kept.text[..kept.length] == *text
        {
            return Some(kept.at_s);
        }
        let at_s = read(self)?;
        let mut kept = Minute { text: [0; KEY], length: text.len().min(KEY), zoned, at_s };
        kept.text[..kept.length].copy_from_slice(&text[..kept.length]);
        self.minute = Some(kept);
        Some(at_s)
    }
}

/// A line without `<PRI>` and RFC 5424's version.
fn without_priority(line: &[u8]) -> &[u8] {
    let Some(rest) = line.strip_prefix(b"<") else { return line };
    let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    match &rest[digits..] {
        [b'>', b'1', b' ', rest @ ..] | [b'>', rest @ ..] if digits > 0 => rest,
        _ => line,
    }
}

/// `[12345.678901]`: whole seconds, and what stands behind.
fn uptime(line: &[u8]) -> Option<(u64, &[u8])> {
    let inside = line.strip_prefix(b"[")?.trim_ascii_start();
    let whole = inside.iter().take(12).take_while(|byte| byte.is_ascii_digit()).count();
    let seconds = inside[..whole].iter().fold(0, |sum, byte| sum * 10 + u64::from(byte - b'0'));
    let fraction = inside[whole..].strip_prefix(b".")?;
    let length = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = fraction[length..].strip_prefix(b"]")?;
    (whole > 0).then_some((seconds, rest))
}

/// `Z`, `+01:00`, `+0100` or nothing, in seconds east.
fn offset(rest: &[u8]) -> Option<(Option<i64>, &[u8])> {
    let (sign, rest) = match rest {
        [b'Z', rest @ ..] => return Some((Some(0), rest)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return Some((None, rest)),
    };
    let hours = i64::from(two(rest)?);
    let rest = &rest[2..];
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    let minutes = i64::from(two(rest)?);
    Some((Some(sign * (hours * 3600 + minutes * 60)), &rest[2..]))
}

fn utc_s(wall: DateTime) -> Option<u64> {
    let at = jiff::tz::Offset::UTC.to_timestamp(wall).ok()?;
    u64::try_from(at.as_second()).ok()
}

/// `22:00`.
fn time(text: &[u8]) -> Option<Time> {
    if text.get(2) != Some(&b':') {
        return None;
    }
    Time::new(two(text)? as i8, two(&text[3..])? as i8, 0, 0).ok()
}

fn month(text: &[u8]) -> Option<u8> {
    const NAMES: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let at = NAMES.chunks_exact(3).position(|name| name == text)?;
    u8::try_from(at + 1).ok()
}

fn digit(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

/// The number that two digits at the start make.
fn two(text: &[u8]) -> Option<u8> {
    match text {
        [tens, ones, ..] => Some(digit(*tens)? * 10 + digit(*ones)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
