//! Writes SVG: elements, attributes, and text that cannot break out of them.

use std::fmt::{Display, Write as _};

/// An SVG in the making.
#[derive(Default)]
pub(crate) struct Svg(String);

impl Svg {
    /// An element that holds others; ended by [`Svg::close`].
    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &dyn Display)]) {
        self.start(name, attributes);
        self.0.push('>');
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.add(format_args!("</{name}>\n"));
    }

    /// An element that holds nothing.
    pub(crate) fn leaf(&mut self, name: &str, attributes: &[(&str, &dyn Display)]) {
        self.start(name, attributes);
        self.0.push_str("/>\n");
    }

    /// An element that holds text.
    pub(crate) fn text(&mut self, name: &str, attributes: &[(&str, &dyn Display)], text: &str) {
        self.open(name, attributes);
        self.0.push_str(&escaped(text));
        self.close(name);
    }

    /// Style rules, which are ours and hold nothing to escape.
    pub(crate) fn style(&mut self, rules: &str) {
        self.add(format_args!("<style>{rules}</style>\n"));
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &dyn Display)]) {
        self.add(format_args!("<{name}"));
        for (key, value) in attributes {
            let value = escaped(&value.to_string());
            self.add(format_args!(" {key}=\"{value}\""));
        }
    }

    fn add(&mut self, what: std::fmt::Arguments<'_>) {
        // Writing into a String cannot fail.
        let _ = self.0.write_fmt(what);
    }
}

/// A coordinate, to a tenth of a pixel.
pub(crate) struct Px(pub(crate) f64);

impl Display for Px {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{:.1}", self.0);
        f.write_str(text.strip_suffix(".0").unwrap_or(&text))
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(' '),
            // XML has no way to say these.
            char if char.is_control() || matches!(char, '\u{fffe}' | '\u{ffff}') => {
                safe.push('\u{fffd}');
            }
            char => safe.push(char),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let mut svg = Svg::default();
        svg.text("text", &[("class", &"\"><script>"), ("x", &Px(1.04))], "a<b>&\0c\u{ffff}");
        let expected = "<text class=\"&quot;&gt;&lt;script&gt;\" x=\"1\">\
                        a&lt;b&gt;&amp;\u{fffd}c\u{fffd}</text>\n";
        assert_eq!(svg.finish(), expected);
    }
}
