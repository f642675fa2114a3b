//! Reads the lines of one log, whatever its format is, and finds the format out if need be.

use config::FirewallFormat;

use super::clock::Clock;
use super::kernel;
use super::line::Line;
use super::suricata;
use super::ufw;
use super::vpc_flow::Columns;
use super::words::Words;
use super::zone::Zone;

/// How lines are read.
#[derive(Clone, Debug)]
enum Form {
    Undecided(Columns),
    Kernel,
    Ufw,
    VpcFlow(Columns),
    /// Whether there was a `drop` event.
    Suricata(bool),
}

/// Reads the lines of one log.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    form: Form,
    clock: Clock,
    words: Words,
    limited: bool,
}

impl Reader {
    /// A reader for a log that was written up to `now_s`.
    pub(crate) fn new(format: FirewallFormat, drops: &[String], zone: Zone, now_s: u64) -> Reader {
        let form = match format {
            FirewallFormat::Auto => Form::Undecided(Columns::default()),
            FirewallFormat::Nftables | FirewallFormat::Iptables => Form::Kernel,
            FirewallFormat::Ufw => Form::Ufw,
            FirewallFormat::VpcFlow => Form::VpcFlow(Columns::default()),
            FirewallFormat::Suricata => Form::Suricata(false),
        };
        let (clock, words) = (Clock::new(zone, now_s), Words::new(drops));
        Reader { form, clock, words, limited: format == FirewallFormat::Ufw }
    }

    /// Lines that follow were written up to this time.
    pub(crate) fn advance(&mut self, now_s: u64) {
        self.clock.advance(now_s);
    }

    /// Tells that a line was written at `at_s`; needed where lines have nothing but an uptime.
    pub(crate) fn anchor(&mut self, line: &[u8], at_s: u64) {
        self.clock.anchor(line, at_s);
    }

    /// Reads a line, without its end.
    pub(crate) fn read(&mut self, line: &[u8]) -> Line {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match &mut self.form {
            Form::Undecided(_) => self.decide(line),
            Form::Kernel => self.kernel(line),
            Form::Ufw => kernel::read_ufw(line, &mut self.clock),
            Form::VpcFlow(columns) => columns.read(line),
            Form::Suricata(has_drops) => suricata::read(line, &mut self.clock, has_drops),
        }
    }

    /// Whether the tool leaves lines out when there are many.
    pub(crate) fn limited(&self) -> bool {
        self.limited
    }

    /// Whether only what comes to an end tells of the time before it.
    pub(crate) fn tells_of_flows(&self) -> bool {
        matches!(self.form, Form::VpcFlow(_))
    }

    /// What the format was found to be, or was said to be; `None` while it is not known.
    pub(crate) fn format(&self) -> Option<FirewallFormat> {
        match self.form {
            Form::Undecided(_) => None,
            // The lines of both are the same.
            Form::Kernel if self.limited => Some(FirewallFormat::Ufw),
            Form::Kernel => Some(FirewallFormat::Nftables),
            Form::Ufw => Some(FirewallFormat::Ufw),
            Form::VpcFlow(_) => Some(FirewallFormat::VpcFlow),
            Form::Suricata(_) => Some(FirewallFormat::Suricata),
        }
    }

    fn kernel(&mut self, line: &[u8]) -> Line {
        let read = kernel::read(line, &mut self.clock, &mut self.words);
        if matches!(read, Line::Suppressed(..)) || (!self.limited && ufw::is_tagged(line)) {
            self.limited = true;
        }
        read
    }

    fn decide(&mut self, line: &[u8]) -> Line {
        let Form::Undecided(columns) = &mut self.form else { return Line::Unknown };
        let flow = columns.read(line);
        if !matches!(flow, Line::Unknown) {
            self.form = Form::VpcFlow(columns.clone());
            return flow;
        }
        if line.starts_with(b"{") {
            let mut has_drops = false;
            let event = suricata::read(line, &mut self.clock, &mut has_drops);
            if event != Line::Unknown {
                self.form = Form::Suricata(has_drops);
            }
            return event;
        }
        let read = self.kernel(line);
        // A time alone is any log's.
        if read.speaks() {
            self.form = Form::Kernel;
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_714_561_200;

    fn formats(lines: &[&str]) -> Vec<Option<FirewallFormat>> {
        let mut reader = Reader::new(FirewallFormat::Auto, &[], Zone::utc(), NOW);
        let mut read = |line: &&str| {
            reader.read(line.as_bytes());
            reader.format()
        };
        lines.iter().map(&mut read).collect()
    }

    /// Goal: the format is that of the first line that tells it, and stays.
    #[test]
    fn formats_are_found_out() {
        let kernel = "May  1 10:59:58 fw kernel: [1.0] DROP: IN=eth0 OUT= SRC=192.0.2.1 LEN=40";
        let ufw = "May  1 10:59:58 fw kernel: [1.0] [UFW BLOCK] IN=eth0 OUT= SRC=192.0.2.1 LEN=40";
        let flow = "2 1 eni-1 192.0.2.1 192.0.2.2 1 443 6 1 40 1714561140 1714561200 ACCEPT OK";
        let header = "version srcaddr end action";
        let event = "{\"timestamp\":\"2024-05-01T10:59:58Z\",\"event_type\":\"stats\"}";
        let foreign = "May  1 10:59:58 fw cron[7]: run";
        let check = |lines: &[&str], expected: Option<FirewallFormat>| {
            assert_eq!(formats(lines).last(), Some(&expected), "{lines:?}");
        };
        check(&[foreign, "nonsense", "{}", ""], None);
        check(&[foreign, kernel, flow, event], Some(FirewallFormat::Nftables));
        check(&[kernel, ufw], Some(FirewallFormat::Ufw));
        check(&["", flow, kernel], Some(FirewallFormat::VpcFlow));
        check(&[header], Some(FirewallFormat::VpcFlow));
        check(&["{", event, kernel], Some(FirewallFormat::Suricata));
    }

    #[test]
    fn a_line_may_end_as_on_windows() {
        let mut reader = Reader::new(FirewallFormat::VpcFlow, &[], Zone::utc(), NOW);
        let flow = b"2 1 e 192.0.2.1 192.0.2.2 1 443 6 1 40 1714561140 1714561200 ACCEPT OK\r";
        assert!(matches!(reader.read(flow), Line::Entry(_)));
    }
}
