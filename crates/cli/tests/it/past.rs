//! `evenkeel diagnose --at`: a history is written as a balancer would, and asked of when nobody
//! serves any more, and of a balancer that does.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use evenness::{EndpointWindow, Latencies, PoolWindow, Ranking};
use ledger::{Event, EventKind, Record, Store};
use serde_json::Value;

use crate::support::{Folder, Weighted, evenkeel};

/// 2024-05-01T08:00:00Z.
const START_S: u64 = 1_714_550_400;
/// All is well for an hour, then not for forty minutes, then it is again: seconds from the start.
const TROUBLE_S: u64 = 3600;
const OVER_S: u64 = TROUBLE_S + 2400;
const LENGTH_S: u64 = OVER_S + 1200;
const END_S: u64 = START_S + LENGTH_S;
const EVEN: [f64; 5] = [0.2; 5];
/// The weights of 2024-05-01: 100 for two servers, 17 for three.
const SCRIPT: [f64; 5] = [100.0 / 251.0, 100.0 / 251.0, 17.0 / 251.0, 17.0 / 251.0, 17.0 / 251.0];

const CHANGE: &str = "pool portal: web1 weight 1 → 100, web2 weight 1 → 100";

fn event(at_s: u64, kind: EventKind, pool: &str, what: &str) -> Record {
    Record::Event(Event {
        number: 0,
        at: at_s as f64,
        kind,
        pool: pool.into(),
        endpoint: String::new(),
        who: "weights-script".into(),
        what: what.into(),
    })
}

fn second(from_s: u64, shares: [f64; 5], rate: f64) -> PoolWindow {
    let endpoint = |(index, share): (usize, f64)| {
        let attempts = (rate * share).round();
        // Who has too much answers slowly, and fails now and then.
        let is_full = attempts > 90.0;
        let each_s = if is_full { 0.4 } else { 0.1 };
        let failed = if is_full { (attempts / 10.0).round() } else { 0.0 };
        let mut latencies = Latencies::default();
        latencies.note_many((each_s * 1e9) as u64, attempts as u32);
        let window = EndpointWindow {
            attempts: attempts as u64,
            bindings: (attempts / 10.0) as u64,
            propensity: attempts,
            present_s: attempts * each_s,
            cost_s: attempts * each_s,
            statuses: [0, (attempts - failed) as u64, 0, 0, failed as u64],
            latencies,
            capacity_s: 50.0,
            usable_s: 50.0,
            approved_s: 0.2,
            effective_s: share,
            ..EndpointWindow::default()
        };
        (format!("web{}", index + 1).into(), window)
    };
    let mut second = PoolWindow {
        from_s,
        length_s: 1.0,
        requests: rate as u64,
        endpoints: shares.into_iter().enumerate().map(endpoint).collect(),
        ..PoolWindow::default()
    };
    // What is more than usual asks for one thing.
    let searches = second.requests.saturating_sub(100);
    second.turnout.length_s = 1.0;
    second.turnout.paths = Ranking::of([("/".into(), 100), ("/search".into(), searches)]);
    second
}

/// The folder of a balancer that serves no more.
fn outage() -> Folder {
    let config = "[server]\nstate_dir = \"state\"\nadmin = \"127.0.0.1:1\"\n\
        [[listeners]]\nname = \"web\"\naddress = \"127.0.0.1:0\"\n\
        [[routes]]\npool = \"portal\"\n[pools.portal]\n\
        [[pools.portal.endpoints]]\nname = \"web1\"\naddress = \"127.0.0.1:9\"\n";
    let folder = Folder::with(config);
    write(&folder.path().join("state"), START_S, "portal");
    folder
}

/// Two hours of a pool whose weights are changed, and of one to which a crowd comes.
fn write(state: &Path, start_s: u64, pool: &str) {
    let store = Store::open(state).expect("a store");
    let events = [
        event(start_s, EventKind::Start, "", "serves 2 pools"),
        event(start_s + TROUBLE_S - 5, EventKind::Weights, pool, CHANGE),
    ];
    store.write(&events).expect("it is written");
    let windows = (start_s..start_s + LENGTH_S).flat_map(|at_s| {
        let is_trouble = (TROUBLE_S..OVER_S).contains(&(at_s - start_s));
        let (shares, crowd) = if is_trouble { (SCRIPT, 300.0) } else { (EVEN, 100.0) };
        let record = |pool: &str, window| Record::Window { pool: pool.into(), window };
        [record(pool, second(at_s, shares, 300.0)), record("shop", second(at_s, EVEN, crowd))]
    });
    store.write(&windows.collect::<Vec<_>>()).expect("it is written");
}

/// Time goes by: what was fine becomes coarse.
fn pass(folder: &Folder, until_s: u64) {
    let store = Store::open(&folder.path().join("state")).expect("a store");
    let window = second(until_s, EVEN, 100.0);
    store.write(&[Record::Window { pool: "other".into(), window }]).expect("it is written");
}

fn ask(folder: &Folder, pool: &str, at: &str) -> Value {
    let words =
        ["diagnose", "--state-dir", "state", "--format", "json", "--pool", pool, "--at", at];
    let output = evenkeel(folder.path(), &words);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let all: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {stderr}"));
    all[0].clone()
}

/// Goal: an outage that is over is explained at any age, as finely as it is kept, against what was
/// before it. Method: half an hour into it, when ten minutes before it was the same.
#[test]
fn an_outage_that_is_over() {
    let folder = outage();
    for (now_s, step_s) in [(END_S, 1), (END_S + 20 * 3600, 10), (END_S + 9 * 86_400, 60)] {
        if now_s > END_S {
            pass(&folder, now_s);
        }
        let weights = ask(&folder, "portal", "2024-05-01T09:30:20");
        assert_eq!(weights["step_s"], step_s, "{weights:#}");
        assert_eq!(weights["causes"][0], "weights", "{step_s}: {weights:#}");
        let text = weights.to_string();
        assert!(text.contains("web1 weight 1 → 100"), "{step_s}: {weights:#}");
        let crowd = ask(&folder, "shop", "2024-05-01T09:30:20").to_string();
        assert!(crowd.contains("first attempts of users are 3.00 ×"), "{step_s}: {crowd}");
        assert!(crowd.contains("; /search is 100 % of what is new"), "{step_s}: {crowd}");
        let calm = ask(&folder, "portal", "2024-05-01T08:40:00");
        assert_eq!(calm["causes"], serde_json::json!(["unknown"]), "{step_s}: {calm:#}");
        let after = ask(&folder, "shop", "2024-05-01T09:55:00").to_string();
        assert!(after.contains("first attempts of users are 1.00 ×"), "{step_s}: {after}");
    }
}

/// Goal: what is changed a minute after a balancer's users came is named as soon as it harms, with
/// the shares of the moment. Method: nobody, then everybody, then the script; asked soon after it.
#[test]
fn a_change_soon_after_the_first_users() {
    let folder = Folder::new();
    let state = folder.path().join("state");
    let store = Store::open(&state).expect("a store");
    let (users_s, change_s) = (START_S + 120, START_S + 168);
    let start = event(START_S, EventKind::Start, "", "serves 1 pool");
    let weights = event(change_s, EventKind::Weights, "portal", CHANGE);
    store.write(&[start, weights]).expect("it is written");
    let windows = (START_S..START_S + 240).map(|at_s| {
        let rate = if at_s < users_s { 2.0 } else { 300.0 };
        let shares = if at_s < change_s { EVEN } else { SCRIPT };
        Record::Window { pool: "portal".into(), window: second(at_s, shares, rate) }
    });
    store.write(&windows.collect::<Vec<_>>()).expect("it is written");
    for after_s in [10, 15, 25, 45] {
        let (minutes, seconds) = ((168 + after_s) / 60, (168 + after_s) % 60);
        let seen = ask(&folder, "portal", &format!("2024-05-01T08:{minutes:02}:{seconds:02}"));
        assert_eq!(seen["causes"], serde_json::json!(["weights"]), "{after_s}: {seen:#}");
        let told = seen.to_string();
        assert!(told.contains("in force give web1 and web2 80 % of"), "{after_s}: {seen:#}");
        assert!(told.contains(" s before: pool portal: web1 weight 1"), "{after_s}: {seen:#}");
    }
}

/// Goal: whoever asks when no balancer runs gets an answer all the same, and is told where it is
/// from.
#[test]
fn without_a_balancer() {
    let folder = outage();
    let at = ["--at", "2024-05-01T09:30:00", "--pool", "portal", "--admin", "127.0.0.1:1"];
    let output = evenkeel(folder.path(), &[&["diagnose"][..], &at].concat());
    let told = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert_eq!(output.status.code(), Some(0), "{told:?}");
    assert!(told[0].starts_with("portal: weights"), "{told:?}");
    assert!(told[1].contains("this is from ") && told[1].contains("state"), "{told:?}");

    pass(&folder, END_S + 80_000);
    let output = evenkeel(folder.path(), &[&["diagnose"][..], &at].concat());
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("\n  at 2024-05-01T09:30:00 UTC, kept in steps of 10 s\n"), "{text}");

    let other = ["diagnose", "--at", "2024-05-01T23:30:00", "--state-dir", "state", "--pool", "x"];
    let output = evenkeel(folder.path(), &other);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("no pool `x`\n  hint: there are other, portal, shop"), "{text}");

    let now = evenkeel(folder.path(), &["diagnose", "--admin", "127.0.0.1:1"]);
    assert_eq!(now.status.code(), Some(2), "what is going on is known to nobody");
}

/// Goal: a balancer that runs knows what an earlier process saw, longer ago than it remembers.
/// Method: its history is written while it is down, and asked of by a time and by an age.
#[test]
fn of_a_running_balancer() {
    let site = Weighted::new("");
    let mut balancer = site.start();
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs();
    let start_s = now_s - 4 * 3600;
    balancer.die_and_rise(|folder| write(&folder.join("state"), start_s, "p"));
    let admin = balancer.admin.to_string();
    let ago = |seconds: u64| format!("{}m", (now_s - start_s - seconds) / 60);
    let ask = |at: &str| {
        let words = ["diagnose", "--admin", &admin, "--pool", "p", "--at", at];
        let output = evenkeel(balancer.folder(), &words);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!stderr.contains("this is from"), "the running balancer answers: {stderr}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let bad = ask(&ago(TROUBLE_S + 1800));
    assert!(bad.starts_with("p: weights"), "{bad}");
    assert!(bad.contains(" s before: pool portal: web1 weight 1 → 100"), "{bad}");
    let calm = ask(&ago(1800));
    assert!(!calm.contains("weights\n") && !calm.contains("runner-up"), "{calm}");
}
