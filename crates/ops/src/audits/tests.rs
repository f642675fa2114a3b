//! What is new, what is gone, and what is an alarm.

use config::LevelName;
use evenness::SignalKind;

use super::{Changes, Found, History, Looked};

fn found(rule: &str, key: &str) -> Found {
    let severity = if rule.starts_with('E') { LevelName::Error } else { LevelName::Warning };
    let (name, what) = (rule.to_lowercase(), format!("{rule} at {key}"));
    let place = format!("a.cfg:{}:1", key.len());
    Found { rule: rule.to_owned(), name, severity, what, place, key: key.to_owned() }
}

fn take(history: &mut History, target: &str, at: f64, found: &[Found]) -> Changes {
    history.take(target, at, &Looked { found: found.to_vec(), ..Looked::default() })
}

fn alarms(history: &History, from: LevelName) -> Vec<String> {
    history.signals(from).into_iter().map(|signal| signal.pool).collect()
}

#[test]
fn what_stays_keeps_its_beginning() {
    let mut history = History::default();
    let first = take(&mut history, "edge", 10.0, &[found("E1", "a"), found("W1", "b")]);
    assert_eq!((first.new.len(), first.gone.len()), (2, 0));
    let second = take(&mut history, "edge", 20.0, &[found("E1", "a"), found("E1", "c")]);
    assert_eq!(second.new.iter().map(|it| it.key.as_str()).collect::<Vec<_>>(), ["c"]);
    assert_eq!(second.gone.iter().map(|it| it.gone_at).collect::<Vec<_>>(), [Some(20.0)]);
    let status = history.status(Some(30.0));
    let times: Vec<_> = status.standing.iter().map(|it| (it.since, it.seen_at)).collect();
    assert_eq!(times, [(20.0, 20.0), (10.0, 20.0)]);
    assert_eq!(History::of(status.clone()).status(Some(30.0)), status);
}

/// Goal: two findings with one key are two. Method: one of them goes.
#[test]
fn equals_are_counted() {
    let mut history = History::default();
    take(&mut history, "edge", 1.0, &[found("E1", "a"), found("E1", "a")]);
    let changes = take(&mut history, "edge", 2.0, &[found("E1", "a")]);
    assert_eq!((changes.new.len(), changes.gone.len()), (0, 1));
    assert_eq!(history.standing().len(), 1);
}

#[test]
fn a_broken_rule_is_one_alarm_until_it_is_kept() {
    let mut history = History::default();
    take(&mut history, "edge", 1.0, &[found("E1", "a"), found("E1", "b"), found("W1", "c")]);
    take(&mut history, "other", 1.0, &[found("E1", "a")]);
    assert_eq!(alarms(&history, LevelName::Error), ["edge/E1", "other/E1"]);
    assert_eq!(alarms(&history, LevelName::Warning), ["edge/E1", "edge/W1", "other/E1"]);
    take(&mut history, "edge", 2.0, &[found("W1", "c")]);
    assert_eq!(alarms(&history, LevelName::Error), ["other/E1"]);
    history.keep_only(&["edge"]);
    assert!(alarms(&history, LevelName::Error).is_empty());
}

/// Goal: nobody looked is not "all is well".
#[test]
fn an_audit_that_failed_keeps_what_stood() {
    let mut history = History::default();
    take(&mut history, "edge", 1.0, &[found("E1", "a")]);
    history.fail("edge", 2.0, "no such file");
    let signals = history.signals(LevelName::Error);
    let kinds: Vec<_> = signals.iter().map(|signal| signal.kind).collect();
    assert_eq!(kinds, [SignalKind::Audit, SignalKind::TelemetryMissing]);
    assert!(signals[1].summary.contains("no such file"), "{}", signals[1].summary);
}

/// Goal: a log that was just begun, or a balancer that does not answer, ends no alarm. Method: a
/// rule that had nothing to look at, next to one that had.
#[test]
fn what_nobody_looked_at_still_stands() {
    let mut history = History::default();
    take(&mut history, "edge", 1.0, &[found("E1", "a"), found("E2", "b")]);
    let missed = Some("the log is not there".to_owned());
    let looked = Looked { found: Vec::new(), unasked: vec!["E2".to_owned()], missed };
    let changes = history.take("edge", 2.0, &looked);
    assert_eq!(changes.gone.iter().map(|it| it.rule.as_str()).collect::<Vec<_>>(), ["E1"]);
    let status = history.status(None);
    assert_eq!((status.standing[0].since, status.standing[0].seen_at), (1.0, 1.0));
    assert_eq!((status.runs[0].found, status.runs[0].gone), (1, 1));
    let signals = history.signals(LevelName::Error);
    assert_eq!(signals.len(), 2);
    assert!(signals[1].summary.contains("the log is not there"), "{signals:?}");
}

#[test]
fn what_has_gone_is_bounded() {
    let mut history = History::default();
    for round in 0..1_200 {
        take(&mut history, "edge", f64::from(round), &[found("E1", &round.to_string())]);
    }
    let status = history.status(None);
    assert_eq!(status.gone.len(), 500);
    assert_eq!(status.gone[0].key, "1198");
}
