//! Goal: what happened in the outages is an alarm within seconds, with its cause. Method: seconds
//! as the data path would measure them, made by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use config::Settings;
use evenness::diagnosis::{Firewall, Limits};
use evenness::{Distinct, EndpointWindow, PoolWindow, Seen, Severity, Signal, SignalKind};
use ledger::{Audience, Event, EventKind, Heard, Measured, MeasuredPool};

use super::{FIRST_START, Intent, Judged, Observer};

const POOL: &str = "portal";
const START_S: u64 = 1_714_557_600;
const RATE: u64 = 500;
const SCRIPT: [f64; 5] = [100.0, 100.0, 17.0, 17.0, 17.0];

fn settings(weights: [f64; 5]) -> Settings {
    let mut text = format!(
        "[[listeners]]\nname = \"web\"\naddress = \"127.0.0.1:8080\"\n\
         [[routes]]\npool = \"{POOL}\"\n[pools.{POOL}]\naffinity = {{}}\n"
    );
    for (number, weight) in (1..).zip(weights) {
        text += &format!(
            "[[pools.{POOL}.endpoints]]\nname = \"web{number}\"\n\
             address = \"10.0.0.{number}:80\"\ncapacity = 4\nweight = {weight}\n"
        );
    }
    config::parse(&text, "test.toml").expect("a configuration")
}

/// Five servers of 4 slots and 20 ms, whose parts of the load, of the sessions' wishes and of the
/// settings in force are given.
#[derive(Clone, Copy)]
struct World {
    load: [f64; 5],
    claims: [f64; 5],
    weights: [f64; 5],
    failed: f64,
    rate: u64,
}

const HEALTHY: World =
    World { load: [0.2; 5], claims: [0.2; 5], weights: [1.0; 5], failed: 0.0, rate: RATE };

impl World {
    fn second(&self, at_s: u64) -> Measured {
        let weights: f64 = self.weights.iter().sum();
        let endpoint = |i: usize| {
            let attempts = (self.rate as f64 * self.load[i]) as u64;
            let hot = self.load[i] > 0.3;
            let cost_s = if hot { 0.1 } else { 0.02 };
            let failed = if hot { (attempts as f64 * self.failed) as u64 } else { 0 };
            let mut window = EndpointWindow {
                attempts,
                claims: (self.rate as f64 * 0.9 * self.claims[i]) as u64,
                bindings: attempts / 10,
                present_s: attempts as f64 * cost_s,
                cost_s: attempts as f64 * cost_s,
                capacity_s: 4.0,
                usable_s: 4.0,
                effective_s: self.weights[i] / weights,
                ..EndpointWindow::default()
            };
            (window.statuses[1], window.statuses[4]) = (attempts - failed, failed);
            window.latencies.note_many((cost_s * 1e9) as u64, attempts as u32);
            (Arc::from(format!("web{}", i + 1)), window)
        };
        let window = PoolWindow {
            from_s: at_s,
            length_s: 1.0,
            requests: self.rate,
            endpoints: (0..5).map(endpoint).collect(),
            ..PoolWindow::default()
        };
        let asked = (0..5).map(|i| (Arc::from(format!("web{}", i + 1)), 4.0 * self.weights[i]));
        let pool = MeasuredPool {
            name: POOL.into(),
            window,
            audience: audience(at_s),
            is_weighted: false,
            objective: config::Objective::default(),
            queue: 0.0,
            asked: asked.collect(),
        };
        let limits = Limits { connections: 0.1, cpu: 0.2, queue: 0.0 };
        Measured { at_s, pools: vec![pool], events: Vec::new(), limits, lost: 0 }
    }
}

fn audience(at_s: u64) -> Audience {
    let heard = |n: u64| Heard {
        client: (at_s * 7 + n * n) % 400,
        path: n % 40,
        agent: n % 9,
        connection: n % 300,
        followed: !n.is_multiple_of(5),
        asset: !n.is_multiple_of(3),
        at_ms: at_s * 1000,
        weight: 1,
    };
    let mut distinct = Distinct::default();
    (0..400).for_each(|client: u64| distinct.note(client.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    Audience { distinct, heard: (0..RATE).map(heard).collect(), ..Audience::default() }
}

fn observer() -> Observer {
    let settings = settings([1.0; 5]);
    let intent = Intent {
        digest: String::new(),
        by: FIRST_START.to_owned(),
        at: START_S as f64,
        reason: String::new(),
        settings: settings.clone(),
    };
    Observer::new(intent, settings, (Seen::new(10_000, 0.01), 7))
}

/// A firewall whose logs cover everything and that has nothing to do.
fn quiet(_: u64, _: u64) -> Firewall {
    Firewall {
        coverage: 1.0,
        drops_rate: 1.0,
        usual_drops_rate: Some(1.0),
        sources: 3.0,
        is_limited: false,
    }
}

/// So many seconds of a world; what each came to.
fn play(observer: &mut Observer, world: World, from_s: u64, seconds: u64) -> Vec<Judged> {
    let second = |at_s| observer.step(world.second(at_s), &mut quiet);
    (from_s..from_s + seconds).map(second).collect()
}

/// A script sets the weights.
fn script_runs(observer: &mut Observer, at_s: u64) {
    observer.put_in_force(settings(SCRIPT));
    observer.happened(of_the_script(at_s));
}

fn of_the_script(at_s: u64) -> Event {
    Event {
        number: 41,
        at: at_s as f64,
        kind: EventKind::Weights,
        pool: POOL.to_owned(),
        endpoint: String::new(),
        who: "automation/weights".to_owned(),
        what: "web1 and web2 weigh 100, the others 17".to_owned(),
    }
}

#[test]
fn a_healthy_hour_is_no_alarm() {
    let mut observer = observer();
    let judged = play(&mut observer, HEALTHY, START_S, 3600);
    let signals: Vec<_> = judged.iter().flat_map(|second| &second.signals).collect();
    assert!(signals.is_empty(), "{signals:?}");
}

#[test]
fn unapproved_weights_are_told_at_once() {
    let mut observer = observer();
    play(&mut observer, HEALTHY, START_S, 30);
    script_runs(&mut observer, START_S + 30);
    let held = World { weights: SCRIPT, ..HEALTHY };
    let judged = play(&mut observer, held, START_S + 30, 2);
    let first = &judged[0].signals;
    assert!(first.iter().any(|signal| signal.kind == SignalKind::Intent), "{first:?}");
    assert_eq!(judged[1].diagnoses[0].causes, ["weights"], "{:#?}", judged[1].diagnoses);
    let mut approved = observer.intent().clone();
    (approved.settings, approved.by) = (settings(SCRIPT), "ada".to_owned());
    observer.approve(approved);
    let judged = play(&mut observer, held, START_S + 32, 1);
    assert!(judged[0].signals.iter().all(|signal| signal.kind != SignalKind::Intent));
}

#[test]
fn a_pool_that_is_gone_without_approval_is_told() {
    let mut observer = observer();
    play(&mut observer, HEALTHY, START_S, 5);
    observer.put_in_force(Settings { pools: Default::default(), ..settings([1.0; 5]) });
    let nothing = Measured { at_s: START_S + 5, ..Measured::default() };
    let judged = observer.step(nothing, &mut quiet);
    let told = &judged.signals[0];
    assert_eq!((told.kind, told.pool.as_str()), (SignalKind::Intent, POOL), "{told:?}");
}

/// Goal: both faults of 2024-05-01 are named within 15 s, and an attack is ruled out, whether the
/// bound holds the load back or not.
#[test]
fn the_outage_of_2024_05_01_is_named() {
    let part = SCRIPT.map(|weight| weight / 251.0);
    let unbound = World {
        load: part,
        claims: [0.45, 0.45, 0.04, 0.03, 0.03],
        weights: SCRIPT,
        failed: 0.2,
        ..HEALTHY
    };
    for world in [unbound, World { load: [0.2; 5], failed: 0.0, ..unbound }] {
        let mut observer = observer();
        play(&mut observer, HEALTHY, START_S, 30);
        script_runs(&mut observer, START_S + 30);
        let judged = play(&mut observer, world, START_S + 30, 15);
        let last = judged.iter().flat_map(|second| &second.diagnoses).next_back();
        let last = last.expect("a diagnosis");
        assert_eq!(last.causes, ["weights", "persistence"], "{last:#?}");
        assert_eq!(last.ddos, "ruled_out", "{last:#?}");
        assert!(last.runner_up.is_some());
        let actions = last.actions.join("\n");
        assert!(actions.contains("automation/weights"), "{actions}");
    }
}

/// Goal: nobody can ask about a pool that is not there, or a time that was not measured.
#[test]
fn what_was_not_measured_is_not_diagnosed() {
    let mut observer = observer();
    assert_eq!(observer.diagnose(None, START_S, &mut quiet), []);
    play(&mut observer, HEALTHY, START_S, 30);
    assert_eq!(observer.diagnose(Some("shop"), START_S + 29, &mut quiet), []);
    assert_eq!(observer.diagnose(None, START_S + 4000, &mut quiet), []);
    let now = observer.diagnose(Some(POOL), START_S + 29, &mut quiet);
    assert_eq!(now[0].causes, ["unknown"]);
}

/// Goal: a restart denies no change, and knows what is usual and what was promised. Method: what
/// an observer made of ten minutes and of an hour of errors goes to another one, which then judges
/// two seconds.
#[test]
fn a_restart_forgets_nothing() {
    let mut before = observer();
    let kept = play(&mut before, HEALTHY, START_S, 600).into_iter();
    let kept: Vec<_> = kept.flat_map(|second| second.windows).map(|(_, window)| window).collect();
    let held = World { weights: SCRIPT, ..HEALTHY };
    let restarted = |recall: &dyn Fn(&mut Observer)| {
        let mut observer = observer();
        observer.put_in_force(settings(SCRIPT));
        recall(&mut observer);
        play(&mut observer, held, START_S + 610, 2).pop().expect("two seconds")
    };
    let told = |judged: &Judged| format!("{:?}", judged.diagnoses);

    let judged = restarted(&|_| ());
    assert!(!told(&judged).contains("_change"), "{}", told(&judged));
    let judged = restarted(&|observer| {
        observer.recall_events(vec![of_the_script(START_S + 590)], START_S as f64);
        observer.was_calm_until(POOL, START_S + 585);
        observer.recall(POOL, kept.clone());
    });
    for part in ["21 s before: web1 and web2 weigh 100", "1.00 × those of the minutes before"] {
        assert!(told(&judged).contains(part), "{part}: {}", told(&judged));
    }
    assert!(!told(&judged).contains("nobody changed weights"), "{}", told(&judged));

    let failed = |minute: u64| {
        let failed = World { load: [1.0, 0.0, 0.0, 0.0, 0.0], failed: 0.5, ..HEALTHY };
        let measured = failed.second(START_S + 60 * minute - 3000).pools.remove(0);
        measured.window
    };
    let burns = |judged: &Judged| judged.signals.iter().any(|s| s.kind == SignalKind::ErrorBurn);
    assert!(!burns(&judged), "{:?}", judged.signals);
    let minutes: Vec<_> = (0..60).map(failed).collect();
    let judged = restarted(&|observer| observer.recall_answers(POOL, &minutes));
    assert!(burns(&judged), "{:?}", judged.signals);
}

/// Goal: what is said of the queue, the limits and past weeks is of the moment that is asked about.
/// Method: a queue that has filled up since, and a promise of now.
#[test]
fn a_moment_is_judged_by_what_was_known_then() {
    let mut observer = observer();
    play(&mut observer, HEALTHY, START_S, 60);
    let mut full = HEALTHY.second(START_S + 60);
    full.pools[0].queue = 0.95;
    observer.step(full, &mut quiet);
    observer.expect(POOL, Some(50.0));
    let told = |all: Vec<ledger::DiagnosisRecord>| format!("{:?}", all[0].hypotheses);
    let now = told(observer.diagnose(Some(POOL), START_S + 60, &mut quiet));
    assert!(now.contains("95 % of the balancer's places in the queue"), "{now}");
    assert!(now.contains("10.00 × those of the same hour of past weeks"), "{now}");
    let past = |expected: &[(String, f64)]| {
        let expected = expected.iter().cloned().collect();
        told(observer.diagnose_past(None, START_S + 40, &expected, &mut quiet))
    };
    assert!(!past(&[]).contains("of the balancer's"), "{}", past(&[]));
    let no_baseline = "1.00 × those of the minutes before (no baseline of past weeks yet)";
    assert!(past(&[]).contains(no_baseline), "{}", past(&[]));
    let promised = past(&[(POOL.to_owned(), 250.0)]);
    assert!(promised.contains("2.00 × those of the same hour of past weeks"), "{promised}");
}

/// Goal: what all pools share is one alarm of the process, and wakes nobody while users are well.
/// Method: two pools; workers that are busy all the time, first without harm and then with it.
#[test]
fn a_limit_of_the_process_is_one_alarm() {
    let busy = |world: World, at_s| {
        let mut measured = world.second(at_s);
        let one = HEALTHY.second(at_s).pools.remove(0);
        let other = MeasuredPool { name: "other".into(), ..one };
        measured.pools.push(other);
        measured.limits.cpu = 0.99;
        measured
    };
    let near = |judged: Judged| {
        let own = |signal: &Signal| signal.kind == SignalKind::BalancerLimit;
        let found = judged.signals.into_iter().filter(own);
        found.map(|signal| (signal.pool, signal.severity)).collect::<Vec<_>>()
    };
    let mut observer = observer();
    let mut last = Vec::new();
    for at_s in START_S..START_S + 30 {
        last = near(observer.step(busy(HEALTHY, at_s), &mut quiet));
    }
    assert_eq!(last, [(String::new(), Severity::Ticket)]);
    let load = [0.6, 0.1, 0.1, 0.1, 0.1];
    let failing = World { load, failed: 0.2, ..HEALTHY };
    for at_s in START_S + 30..START_S + 45 {
        last = near(observer.step(busy(failing, at_s), &mut quiet));
    }
    assert_eq!(last, [(String::new(), Severity::Page)]);
}

/// Goal: a queue is a pool's own.
#[test]
fn a_full_queue_is_an_alarm_of_its_pool() {
    let mut observer = observer();
    let mut measured = HEALTHY.second(START_S);
    measured.pools[0].queue = 0.95;
    let found = observer.step(measured, &mut quiet).signals;
    let told = found.iter().find(|signal| signal.kind == SignalKind::BalancerLimit).unwrap();
    assert_eq!((told.pool.as_str(), told.severity), (POOL, Severity::Ticket));
}

/// Goal: whoever is woken can look up what the kind means. Method: the guide has a line of each.
#[test]
fn every_kind_is_in_the_guide() {
    let guide = include_str!("../../../../docs/guides/alarms.md");
    for kind in SignalKind::ALL {
        assert!(guide.contains(&format!("\n| `{kind}` | ")), "{kind}");
    }
}

/// Goal: an outage that is over is compared with what was before it, not with itself. Method: five
/// minutes of one, and a quarter of an hour without; asked of its fourth minute then.
#[test]
fn an_outage_that_is_over_is_compared_with_before() {
    let mut observer = observer();
    play(&mut observer, HEALTHY, START_S, 120);
    let load = SCRIPT.map(|weight| weight / 251.0);
    play(&mut observer, World { load, failed: 0.2, ..HEALTHY }, START_S + 120, 300);
    play(&mut observer, HEALTHY, START_S + 420, 900);
    let at_s = START_S + 120 + 200;
    let judge = observer.pools.values().next().expect("a pool");
    let trouble = judge.trouble_at(at_s).expect("trouble");
    let usual = trouble.usual().expect("what was before");
    assert!(usual.from_s + usual.length_s as u64 <= START_S + 121, "{usual:?}");
    assert!(judge.trouble_at(START_S + 60).is_none());
    let found = observer.diagnose_past(None, at_s, &BTreeMap::new(), &mut quiet);
    assert_eq!(found.len(), 1, "{found:?}");
}

/// Goal: a second fault is named by itself, and whoever helps is not blamed. Method: a minute of
/// errors, thirty seconds of calm, then the script; half a minute later somebody sets a weight.
#[test]
fn a_second_fault_soon_after_the_first_is_named_by_itself() {
    let mut observer = observer();
    play(&mut observer, HEALTHY, START_S, 60);
    let load = [0.6, 0.1, 0.1, 0.1, 0.1];
    play(&mut observer, World { load, failed: 0.5, ..HEALTHY }, START_S + 60, 60);
    play(&mut observer, HEALTHY, START_S + 120, 30);
    script_runs(&mut observer, START_S + 150);
    let load = SCRIPT.map(|weight| weight / 251.0);
    let scripted = World { load, weights: SCRIPT, failed: 0.2, ..HEALTHY };
    let judged = play(&mut observer, scripted, START_S + 150, 10);
    let last = judged.iter().flat_map(|second| &second.diagnoses).next_back().expect("one");
    assert_eq!(last.causes, ["weights"], "{last:#?}");
    assert!(last.before[0].starts_with("1 s before: web1 and web2 weigh 100"), "{last:#?}");

    play(&mut observer, scripted, START_S + 160, 20);
    let help = Event { who: "ada".to_owned(), number: 42, ..of_the_script(START_S + 180) };
    observer.happened(help);
    let judged = play(&mut observer, scripted, START_S + 180, 21);
    let last = judged.iter().flat_map(|second| &second.diagnoses).next_back().expect("one");
    assert!(last.before[1].starts_with("120 s after it began: "), "{last:#?}");
    let told = last.actions.join("\n");
    assert!(told.contains("change 41") && !told.contains("42"), "{told}");
}

/// Goal: after a night of nobody, the day's users are what is usual, and no part of an outage at
/// noon. Method: a minute of few, an hour of many, then the script.
#[test]
fn many_who_stay_are_usual() {
    let mut observer = observer();
    play(&mut observer, World { rate: 10, ..HEALTHY }, START_S, 60);
    play(&mut observer, HEALTHY, START_S + 60, 3900);
    script_runs(&mut observer, START_S + 3960);
    let load = SCRIPT.map(|weight| weight / 251.0);
    let scripted = World { load, weights: SCRIPT, failed: 0.2, ..HEALTHY };
    let judged = play(&mut observer, scripted, START_S + 3960, 10);
    let last = judged.iter().flat_map(|second| &second.diagnoses).next_back().expect("one");
    assert_eq!(last.causes, ["weights"], "{last:#?}");
    let told = format!("{last:?}");
    assert!(told.contains("first attempts of users are 1.0"), "{told}");
    assert!(last.before[0].starts_with("1 s before: web1 and web2 weigh 100"), "{last:#?}");
}
