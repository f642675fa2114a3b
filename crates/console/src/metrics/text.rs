//! Writes the Prometheus text format, version 0.0.4.
//!
//! `prometheus-client` is not used for it: it writes OpenMetrics, which names a counter without
//! `_total` in its TYPE and HELP lines. Readers of the classic format, `promtool` among them,
//! then see a counter that has neither. And everything here is already counted elsewhere: what
//! is left to do is to write numbers and to escape labels.

use std::fmt::{self, Write};

/// What a family of metrics counts.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        }
    }
}

/// The value of one sample. Counts stay integers: above 2⁵³ a float would lose some.
#[derive(Clone, Copy)]
pub(super) enum Value {
    Count(u64),
    Number(f64),
}

impl From<u64> for Value {
    fn from(count: u64) -> Self {
        Value::Count(count)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Value::Count(u64::from(truth))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Value::Count(count) => write!(f, "{count}"),
            Value::Number(f64::INFINITY) => f.write_str("+Inf"),
            Value::Number(f64::NEG_INFINITY) => f.write_str("-Inf"),
            Value::Number(number) => write!(f, "{number}"),
        }
    }
}

/// Names and values that tell the samples of a family apart.
pub(super) type Labels<'a> = &'a [(&'a str, &'a str)];

/// A histogram that was counted elsewhere.
pub(super) struct Histogram<'a> {
    /// Upper bounds, rising.
    pub(super) bounds: &'a [f64],
    /// Values up to and including each bound.
    pub(super) cumulative: &'a [u64],
    pub(super) count: u64,
    pub(super) sum: f64,
}

/// A page of metrics under way.
#[derive(Default)]
pub(super) struct Page {
    text: String,
}

impl Page {
    /// Opens a family; its samples must all follow before the next one is opened.
    pub(super) fn family(&mut self, name: &'static str, kind: Kind, help: &str) -> Family<'_> {
        self.text.extend(["# HELP ", name, " ", help, "\n"]);
        self.text.extend(["# TYPE ", name, " ", kind.word(), "\n"]);
        Family { text: &mut self.text, name }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A family whose samples are being written.
pub(super) struct Family<'a> {
    text: &'a mut String,
    name: &'static str,
}

impl Family<'_> {
    pub(super) fn sample(&mut self, labels: Labels<'_>, value: impl Into<Value>) {
        self.line("", labels, None, value.into());
    }

    /// Writes a histogram that its reader can trust: rising, with `+Inf` equal to the count.
    ///
    /// The counts were read one by one while requests went on, so an earlier one may be older
    /// than a later one, and the total older than the last bucket.
    pub(super) fn histogram(&mut self, labels: Labels<'_>, histogram: &Histogram<'_>) {
        let mut highest = 0;
        for (bound, count) in histogram.bounds.iter().zip(histogram.cumulative) {
            highest = highest.max(*count);
            let bound = Value::from(*bound).to_string();
            self.line("_bucket", labels, Some(&bound), highest.into());
        }
        let count = highest.max(histogram.count);
        self.line("_bucket", labels, Some("+Inf"), count.into());
        self.line("_sum", labels, None, histogram.sum.into());
        self.line("_count", labels, None, count.into());
    }

    fn line(&mut self, suffix: &str, labels: Labels<'_>, le: Option<&str>, value: Value) {
        self.text.extend([self.name, suffix]);
        let mut separator = '{';
        for (name, text) in labels.iter().copied().chain(le.map(|bound| ("le", bound))) {
            self.text.push(separator);
            self.text.extend([name, "=\""]);
            escape(self.text, text);
            self.text.push('"');
            separator = ',';
        }
        if separator == ',' {
            self.text.push('}');
        }
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, " {value}");
    }
}

fn escape(out: &mut String, label: &str) {
    for character in label.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Goal: no label can break a line or forge a sample. Method: every special character.
    #[test]
    fn labels_are_escaped() {
        let mut page = Page::default();
        page.family("a", Kind::Gauge, "A.").sample(&[("l", "x\"} 1\nb\\ é")], 1);
        assert_eq!(page.finish(), "# HELP a A.\n# TYPE a gauge\na{l=\"x\\\"} 1\\nb\\\\ é\"} 1\n");
    }

    // Goal: numbers as the format wants them. Method: the values at the edges.
    #[test]
    fn numbers_at_the_edges() {
        let check = |value: Value, expected: &str| assert_eq!(value.to_string(), expected);
        check(u64::MAX.into(), "18446744073709551615");
        check(f64::INFINITY.into(), "+Inf");
        check(f64::NEG_INFINITY.into(), "-Inf");
        check(f64::NAN.into(), "NaN");
        check(0.0005.into(), "0.0005");
        check(true.into(), "1");
    }

    // Goal: a histogram rises and ends at its count. Method: counts that contradict each other.
    #[test]
    fn a_torn_histogram_is_mended() {
        let mut page = Page::default();
        let torn =
            Histogram { bounds: &[0.1, 1.0, 2.5], cumulative: &[3, 2, 7], count: 6, sum: 4.5 };
        page.family("h", Kind::Histogram, "H.").histogram(&[("p", "x")], &torn);
        let expected = "# HELP h H.\n# TYPE h histogram\n\
            h_bucket{p=\"x\",le=\"0.1\"} 3\nh_bucket{p=\"x\",le=\"1\"} 3\n\
            h_bucket{p=\"x\",le=\"2.5\"} 7\nh_bucket{p=\"x\",le=\"+Inf\"} 7\n\
            h_sum{p=\"x\"} 4.5\nh_count{p=\"x\"} 7\n";
        assert_eq!(page.finish(), expected);
    }
}
