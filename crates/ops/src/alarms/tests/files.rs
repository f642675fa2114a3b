//! The file that outlives the process.

use std::fs;
use std::time::Duration;

use ledger::alarm::{AlarmState, Matchers};

use super::site::{Site, until, webhook};
use crate::notify::tests::Taker;

#[test]
fn a_damaged_file_is_moved_aside() {
    let site = Site::new(Vec::new());
    let path = site.folder.path().join("alarms.json");
    for damage in ["", "{", "{\"version\":1}", "\u{0}"] {
        fs::write(&path, damage).unwrap();
        let alarms = site.start();
        assert_eq!(fs::read_to_string(path.with_extension("json.damaged")).unwrap(), damage);
        assert!(alarms.forgotten().is_some(), "it is told");
        site.hold(&alarms, 1, "p/intent");
        alarms.finish();
        assert!(fs::read_to_string(&path).unwrap().contains("\"A-1\""));
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn silences_and_acknowledgements_outlive_the_process() {
    let site = Site::new(Vec::new());
    let alarms = site.start();
    site.hold(&alarms, 5, "p/intent");
    alarms.acknowledge("A-1", "Ada", "looking").unwrap();
    let matchers = Matchers { pool: Some("q".into()), ..Matchers::default() };
    alarms.silence(matchers, "Ada", "maintenance", site.now() + 600.0).unwrap();
    alarms.note("A-1", "Ada", "it was the script").unwrap();
    let before = alarms.alarms();
    alarms.finish();
    drop(alarms);
    let after = site.start().alarms();
    assert_eq!(after, before);
    assert_eq!(after.alarms[0].state, AlarmState::Acknowledged);
    assert_eq!(after.silences[0].id, "S-1");
}

/// Goal: whoever was answered may rely on it after a kill. Method: the process ends without
/// writing anything more.
#[test]
fn what_is_settled_outlives_a_kill() {
    let site = Site::new(Vec::new());
    let alarms = site.start();
    site.hold(&alarms, 1, "p/intent");
    alarms.acknowledge("A-1", "Ada", "").unwrap();
    assert!(alarms.settled(Duration::from_secs(20)));
    drop(alarms);
    let alarms = site.start();
    assert_eq!(alarms.alarms().alarms[0].state, AlarmState::Acknowledged);
    assert_eq!((alarms.forgotten(), alarms.unkept()), (None, None));
}

/// Goal: a state directory that cannot be is no reason not to watch, and it is known before the
/// first alarm. Method: a file stands where the directory would, and is taken away.
#[test]
fn a_directory_that_cannot_be_is_told() {
    let taker = Taker::new();
    let mut site = Site::new(vec![webhook("team", &taker)]);
    let place = site.folder.path().join("state");
    fs::write(&place, "").unwrap();
    site.state = place.clone();
    let alarms = site.start();
    until("it is known", || alarms.unkept().is_some());
    assert!(!alarms.settled(Duration::from_secs(20)));
    site.hold(&alarms, 1, "p/intent");
    assert_eq!(super::site::change(&taker.next().body), "fired");
    fs::remove_file(&place).unwrap();
    until("it is kept in the end", || alarms.unkept().is_none());
    assert!(alarms.settled(Duration::from_secs(20)));
    assert!(place.join("alarms.json").exists());
}

/// Goal: a full disk keeps nobody from being told. Method: a folder stands where the draft of
/// the file would.
#[test]
fn people_are_told_though_nothing_can_be_kept() {
    let taker = Taker::new();
    let site = Site::new(vec![webhook("team", &taker)]);
    fs::create_dir(site.folder.path().join("alarms.json.draft")).unwrap();
    let alarms = site.start();
    site.hold(&alarms, 1, "p/intent");
    assert_eq!(super::site::change(&taker.next().body), "fired");
    fs::remove_dir(site.folder.path().join("alarms.json.draft")).unwrap();
    let path = site.folder.path().join("alarms.json");
    until("it is kept in the end", || path.exists());
}
