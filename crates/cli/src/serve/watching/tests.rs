//! The watch when nobody measures any more.

use std::sync::mpsc::channel;
use std::thread::sleep;
use std::time::{Duration, Instant};

use evenness::SignalKind;

use super::Watching;

const CONFIG: &str = r#"
[server]
state_dir = "state"

[[listeners]]
name = "web"
address = "127.0.0.1:0"

[pools.shop]
endpoints = [{ name = "web1", address = "127.0.0.1:9" }]

[[routes]]
pool = "shop"
"#;

/// Goal: when the thread that measures dies the watch goes on, tells of it, and ends with the
/// process. Method: a channel whose other end is dropped.
#[test]
fn a_watch_without_anybody_who_measures_tells_of_it() {
    let directory = std::env::temp_dir().join(format!("evenkeel-watch-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("evenkeel.toml");
    let state = directory.join("state").display().to_string();
    std::fs::write(&file, CONFIG.replace("\"state\"", &format!("{state:?}"))).unwrap();
    let watching = Watching::open(&config::load(&file).unwrap());
    let (measuring, measured) = channel();
    watching.follow(measured);
    drop(measuring);
    let is_told = || {
        let alarms = watching.kept_alarms().unwrap().alarms().alarms;
        let mut symptoms = alarms.iter().flat_map(|alarm| &alarm.symptoms);
        symptoms.any(|symptom| {
            symptom.kind == SignalKind::TelemetryMissing && symptom.summary.contains("is gone")
        })
    };
    let began = Instant::now();
    while !is_told() {
        assert!(began.elapsed() < Duration::from_secs(30), "nobody is told");
        sleep(Duration::from_millis(20));
    }
    watching.finish();
    let _ = std::fs::remove_dir_all(&directory);
}
