//! Files and directories, and how much of them is read.

use std::fs;

use super::reader::any_config;
use crate::haproxy::{Config, Environment, read};

#[test]
fn directories_are_read_by_name_and_proxies_start_from_what_was_before() {
    // Goal: the order is HAProxy's. Method: each file changes what the next one starts from.
    let folder = std::env::temp_dir().join(format!("evenkeel-haproxy-{}", std::process::id()));
    let below = folder.join("conf.d");
    fs::create_dir_all(below.join("x.cfg")).unwrap();
    fs::write(folder.join("main.cfg"), "defaults\n retries 1\n").unwrap();
    fs::write(below.join("20-b.cfg"), "backend b\n").unwrap();
    fs::write(below.join("10-a.cfg"), "backend a\ndefaults\n retries 2\n").unwrap();
    fs::write(below.join(".hidden.cfg"), "nonsense\n").unwrap();
    fs::write(below.join("notes.txt"), "nonsense\n").unwrap();
    let environment = Environment::new(&|_| None);
    let config = read(&[folder.join("main.cfg"), below.clone()], &environment).unwrap();
    let retries: Vec<_> = config
        .backends()
        .map(|proxy| (proxy.name.to_string(), proxy.settings.retries.map(|set| set.value)))
        .collect();
    assert_eq!(retries, [("a".to_owned(), Some(1)), ("b".to_owned(), Some(2))]);
    assert!(config.sources.name(config.files[2].id).ends_with("20-b.cfg"));
    let missing = read(&[folder.join("none"), folder.join("gone")], &environment).unwrap_err();
    assert_eq!(missing.len(), 2);
    fs::remove_dir_all(&folder).unwrap();
}

/// Goal: no file takes all memory. Method: more servers, proxies and lines than are read.
#[test]
fn what_is_too_much_is_left_out_and_told() {
    let check = |text: &str, told: &str| -> Config {
        let config = any_config(text);
        let mut errors = config.errors.iter().map(|error| error.told(&config.sources).to_string());
        assert!(
            errors.clone().any(|error| error.contains(told)),
            "{told}: {:?}",
            errors.next_back()
        );
        config
    };
    let servers = format!("backend b\n{}", " server s 10.0.0.1:1\n".repeat(41_000));
    let config = check(&servers, "more servers than the 30000 that are read");
    assert_eq!(config.proxies[0].servers.len(), 30_000);
    let config = check(&"backend b\n".repeat(20_000), "more proxies than are read");
    assert!(config.proxies.len() < 17_000);
    let config = check(&format!("global\n{}", "\n".repeat(300_000)), "more lines than are read");
    assert_eq!(config.files[0].lines.len(), 150_000);
}
