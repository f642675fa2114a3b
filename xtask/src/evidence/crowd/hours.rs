//! An access log by its hours.

use crate::fault::Fault;

/// A line, cut around its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    before: String,
    after: String,
    /// Seconds since the first line of its hour.
    pub(super) at_s: u32,
}

/// Requests of an hour, from its first one on; in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hour {
    /// As the log names it: `17/May/2015:10`.
    name: String,
    pub(super) lines: Vec<Line>,
}

impl Line {
    /// What a machine leaves in a log, from any host.
    pub(super) fn of_a_machine(host: &str) -> Line {
        let after = " \"GET / HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0\"".to_owned();
        Line { before: format!("{host} - - "), after, at_s: 0 }
    }

    /// The line with another time, in seconds since the log's beginning.
    pub(super) fn told_at(&self, at_s: u32) -> String {
        let (day, second) = (1 + at_s / 86_400, at_s % 86_400);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let time = format!("{day:02}/Jan/2000:{hour:02}:{minute:02}:{second:02} +0000");
        format!("{}[{time}]{}\n", self.before, self.after)
    }
}

impl Hour {
    /// Seconds from its first request to its last, that second included.
    pub(super) fn seconds(&self) -> u32 {
        self.lines.last().map_or(0, |line| line.at_s + 1)
    }
}

/// Reads a log of the format `common` or `combined`. Lines that are none are left out.
///
/// # Errors
/// When there are too few hours for half of them to be called usual.
pub(super) fn read(text: &str) -> Result<Vec<Hour>, Fault> {
    let mut hours: Vec<Hour> = Vec::new();
    for line in text.lines() {
        let Some((name, second, before, after)) = cut(line) else { continue };
        if hours.last().is_none_or(|hour| hour.name != name) {
            hours.push(Hour { name: name.to_owned(), lines: Vec::new() });
        }
        if let Some(hour) = hours.last_mut() {
            let (before, after) = (before.to_owned(), after.to_owned());
            hour.lines.push(Line { before, after, at_s: second });
        }
    }
    for hour in &mut hours {
        // Servers write a line when they have answered.
        hour.lines.sort_by_key(|line| line.at_s);
        let first = hour.lines.first().map_or(0, |line| line.at_s);
        hour.lines.iter_mut().for_each(|line| line.at_s -= first);
    }
    match hours.len() {
        0..16 => Err(Fault::new(format!("{} hours are too few", hours.len()))
            .hint("a log of a day or more, as `%h %l %u %t \"%r\" %>s %b`")),
        _ => Ok(hours),
    }
}

/// The hour's name, the second in it, and what stands around the time.
fn cut(line: &str) -> Option<(&str, u32, &str, &str)> {
    let (before, rest) = line.split_once('[')?;
    let (time, after) = rest.split_once(']')?;
    let (name, rest) = time.split_at_checked(14)?;
    let mut parts = rest.strip_prefix(':')?.split([':', ' ']);
    let mut number = || parts.next()?.parse::<u32>().ok().filter(|number| *number < 60);
    Some((name, number()? * 60 + number()?, before, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(hours: u32) -> String {
        let line = |hour: u32| {
            let head = format!("10.0.0.{hour} - - [17/May/2015:{hour:02}");
            format!(
                "{head}:05:09 +0000] \"GET /b HTTP/1.1\" 200 1\n{head}:05:03 +0000] \"GET /a\"\n"
            )
        };
        (0..hours).map(line).collect()
    }

    #[test]
    fn hours_begin_with_their_first_request() {
        let hours = read(&format!("no line\n{}", log(20))).expect("hours");
        assert_eq!((hours.len(), hours[3].lines.len(), hours[3].seconds()), (20, 2, 7));
        let told = hours[3].lines[1].told_at(90_061);
        let expected = "10.0.0.3 - - [02/Jan/2000:01:01:01 +0000] \"GET /b HTTP/1.1\" 200 1\n";
        assert_eq!(told, expected);
        assert!(read(&log(15)).is_err());
    }
}
