//! What must hold for any bytes at all.

use super::syntax::Version;
use super::{Config, Environment, read_texts};
use crate::Span;

/// Reads bytes as a configuration, and holds what was read against them.
///
/// # Panics
///
/// If bytes are lost, or a place is outside its file.
pub fn config(bytes: &[u8]) {
    let lookup = |name: &str| match name.len() % 3 {
        0 => None,
        1 => Some(format!("{name} {name}")),
        _ => Some(name.to_lowercase()),
    };
    for version in [Version::new(1, 5), Version::default()] {
        let environment = Environment::new(&lookup).with_version(version);
        let config = read_texts(&[("fuzz.cfg", bytes)], &environment);
        assert_lossless(&config);
        assert_in_range(&config);
    }
}

/// All pieces together are the file.
pub(crate) fn assert_lossless(config: &Config) {
    for file in &config.files {
        let text = config.sources.text(file.id);
        let pieces = file.lines.iter().flat_map(|line| &line.pieces);
        let together: String = pieces.map(|piece| config.sources.slice(piece.span)).collect();
        assert_eq!(together, text);
    }
}

fn assert_in_range(config: &Config) {
    let length = config.files.first().map_or(0, |file| config.sources.text(file.id).len());
    let within = |span: &Span| assert!(span.start <= span.end && span.end as usize <= length);
    config.errors.iter().for_each(|error| within(&error.span));
    config.told.iter().for_each(|told| within(&told.span));
    config.proxies.iter().for_each(|proxy| within(&proxy.span));
    for server in config.proxies.iter().flat_map(|proxy| &proxy.servers) {
        within(&server.span);
        assert!(server.settings.weight() <= 256);
    }
}
