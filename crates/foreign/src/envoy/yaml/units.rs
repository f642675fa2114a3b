//! Numbers, times and shares as protobuf's JSON has them.

use super::node::Node;

impl Node {
    /// A whole number from 0, as `5`, `"5"` or `5.0`.
    pub fn number(&self) -> Option<u64> {
        let text = self.text()?;
        if let Ok(number) = text.parse() {
            return Some(number);
        }
        let number: f64 = text.parse().ok()?;
        let whole = number.fract() == 0.0 && (0.0..9e15).contains(&number);
        whole.then_some(number as u64)
    }

    /// Any number.
    pub fn real(&self) -> Option<f64> {
        self.text()?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// `true` or `false`.
    pub fn truth(&self) -> Option<bool> {
        match self.text()? {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ => None,
        }
    }

    /// Milliseconds of a time such as `0.25s`; as a map it has `seconds` and `nanos`.
    pub fn millis(&self) -> Option<u64> {
        let seconds = match self.text() {
            Some(text) => text.strip_suffix('s')?.parse().ok()?,
            None => {
                let part = |name: &str| self.field(name).map_or(Some(0.0), Node::real);
                let is_time = !self.fields().is_empty();
                is_time.then_some(())?;
                part("seconds")? + part("nanos")? / 1e9
            }
        };
        // Longer than protobuf allows a time to be.
        let fits = (0.0..=315_576_000_000.0).contains(&seconds);
        fits.then(|| (seconds * 1000.0).round() as u64)
    }

    /// Per cent of `{value: 50}`, or a number alone.
    pub fn percent(&self) -> Option<f64> {
        let node = self.field("value").unwrap_or(self);
        node.real().filter(|percent| (0.0..=100.0).contains(percent))
    }
}
