//! What a balancer would have noticed of a play: the judge and the alarms that serve, in virtual
//! time.

use std::collections::BTreeMap;
use std::sync::Arc;

use config::Settings;
use drill::Noticed;
use evenness::diagnosis::{Firewall, Limits};
use evenness::{PoolWindow, Seen, Severity};
use ledger::alarm::{self, AlarmState};
use ledger::{Audience, DiagnosisRecord, Event, EventKind, Failed, Heard, Measured, MeasuredPool};
use ops::watch::{Kept, Watch};
use ops::{FIRST_START, Intent, Observer};
use sim::{Cast, Change, Report, Script, Witnessed};

use crate::diagnose;

const POOL: &str = "drill";
/// Plays begin at some moment; any will do.
const EPOCH_S: u64 = 1_700_000_000;
/// Clients that a day takes in, and the part of new ones that may pass for known.
const CLIENTS: (u64, f64) = (100_000, 0.02);
/// Days before the play on which its users were there.
const KNOWN_SINCE_S: u64 = 3 * 86_400;
const SEED: u64 = 7;
/// What a balancer uses of its limits when all is well.
const USUAL: Limits = Limits { connections: 0.1, cpu: 0.2, queue: 0.0 };

/// Plays a scenario with our own pool, and judges it second by second.
pub(crate) fn play(script: &Script, cast: &Cast, seed: u64) -> (Report, Noticed) {
    let mut bench = Bench::new(script, seed);
    let report =
        sim::play_witnessed(&script.scenario, cast, seed, &mut |second| bench.second(second));
    (report, bench.end())
}

struct Bench<'s> {
    script: &'s Script,
    observer: Observer,
    watch: Watch,
    settings: Settings,
    /// What happens, the next one last.
    due: Vec<(u64, Change)>,
    usable: BTreeMap<Arc<str>, bool>,
    happens_at: Option<f64>,
    limits: Limits,
    noticed: Noticed,
}

impl<'s> Bench<'s> {
    fn new(script: &'s Script, seed: u64) -> Self {
        let pools = BTreeMap::from([(POOL.to_owned(), script.settings.clone())]);
        let settings = Settings { pools, ..Settings::default() };
        let intent = Intent {
            digest: String::new(),
            by: FIRST_START.to_owned(),
            at: EPOCH_S as f64,
            reason: String::new(),
            settings: settings.clone(),
        };
        let seen = Seen::new(CLIENTS.0, CLIENTS.1);
        let mut observer = Observer::new(intent, settings.clone(), (seen, SEED));
        let population = sim::Population::new(
            script.scenario.traffic.users,
            script.scenario.traffic.zipf,
            &script.scenario.traffic.nats,
            seed,
        );
        let users = (0..population.len() as u32).map(|user| u64::from(population.address(user)));
        observer.know(users, EPOCH_S - KNOWN_SINCE_S);
        observer.recall_events(Vec::new(), (EPOCH_S - KNOWN_SINCE_S) as f64);
        let mut due = script.scenario.changes.clone();
        due.sort_by_key(|change| std::cmp::Reverse(change.0));
        Bench {
            script,
            observer,
            watch: Watch::new(config::Alarms::default(), Kept::new("sim")),
            settings,
            happens_at: script.scenario.happens_s().map(|at_s| EPOCH_S as f64 + at_s),
            due,
            limits: USUAL,
            usable: BTreeMap::new(),
            noticed: Noticed::default(),
        }
    }

    fn second(&mut self, second: Witnessed) {
        let at_s = EPOCH_S + second.window.from_s;
        while self.due.last().is_some_and(|(at_ns, _)| at_ns / sim::SECOND <= second.window.from_s)
        {
            if let Some((at_ns, change)) = self.due.pop() {
                self.happens(&change, EPOCH_S as f64 + at_ns as f64 / sim::SECOND as f64);
            }
        }
        self.notice_health(&second.window, at_s);
        let measured = self.measured(second, at_s);
        let mut quiet = |_, _| Firewall {
            coverage: 1.0,
            drops_rate: 1.0,
            usual_drops_rate: Some(1.0),
            sources: 1.0,
            is_limited: false,
        };
        let judged = self.observer.step(measured, &mut quiet);
        // A second is judged when it is over.
        let now = at_s as f64 + 1.0;
        let explained = diagnose::explained(&judged.diagnoses);
        for event in self.watch.step_explained(now, &judged.signals, &explained) {
            let is_told = matches!(event.change, alarm::Change::Fired | alarm::Change::Escalated);
            let after = self.happens_at.filter(|at| is_told && now >= *at).map(|at| now - at);
            self.noticed.alarm_after_s = self.noticed.alarm_after_s.or(after);
        }
        for diagnosis in judged.diagnoses {
            self.diagnosed(diagnosis, now);
        }
    }

    fn diagnosed(&mut self, diagnosis: DiagnosisRecord, now: f64) {
        let Some(happens_at) = self.happens_at.filter(|at| now > *at) else { return };
        let open = self.watch.alarms().into_iter().filter(|alarm| alarm.resolved_at.is_none());
        for alarm in open.filter(|alarm| alarm.fired_at.is_some()) {
            self.noticed.hear(&alarm.causes, now - happens_at);
        }
        self.noticed.take(diagnosis);
    }

    /// What a balancer would know of a change by itself.
    fn happens(&mut self, change: &Change, at: f64) {
        let (kind, what) = match change {
            Change::Weights(weights) => {
                let pool = self.settings.pools.get_mut(POOL);
                let endpoints = pool.into_iter().flat_map(|pool| &mut pool.endpoints);
                endpoints.zip(weights).for_each(|(endpoint, weight)| endpoint.weight = *weight);
                self.observer.put_in_force(self.settings.clone());
                let texts = self.observer.unapproved().iter().map(|one| one.text.clone());
                (EventKind::Weights, texts.collect::<Vec<_>>().join("; "))
            }
            Change::Limit(limits) => {
                self.limits = Limits {
                    connections: limits.connections.max(USUAL.connections),
                    cpu: limits.cpu.max(USUAL.cpu),
                    queue: limits.queue.max(USUAL.queue),
                };
                return;
            }
            Change::Reload => (EventKind::Reload, "reloaded".to_owned()),
            _ => return,
        };
        self.happened(kind, "", "script", what, at);
    }

    /// Probes and ejections, by what becomes of endpoints.
    fn notice_health(&mut self, window: &PoolWindow, at_s: u64) {
        for (name, endpoint) in &window.endpoints {
            let usable = endpoint.usable_s > 0.0;
            let before = self.usable.insert(Arc::clone(name), usable).unwrap_or(usable);
            if before != usable {
                let word = if usable { ledger::BACK } else { "is not used any more" };
                let what = format!("{name} {word}");
                self.happened(EventKind::Ejection, name, "", what, at_s as f64);
            }
        }
    }

    fn happened(&mut self, kind: EventKind, endpoint: &str, who: &str, what: String, at: f64) {
        self.observer.happened(Event {
            number: 0,
            at,
            kind,
            pool: POOL.to_owned(),
            endpoint: endpoint.to_owned(),
            who: who.to_owned(),
            what,
        });
    }

    fn measured(&self, second: Witnessed, at_s: u64) -> Measured {
        let Witnessed { mut window, askers, broken, distinct } = second;
        window.from_s = at_s;
        let heard = askers.iter().map(|one| Heard {
            client: u64::from(one.address),
            path: one.path,
            agent: one.agent,
            connection: one.connection,
            followed: one.followed,
            asset: one.asset,
            at_ms: one.at_ms,
            weight: 1,
        });
        let failed = broken.iter().map(|one| Failed {
            client: u64::from(one.address),
            path: one.path,
            at_ms: one.at_ms,
        });
        let audience = Audience {
            distinct,
            heard: heard.collect(),
            failed: failed.collect(),
            names: Vec::new(),
        };
        let pool = &self.settings.pools[POOL];
        let asked = pool.endpoints.iter().map(|e| (e.name.as_str().into(), e.capacity * e.weight));
        let measured = MeasuredPool {
            name: POOL.into(),
            window,
            audience,
            is_weighted: matches!(
                pool.policy,
                config::PolicyName::RoundRobin | config::PolicyName::Random
            ),
            objective: self.script.settings.slo.clone(),
            queue: self.limits.queue,
            asked: asked.collect(),
        };
        Measured { at_s, pools: vec![measured], events: Vec::new(), limits: self.limits, lost: 0 }
    }

    fn end(self) -> Noticed {
        let mut noticed = self.noticed;
        let alarms = self.watch.alarms();
        let fired = alarms.iter().filter(|alarm| alarm.state != AlarmState::Pending);
        noticed.alarms = fired.clone().cloned().collect();
        for alarm in fired {
            match alarm.severity {
                Severity::Page => noticed.pages += 1,
                Severity::Ticket => noticed.tickets += 1,
            }
        }
        noticed
    }
}
