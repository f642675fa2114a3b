//! Files: what loads, with which digest, and what does not.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::path::{Path, PathBuf};

use config::{LoadError, Size, Span};

/// The file that the documentation shows first.
const FIRST: &str = r#"
[server]
workers = 0                      # 0: one per core
admin = "127.0.0.1:9900"         # API, metrics, console
state_dir = "state"
access_log = "access.jsonl"      # off when absent

[[listeners]]
name = "web"
address = "0.0.0.0:8080"
# tls = { certificates = [{ cert = "portal.pem", key = "portal.key" }] }

[[routes]]
hosts = ["portal.example.com"]   # absent: any
path_prefix = "/"
pool = "portal"

[pools.portal]
policy = "least_pressure"
affinity = { by = "cookie", name = "ek", ttl = "8h", state = "soft", bound = 2.0 }
probe = { path = "/healthz", interval = "2s", timeout = "1s", rise = 2, fall = 3 }

[[pools.portal.endpoints]]
name = "web1"
address = "10.0.0.11:8080"
capacity = 100
weight = 1.0
"#;

const SMALLEST: &str = r#"
[[listeners]]
name = "web"
address = "0.0.0.0:0"
[[routes]]
pool = "p"
[pools.p]
affinity = {}
probe = {}
[[pools.p.endpoints]]
name = "e"
address = "10.0.0.1:80"
"#;

fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn a_file_loads_with_its_digest() {
    let path = file("first.toml", FIRST.as_bytes());
    let loaded = config::load(&path).unwrap();
    assert_eq!(loaded.text, FIRST);
    assert_eq!(loaded.path, path);
    assert_eq!(loaded.warnings, []);
    assert_eq!(loaded.render_warnings(false), "");
    assert_eq!(loaded.settings, config::parse(FIRST, "first.toml").unwrap());
    // By sha256sum, over bytes: a carriage return more is another file.
    let hello = config::load(&file("digest.toml", SMALLEST.as_bytes())).unwrap().digest;
    assert_eq!(hello, "8b3aebbab0ff11d5987087324dc0598c38836915ea0624e8db32e879e71755bd");
    let path = file("crlf.toml", SMALLEST.replace('\n', "\r\n").as_bytes());
    assert_ne!(config::load(&path).unwrap().digest, hello);
}

#[test]
fn defaults_fill_what_is_not_written() {
    let settings = config::parse(SMALLEST, "x").unwrap();
    assert_eq!(settings.server.admin, Some("127.0.0.1:9900".parse().unwrap()));
    assert_eq!(settings.listeners[0].limits.head_size, Size(32 * 1024));
    assert_eq!(settings.routes[0].path_prefix, "/");
    let pool = &settings.pools["p"];
    let affinity = pool.affinity.as_ref().unwrap();
    assert_eq!((&*affinity.cookie("p"), affinity.bound), ("ek_p", 2.0));
    assert_eq!(affinity.ttl, Span::from_secs(8 * 3600));
    assert_eq!(affinity.state, config::StateName::Soft);
    assert_eq!(pool.probe.as_ref().unwrap().path, None);
    assert!(pool.probe.as_ref().unwrap().expect.contains(302));
    assert_eq!(pool.keep_alive.timeout, Span::from_secs(30));
    assert_eq!(pool.endpoints[0].capacity, 100.0);
}

#[test]
fn warnings_come_with_the_settings() {
    let spare = "[[pools.spare.endpoints]]\nname = \"s\"\naddress = \"10.0.0.9:80\"\n";
    let path = file("warning.toml", format!("{SMALLEST}{spare}").as_bytes());
    let loaded = config::load(&path).unwrap();
    assert_eq!(loaded.warnings.len(), 1);
    assert_eq!((loaded.warnings[0].line, loaded.warnings[0].column), (13, 9));
    let shown = loaded.render_warnings(false);
    assert!(shown.starts_with("warning[unused-pool]: no route uses pool `spare`\n"), "{shown}");
    assert!(shown.ends_with("warning.toml: 1 warning\n"), "{shown}");
}

#[test]
fn what_cannot_be_read_says_why() {
    let unreadable = |path: &Path| match config::load(path) {
        Err(LoadError::Unreadable { error, .. }) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let absent = Path::new(env!("CARGO_TARGET_TMPDIR")).join("absent.toml");
    assert!(unreadable(&absent).contains("No such file"));
    assert!(unreadable(Path::new(env!("CARGO_TARGET_TMPDIR"))).contains("directory"));
    let latin1 = file("latin1.toml", b"# \xc3\xa9\n# caf\xe9");
    assert_eq!(unreadable(&latin1), "not UTF-8 at line 2, column 6 (byte 10)");
    let huge = vec![b'#'; (16 << 20) + 1];
    assert_eq!(unreadable(&file("huge.toml", &huge)), "larger than 16 MiB");
}

#[test]
fn what_is_not_valid_shows_its_problems() {
    let error = config::load(&file("invalid.toml", b"[server]\nworker = 1\n")).unwrap_err();
    assert!(matches!(error, LoadError::Invalid(_)));
    assert!(error.to_string().contains("invalid.toml:2:1"), "{error}");
}
