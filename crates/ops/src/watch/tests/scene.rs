//! A watch with a clock: signals are written as short words, notifications read as lines.

use config::{AlarmRoute, Alarms, Escalation, SeverityName, Span};
use evenness::{Cause, Severity, Signal, SignalKind};

use crate::watch::{AlarmEvent, Kept, Watch};

/// A moment that is not near the epoch.
pub(crate) const START: f64 = 1_700_000_000.0;

pub(super) struct Scene {
    pub(super) watch: Watch,
    pub(super) now: f64,
    pub(super) lines: Vec<String>,
}

impl Scene {
    pub(super) fn new(settings: Alarms) -> Scene {
        let watch = Watch::new(settings, Kept::new("test"));
        Scene { watch, now: START, lines: Vec::new() }
    }

    /// The conditions hold for so many seconds, one step a second.
    pub(super) fn hold(&mut self, seconds: usize, words: &str) -> &mut Scene {
        for _ in 0..seconds {
            self.now += 1.0;
            let events = self.watch.step(self.now, &signals(words));
            self.hear(&events);
        }
        self
    }

    /// Nobody measures for so long, which is looked at every three seconds.
    pub(super) fn silent(&mut self, seconds: usize) -> &mut Scene {
        for _ in 0..seconds / 3 {
            self.now += 3.0;
            let events = self.watch.wait(self.now, &signals("/telemetry_missing"));
            self.hear(&events);
        }
        self
    }

    /// One step after a pause.
    pub(super) fn after(&mut self, pause_s: f64, words: &str) -> &mut Scene {
        self.now += pause_s;
        let events = self.watch.step(self.now, &signals(words));
        self.hear(&events);
        self
    }

    /// What the process does when it ends and starts again.
    pub(super) fn restart(&mut self) -> &mut Scene {
        let text = serde_json::to_string(self.watch.kept()).unwrap();
        let kept = serde_json::from_str(&text).unwrap();
        self.watch = Watch::new(self.watch.settings.clone(), kept);
        self
    }

    pub(super) fn hear(&mut self, events: &[AlarmEvent]) {
        self.lines.extend(lines(events, self.now - START));
    }

    /// The notifications since the latest call.
    pub(super) fn heard(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }

    #[track_caller]
    pub(super) fn expect(&mut self, lines: &[&str]) -> &mut Scene {
        assert_eq!(self.heard(), lines);
        self
    }
}

/// `3 A-1 fired page to team` of every event that somebody is told.
pub(super) fn lines(events: &[AlarmEvent], at: f64) -> Vec<String> {
    let line = |event: &AlarmEvent| {
        let change = serde_json::to_string(&event.change).unwrap();
        let AlarmEvent { alarm, receivers, .. } = event;
        let change = change.trim_matches('"');
        format!("{at} {} {change} {} to {}", alarm.id, alarm.severity, receivers.join("+"))
    };
    events.iter().filter(|event| !event.receivers.is_empty()).map(line).collect()
}

/// Signals of words such as `p/error_burn!`: a pool, a kind, and `!` for a page. `p/` alone stands
/// for nothing.
pub(crate) fn signals(words: &str) -> Vec<Signal> {
    words.split_whitespace().map(signal).collect()
}

fn signal(word: &str) -> Signal {
    let (word, cause) = match word.split_once('=') {
        Some((word, cause)) => (word, Some(Cause::by_name(cause).unwrap())),
        None => (word, None),
    };
    let (pool, kind) = word.split_once('/').unwrap();
    let severity = if kind.ends_with('!') { Severity::Page } else { Severity::Ticket };
    let name = kind.trim_end_matches('!');
    Signal {
        kind: SignalKind::ALL.into_iter().find(|kind| kind.name() == name).unwrap(),
        pool: pool.to_owned(),
        severity,
        cause,
        summary: format!("{name} of {pool}"),
    }
}

/// Everything to `team`.
pub(super) fn to_team() -> Alarms {
    Alarms { default: Some("team".into()), ..Alarms::default() }
}

/// Pages to `duty`, after ten minutes to `lead` too; tickets to `team`.
pub(super) fn with_duty() -> Alarms {
    let page = AlarmRoute {
        severity: Some(SeverityName::Page),
        receivers: vec!["duty".into()],
        escalate: vec![Escalation { after: Span::from_secs(600), receivers: vec!["lead".into()] }],
        ..AlarmRoute::default()
    };
    Alarms { routes: vec![page], ..to_team() }
}
