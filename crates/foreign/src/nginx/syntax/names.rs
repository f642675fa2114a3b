//! The directives that are known, with what may stand behind their names.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::OnceLock;

/// One entry each: `name`, then `{}` where a block follows, `?` where one may follow, and how many
/// arguments it takes over all the modules and versions that have it.
const LIST: &str = include_str!("directives.txt");

/// What stands behind a directive's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Whether a block follows; nothing where it may.
    pub block: Option<bool>,
    /// How many arguments.
    pub arguments: RangeInclusive<usize>,
}

/// The shape of a directive of nginx, nginx Plus or a module that is widely used; nothing where
/// the name is unknown.
pub fn shape(name: &str) -> Option<&'static Shape> {
    static SHAPES: OnceLock<HashMap<&'static str, Shape>> = OnceLock::new();
    SHAPES.get_or_init(|| entries().collect()).get(name)
}

fn entries() -> impl Iterator<Item = (&'static str, Shape)> {
    let lines = LIST.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| line.split(", ")).filter_map(entry)
}

fn entry(text: &'static str) -> Option<(&'static str, Shape)> {
    let (name, count) = text.split_once(' ')?;
    let (name, block) = if let Some(name) = name.strip_suffix("{}") {
        (name, Some(true))
    } else if let Some(name) = name.strip_suffix('?') {
        (name, None)
    } else {
        (name, Some(false))
    };
    let arguments = if let Some(least) = count.strip_suffix('+') {
        least.parse().ok()?..=usize::MAX
    } else if let Some((least, most)) = count.split_once('-') {
        least.parse().ok()?..=most.parse().ok()?
    } else {
        let count = count.parse().ok()?;
        count..=count
    };
    Some((name, Shape { block, arguments }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_read() {
        let written = LIST.lines().filter(|line| !line.starts_with('#'));
        let written = written.flat_map(|line| line.split(", ")).count();
        assert_eq!(entries().count(), written);
        assert_eq!(shape("http").map(|shape| shape.block), Some(Some(true)));
        assert_eq!(shape("server").map(|shape| shape.block), Some(None));
        assert_eq!(shape("proxy_pass").map(|shape| shape.arguments.clone()), Some(1..=1));
        assert_eq!(shape("least_conm"), None);
    }
}
