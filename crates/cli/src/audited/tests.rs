//! What a process sees of its own file, and of a log.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ledger::AccessRecord;

use super::{Target, look};

/// A folder that goes with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("evenkeel-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str, text: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A site whose servers have these weights, with more keys for its audits.
fn site(weights: [u32; 2], audit: &str) -> String {
    let [a, b] = weights;
    format!(
        "[[listeners]]\nname = \"web\"\naddress = \"127.0.0.1:8080\"\n[[routes]]\npool = \"p\"\n\
         [pools.p]\nendpoints = [\n  {{ name = \"a\", address = \"10.0.0.1:80\", capacity = 4, \
         weight = {a} }},\n  {{ name = \"b\", address = \"10.0.0.2:80\", capacity = 4, \
         weight = {b} }},\n]\n[audit]\nschedule = \"daily\"\n{audit}\n"
    )
}

/// Requests as this balancer logs them, each of 3 s, two in a second.
fn log(count: u64) -> Vec<u8> {
    let mut text = Vec::new();
    for at in 0..count {
        let record = AccessRecord {
            time: SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_000 + at * 500),
            client: IpAddr::V4(Ipv4Addr::new(10, 1, 1, (at % 200) as u8)),
            listener: "web",
            method: b"GET",
            host: b"a",
            path: b"/",
            status: 200,
            bytes_in: 0,
            bytes_out: 5,
            duration_ns: 3_000_000_000,
            first_byte_ns: 3_000_000_000,
            queue_ns: 0,
            pool: "p",
            endpoint: "a",
            attempts: 1,
            reason: "weight",
            affinity: "none",
            error: "",
        };
        record.write_line(&mut text);
    }
    text
}

/// Numbers of what is found in the own file, and what could not be looked at.
fn looked(file: &Path, in_force: &str) -> (Vec<String>, Vec<String>, Option<String>) {
    let text = std::fs::read_to_string(file).unwrap();
    std::fs::write(file, in_force).unwrap();
    let loaded = config::load(file).unwrap();
    std::fs::write(file, text).unwrap();
    let own = Target::all(&loaded).swap_remove(0);
    let looked = look(&own, &loaded).unwrap();
    let mut rules: Vec<String> = looked.found.into_iter().map(|found| found.rule).collect();
    rules.retain(|rule| ["EKW203", "EKC602", "EKO503"].contains(&rule.as_str()));
    (rules, looked.unasked, looked.missed)
}

/// Goal: a change that was written and never loaded is found by the process itself.
#[test]
fn a_file_that_is_not_in_force_is_found() {
    let folder = Folder::new("audited-own");
    let in_force = site([1, 1], "");
    let file = folder.file("evenkeel.toml", in_force.as_bytes());
    assert_eq!(looked(&file, &in_force), (Vec::new(), Vec::new(), None));
    folder.file("evenkeel.toml", site([3, 1], "").as_bytes());
    assert_eq!(looked(&file, &in_force).0, ["EKW203"]);
    folder.file("evenkeel.toml", in_force.replace("10.0.0.2", "10.0.0.3").as_bytes());
    assert_eq!(looked(&file, &in_force).0, ["EKC602"]);
}

/// Goal: the end of the log is what counts, and a log that says nothing is not taken for quiet.
/// Method: a log whose beginning is garbage and whose end is read, one of which too little is left,
/// none, and one that is packed.
#[test]
fn the_end_of_a_log_is_looked_at() {
    let folder = Folder::new("audited-log");
    let path = folder.0.join("access.jsonl");
    let keys = format!("log = \"{}\"\nlog_last = \"1MiB\"", path.display());
    let text = site([1, 1], &keys);
    let file = folder.file("evenkeel.toml", text.as_bytes());
    let requests = log(3_000);
    assert!(requests.len() < 1 << 20, "{}", requests.len());
    folder.file("access.jsonl", &[vec![b'x'; 2 << 20], b"\n".to_vec(), requests].concat());
    let (rules, unasked, missed) = looked(&file, &text);
    assert_eq!((rules, unasked, missed), (vec!["EKO503".to_owned()], Vec::new(), None));

    folder.file("access.jsonl", &log(20));
    let (rules, unasked, missed) = looked(&file, &text);
    assert!(rules.is_empty() && missed.is_none(), "{rules:?} {missed:?}");
    for rule in ["EKP105", "EKA304", "EKO503"] {
        assert!(unasked.iter().any(|it| it == rule), "{unasked:?}");
    }
    folder.file("access.jsonl", b"");
    assert_eq!(looked(&file, &text).1, unasked);

    folder.file("access.jsonl", &[0x1f, 0x8b, 8, 0, 1, 2, 3]);
    assert!(looked(&file, &text).2.is_some_and(|why| why.contains("it is packed")));
    std::fs::remove_file(&path).unwrap();
    let (_, again, missed) = looked(&file, &text);
    assert_eq!(again, unasked);
    assert!(missed.is_some_and(|why| why.contains("access.jsonl") && why.contains("No such file")));
}
