//! What the tests read configurations with.

use crate::haproxy::Environment;
use crate::haproxy::model::{Config, Proxy, read_texts};
use crate::haproxy::syntax::Version;

/// Reads a configuration that has nothing wrong with it.
pub(super) fn config(text: &str) -> Config {
    let config = any_config(text);
    let errors: Vec<String> =
        config.errors.iter().map(|error| error.told(&config.sources).to_string()).collect();
    assert_eq!(errors, Vec::<String>::new(), "{text}");
    config
}

/// Reads a configuration, whatever is wrong with it.
pub(super) fn any_config(text: &str) -> Config {
    let lookup = |name: &str| (name == "PORT").then(|| "8080".to_owned());
    let environment = Environment::new(&lookup).with_version(Version::new(2, 6));
    read_texts(&[("a.cfg", text.as_bytes())], &environment)
}

/// Reads lines of a backend.
pub(super) fn backend(lines: &str) -> Proxy {
    config(&format!("backend b\n{lines}\n")).proxies.remove(0)
}

/// What is told of lines of a backend.
pub(super) fn told(lines: &str) -> Vec<String> {
    let config = any_config(&format!("backend b\n{lines}\n"));
    config.told.iter().map(|told| told.what.clone()).collect()
}

/// The number of a line that decided something.
pub(super) fn line_of(config: &Config, span: crate::Span) -> usize {
    config.sources.place(span).line
}
