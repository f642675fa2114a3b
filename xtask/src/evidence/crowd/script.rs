//! What is played: the quieter half of a log's hours as they were, then more at once.

use super::hours::{Hour, Line};

/// Who comes after the usual hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crowd {
    /// The people of the busier hours, of several at once.
    People,
    /// Addresses that nobody knows, for one page.
    Machines,
}

/// A log to be played.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Script {
    pub(super) text: String,
    /// Seconds of the log before the crowd, and with it.
    pub(super) usual_s: u32,
    pub(super) crowd_s: u32,
    /// Requests in both.
    pub(super) usual: usize,
    pub(super) crowd: usize,
}

impl Crowd {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Crowd::People => "people",
            Crowd::Machines => "machines",
        }
    }
}

impl Script {
    /// Requests of a usual second of the log.
    pub(super) fn usual_rate(&self) -> f64 {
        self.usual as f64 / f64::from(self.usual_s.max(1))
    }

    /// Requests of one of the crowd's.
    pub(super) fn crowd_rate(&self) -> f64 {
        self.crowd as f64 / f64::from(self.crowd_s.max(1))
    }
}

/// `at_once`: so many hours of the busier half are played together.
pub(super) fn write(hours: &[Hour], who: Crowd, at_once: usize) -> Script {
    let mut counts: Vec<usize> = hours.iter().map(|hour| hour.lines.len()).collect();
    counts.sort_unstable();
    let middle = counts.get(counts.len() / 2).copied().unwrap_or(0);
    let (busy, quiet): (Vec<&Hour>, Vec<&Hour>) =
        hours.iter().partition(|hour| hour.lines.len() >= middle);
    let mut played = Played::default();
    quiet.iter().for_each(|hour| played.add(&[hour]));
    let (usual_s, usual) = (played.now_s, played.lines.len());
    busy.chunks(at_once.max(1)).for_each(|hours| played.add(hours));
    if who == Crowd::Machines {
        let (end_s, due) = (played.now_s, played.lines.len() - usual);
        played.lines.truncate(usual);
        played.now_s = usual_s;
        played.machines(&quiet, end_s, due);
    }
    played.lines.sort_by_key(|(at_s, _)| *at_s);
    let crowd_s = played.now_s - usual_s;
    let crowd = played.lines.len() - usual;
    let text = played.lines.into_iter().map(|(_, line)| line).collect();
    Script { text, usual_s, crowd_s, usual, crowd }
}

/// Lines with the seconds at which they are due.
#[derive(Default)]
struct Played {
    lines: Vec<(u32, String)>,
    now_s: u32,
}

impl Played {
    /// Adds hours that are played together.
    fn add(&mut self, hours: &[&Hour]) {
        for line in hours.iter().flat_map(|hour| &hour.lines) {
            let at_s = self.now_s + line.at_s;
            self.lines.push((at_s, line.told_at(at_s)));
        }
        self.now_s += hours.iter().map(|hour| hour.seconds()).max().unwrap_or(0);
    }

    /// Goes on with the usual hours, and adds machines until so many requests are made.
    fn machines(&mut self, usual: &[&Hour], end_s: u32, requests: usize) {
        let (begin_s, before) = (self.now_s, self.lines.len());
        for hour in usual {
            if self.now_s + hour.seconds() <= end_s {
                self.add(&[hour]);
            }
        }
        let machines = requests.saturating_sub(self.lines.len() - before);
        for nth in 0..machines {
            let part = nth as f64 / machines as f64;
            let at_s = begin_s + (part * f64::from(end_s - begin_s)) as u32;
            let host = format!("198.18.{}.{}", nth / 250 % 256, nth % 250 + 1);
            self.lines.push((at_s, Line::of_a_machine(&host).told_at(at_s)));
        }
        self.now_s = end_s;
    }
}

#[cfg(test)]
mod tests {
    use super::super::hours::read;
    use super::*;

    /// Sixteen hours of a minute each, the later half twice as busy.
    fn hours() -> Vec<Hour> {
        let line = |hour: usize, second: usize| {
            let time = format!("17/May/2015:{hour:02}:05:{second:02} +0000");
            format!("10.0.0.{second} - - [{time}] \"GET / HTTP/1.1\" 200 1\n")
        };
        let each =
            |hour: usize| (0..60).step_by(if hour < 8 { 2 } else { 1 }).map(move |s| (hour, s));
        let text: String =
            (0..16).flat_map(each).map(|(hour, second)| line(hour, second)).collect();
        read(&text).expect("hours")
    }

    #[test]
    fn the_busier_half_comes_at_once() {
        let script = write(&hours(), Crowd::People, 4);
        assert_eq!((script.usual, script.crowd), (8 * 30, 8 * 60));
        assert_eq!((script.usual_s, script.crowd_s), (8 * 59, 2 * 60));
        assert_eq!(script.text.lines().count(), 720);
        assert!(script.crowd_rate() > 7.0 * script.usual_rate());
    }

    #[test]
    fn machines_ask_as_often_as_people() {
        let (people, machines) =
            (write(&hours(), Crowd::People, 4), write(&hours(), Crowd::Machines, 4));
        assert_eq!((machines.usual, machines.crowd), (people.usual, people.crowd));
        assert_eq!((machines.usual_s, machines.crowd_s), (people.usual_s, people.crowd_s));
        let known = machines.text.lines().filter(|line| line.starts_with("10.")).count();
        assert_eq!(known, 8 * 30 + 2 * 30, "the usual visitors go on");
    }
}
