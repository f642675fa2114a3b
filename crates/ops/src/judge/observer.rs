//! Takes in what is measured second by second, and says what is wrong and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use config::{Difference, Settings};
use evenness::diagnosis::{Firewall, Limits};
use evenness::{Cause, PoolWindow, Seen, Severity, Signal, SignalKind};
use ledger::{DiagnosisRecord, Event, Measured};

use super::clients::Known;
use super::intent::Intent;
use super::pool::{Ground, PoolJudge};
use super::signals;
use super::timeline::Timeline;

/// Seconds that may be lost before it is told.
const LOST_MAX: u64 = 3;

/// What one second came to.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// What is wrong now.
    pub signals: Vec<Signal>,
    /// Diagnoses that were made in this second.
    pub diagnoses: Vec<DiagnosisRecord>,
    /// The pools' seconds with what was found out about clients and approval, for the store.
    pub windows: Vec<(Arc<str>, PoolWindow)>,
}

/// Judges all pools of one balancer. The clock belongs to the caller.
#[derive(Debug)]
pub struct Observer {
    intent: Intent,
    in_force: Settings,
    unapproved: Vec<Difference>,
    pub(super) pools: BTreeMap<Arc<str>, PoolJudge>,
    known: Known,
    timeline: Timeline,
    limits: Limits,
}

impl Observer {
    /// An observer that has seen nothing but these clients, whose hashes have this seed.
    pub fn new(intent: Intent, in_force: Settings, (seen, seed): (Seen, u64)) -> Self {
        let unapproved = intent.unapproved(&in_force);
        Observer {
            intent,
            in_force,
            unapproved,
            pools: BTreeMap::new(),
            known: Known::new(seen, seed),
            timeline: Timeline::default(),
            limits: Limits::default(),
        }
    }

    /// What is approved.
    pub fn intent(&self) -> &Intent {
        &self.intent
    }

    /// What is in force without approval.
    pub fn unapproved(&self) -> &[Difference] {
        &self.unapproved
    }

    /// Somebody stands for other settings from now on.
    pub fn approve(&mut self, intent: Intent) {
        self.intent = intent;
        self.unapproved = self.intent.unapproved(&self.in_force);
    }

    /// Other settings are in force from now on.
    pub fn put_in_force(&mut self, settings: Settings) {
        self.in_force = settings;
        self.unapproved = self.intent.unapproved(&self.in_force);
    }

    /// Something happened that the data path knows nothing of.
    pub fn happened(&mut self, event: Event) {
        self.timeline.push(event);
    }

    /// What happened before this process was there, all of it from a moment on.
    pub fn recall_events(&mut self, earlier: Vec<Event>, known_from: f64) {
        self.timeline.recall(earlier, known_from);
    }

    /// What an earlier process measured of a pool within the last half hour, in the order of time,
    /// seconds or tens of them.
    pub fn recall(&mut self, pool: &str, windows: Vec<PoolWindow>) {
        let judge = self.earlier(pool);
        windows.into_iter().for_each(|window| judge.recall(window));
    }

    /// What an earlier process answered, in any order: minutes of the last three days.
    pub fn recall_answers(&mut self, pool: &str, windows: &[PoolWindow]) {
        let judge = self.earlier(pool);
        windows.iter().for_each(|window| judge.recall_answers(window));
    }

    /// Until when all was well with what is recalled: before that is what is usual.
    pub fn was_calm_until(&mut self, pool: &str, at_s: u64) {
        self.earlier(pool).was_calm_until(at_s);
    }

    fn earlier(&mut self, pool: &str) -> &mut PoolJudge {
        let judge = self.pools.entry(Arc::from(pool)).or_default();
        if let Some(settings) = self.in_force.pools.get(pool) {
            judge.promise(&settings.slo);
        }
        judge
    }

    /// The same hour of past weeks promises a pool so many first attempts per second.
    pub fn expect(&mut self, pool: &str, rate: Option<f64>) {
        if let Some(judge) = self.pools.get_mut(pool) {
            judge.expect(rate);
        }
    }

    /// The clients of the last seven days, in the form for the store.
    pub fn seen(&self) -> Vec<u8> {
        self.known.to_bytes()
    }

    /// These clients ([`evenness::client_key`]) were there at a time, seconds since the Unix epoch.
    pub fn know(&mut self, clients: impl IntoIterator<Item = u64>, at_s: u64) {
        clients.into_iter().for_each(|client| self.known.see(client, at_s));
    }

    /// Judges a second. `firewall` tells what the firewall saw from one second to another.
    pub fn step(
        &mut self,
        measured: Measured,
        firewall: &mut dyn FnMut(u64, u64) -> Firewall,
    ) -> Judged {
        let mut judged = Judged::default();
        self.timeline.begin(measured.at_s as f64);
        measured.events.into_iter().for_each(|event| self.timeline.push(event));
        self.limits = measured.limits;
        let there = |name: &Arc<str>| measured.pools.iter().any(|pool| pool.name == *name);
        self.pools.retain(|name, _| there(name));
        for mut pool in measured.pools {
            self.intent.fill(&mut pool);
            let judge = self.pools.entry(Arc::clone(&pool.name)).or_default();
            let limits = Limits { queue: pool.queue, ..measured.limits };
            let ground = Ground {
                at_s: measured.at_s,
                unapproved: &self.unapproved,
                timeline: &self.timeline,
                limits,
            };
            let name = Arc::clone(&pool.name);
            let window = judge.take(pool, &mut self.known, measured.at_s);
            let (signals, diagnosis) = judge.judge(&name, &ground, firewall);
            judged.signals.extend(signals);
            judged.diagnoses.extend(diagnosis);
            judged.windows.push((name, window));
        }
        judged.signals.extend(self.gone());
        let suffers = self.pools.values().any(PoolJudge::is_harmful);
        judged.signals.extend(signals::shared_limit(self.limits, suffers));
        // What the limit does to one pool explains the process's alarm.
        let of_limit = |found: &&DiagnosisRecord| found.named() == [Cause::BalancerLimit];
        let explains = judged.diagnoses.iter().find(of_limit).cloned();
        let explains = explains.filter(|_| signals::is_limit_near(self.limits));
        judged
            .diagnoses
            .extend(explains.map(|found| DiagnosisRecord { pool: String::new(), ..found }));
        if measured.lost > LOST_MAX {
            let lost = measured.lost;
            judged
                .signals
                .push(Self::unmeasured(format!("{lost} seconds of measurements were lost")));
        }
        judged
    }

    /// Pools that were approved and are not there.
    fn gone(&self) -> impl Iterator<Item = Signal> {
        let own = |one: &&Difference| !one.pool.is_empty();
        let unseen = self.unapproved.iter().filter(own);
        unseen.filter(|one| !self.pools.contains_key(one.pool.as_str())).map(|one| Signal {
            kind: SignalKind::Intent,
            pool: one.pool.clone(),
            severity: Severity::Ticket,
            cause: None,
            summary: format!("in force without approval: {}", one.text),
        })
    }

    /// What is wrong when nothing comes any more.
    pub fn silence(&self, for_s: f64) -> Vec<Signal> {
        vec![Self::unmeasured(format!("nothing was measured for {for_s:.0} s"))]
    }

    /// Something that should be measured or kept is not.
    pub fn unmeasured(summary: String) -> Signal {
        Signal {
            kind: SignalKind::TelemetryMissing,
            pool: String::new(),
            severity: Severity::Ticket,
            cause: None,
            summary,
        }
    }

    /// A diagnosis of every pool, or of one, as of now.
    pub fn diagnose(
        &self,
        pool: Option<&str>,
        at_s: u64,
        firewall: &mut dyn FnMut(u64, u64) -> Firewall,
    ) -> Vec<DiagnosisRecord> {
        let ground = self.ground(at_s);
        let wanted = self.wanted(pool);
        wanted.filter_map(|(name, judge)| judge.diagnose(name, &ground, firewall)).collect()
    }

    /// The same of a moment of the last half hour, with the first attempts per second that past
    /// weeks promised then, by pool.
    pub fn diagnose_past(
        &self,
        pool: Option<&str>,
        at_s: u64,
        expected: &BTreeMap<String, f64>,
        firewall: &mut dyn FnMut(u64, u64) -> Firewall,
    ) -> Vec<DiagnosisRecord> {
        let ground = self.ground(at_s);
        let diagnose = |(name, judge): (&Arc<str>, &PoolJudge)| {
            let expected = expected.get(&**name).copied();
            judge.diagnose_past(name, &ground, expected, firewall)
        };
        self.wanted(pool).filter_map(diagnose).collect()
    }

    fn wanted(&self, pool: Option<&str>) -> impl Iterator<Item = (&Arc<str>, &PoolJudge)> {
        self.pools.iter().filter(move |(name, _)| pool.is_none_or(|pool| pool == &***name))
    }

    fn ground(&self, at_s: u64) -> Ground<'_> {
        Ground { at_s, unapproved: &self.unapproved, timeline: &self.timeline, limits: self.limits }
    }
}
