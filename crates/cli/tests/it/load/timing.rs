//! Requests come when they are due, and latency counts from then.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use drill::Demand;

use super::server::load;
use crate::support::{Origin, Reply, Site};

/// Goal: the asked rate is the sent rate, the warm-up is not counted, and seconds are told apart.
/// Method: a constant pace against an origin that answers at once.
#[test]
fn a_constant_rate_is_kept() {
    let site = Site::start(1, 64, Demand::Constant { mean: Duration::from_millis(1) });
    let url = format!("http://{}/", site.origins[0].addr());
    let args = ["--rate", "200/s", "--pace", "constant", "--for", "3s", "--warm-up", "1s"];
    let loaded = load(&url, &args);
    loaded.went_well();
    assert!((400.0..=401.0).contains(&loaded.number("/requests")), "{}", loaded.json);
    let (sent, answered) = (loaded.number("/request_rate"), loaded.number("/rate"));
    assert!((199.9..=200.6).contains(&sent), "{sent}");
    // Until the last response, which takes its time after the last request.
    assert!((150.0..=sent).contains(&answered), "{answered}");
    assert_eq!(site.origins[0].served(), 600);
    assert_eq!(loaded.json["endpoints"][0]["name"], "web1");
    assert_eq!(loaded.json["endpoints"][0]["share"], 1.0);
    assert_eq!(loaded.json["statuses"]["200"], loaded.json["requests"]);
    let timeline = loaded.json["timeline"].as_array().expect("seconds");
    let sent: Vec<u64> = timeline.iter().filter_map(|one| one["requests"].as_u64()).collect();
    assert!((3..=4).contains(&sent.len()), "{sent:?}");
    assert!(sent[..3].iter().all(|sent| (199..=200).contains(sent)), "{sent:?}");
}

/// Goal: stages move the rate. Method: to 200/s in two seconds, held for one: 400 requests.
#[test]
fn stages_move_the_rate() {
    let site = Site::start(1, 64, Demand::Constant { mean: Duration::from_millis(1) });
    let url = format!("http://{}/", site.origins[0].addr());
    let loaded = load(&url, &["--stages", "200/s:2s,200/s:1s", "--pace", "constant"]);
    loaded.went_well();
    assert_eq!(loaded.json["requests"], 400);
    let sent = |second: usize| loaded.json["timeline"][second]["requests"].as_f64();
    assert!(sent(0).is_some_and(|sent| (45.0..=55.0).contains(&sent)), "{}", loaded.json);
}

/// Goal: a stall shows in the corrected latency, and hides from the uncorrected one.
/// Method: a server that stands still for one of three seconds, before four connections: four
/// requests see it, two hundred wait for these.
#[test]
fn a_stall_shows_when_latency_is_corrected() {
    let start: OnceLock<Instant> = OnceLock::new();
    let origin = Origin::start(move |_| {
        let since = start.get_or_init(Instant::now).elapsed();
        let (from, until) = (Duration::from_secs(1), Duration::from_secs(2));
        if (from..until).contains(&since) {
            std::thread::sleep(until - since);
        }
        Reply::ok("a")
    });
    let url = format!("http://{}/", origin.address);
    let args = ["--rate", "200/s", "--for", "3s", "--connections-max", "4"];
    let loaded = load(&url, &args);
    loaded.went_well();
    assert!(origin.connections() <= 4, "{}", origin.connections());
    assert!(loaded.number("/corrected/p99_ms") > 800.0, "{}", loaded.json);
    assert!(loaded.number("/p99_ms") > 800.0, "{}", loaded.json);
    assert!(loaded.number("/uncorrected/p95_ms") < 400.0, "{}", loaded.json);
    assert!(loaded.number("/uncorrected/max_ms") > 800.0, "{}", loaded.json);
}
