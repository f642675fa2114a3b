//! Files and directories.

use std::fs;

use crate::haproxy::{Environment, read};

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
