//! A crowd of people and a flood of machines, played from access logs against real servers: both
//! ask three times as often as usual, and only one of them is an attack.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use balance::Rng;
use drill::Demand;
use serde_json::Value;

use crate::firewall::logs::{ago, dropped};
use crate::support::{Balancer, Folder, Site, evenkeel};

/// Seconds of the log, of which so many pass in one of the test.
const SPEED: usize = 10;
const QUIET_S: usize = 250;
const BUSY_S: usize = 190;
/// Requests in a second of the log: of an ordinary day, and on top of it.
const USUAL: usize = 10;
const EXTRA: usize = 20;
/// Hosts of an ordinary day, and parts of a page that a browser fetches with it.
const HOSTS: u64 = 600;
const PARTS: usize = 3;
/// Part of the crowd that has been there before. In flash crowds most come from known networks, in
/// a flood next to nobody (Jung, Krishnamurthy and Rabinovich, WWW 2002).
const KNOWN: f64 = 0.6;

/// Writes a log, a visit after the other.
struct Writer {
    rng: Rng,
    /// By second: who asks for what.
    seconds: Vec<Vec<(String, String)>>,
    newcomers: u64,
}

impl Writer {
    fn new() -> Writer {
        let seconds = vec![Vec::new(); QUIET_S + BUSY_S + 60];
        Writer { rng: Rng::new(7), seconds, newcomers: 0 }
    }

    fn known(&mut self) -> String {
        let host = (self.rng.bits() % HOSTS).min(self.rng.bits() % HOSTS);
        format!("10.1.{}.{}", host / 250, host % 250 + 1)
    }

    fn newcomer(&mut self) -> String {
        self.newcomers += 1;
        format!("10.2.{}.{}", self.newcomers / 250, self.newcomers % 250 + 1)
    }

    /// A page with its parts, and another one a while later.
    fn visit(&mut self, host: &str, at_s: usize, page: u64) {
        for (after_s, page) in [(0, page), (8, self.rng.bits() % 40)] {
            let mut asks = |at: usize, path: String| {
                if let Some(second) = self.seconds.get_mut(at) {
                    second.push((host.to_owned(), path));
                }
            };
            asks(at_s + after_s, format!("/page/{page}.html"));
            (0..PARTS).for_each(|part| asks(at_s + after_s + 1, format!("/{page}-{part}.gif")));
        }
    }

    /// Requests of a visit: two pages.
    fn usual(&mut self) {
        for at_s in 0..QUIET_S + BUSY_S {
            for _ in 0..self.due(USUAL) {
                let (host, page) = (self.known(), self.rng.bits() % 40);
                self.visit(&host, at_s, page);
            }
        }
    }

    /// People want to see one thing, and look around then.
    fn crowd(&mut self) {
        for at_s in QUIET_S..QUIET_S + BUSY_S {
            for _ in 0..self.due(EXTRA) {
                let is_known = self.rng.unit() < KNOWN;
                let host = if is_known { self.known() } else { self.newcomer() };
                self.visit(&host, at_s, 0);
            }
        }
    }

    /// Machines want one thing, from anywhere.
    fn flood(&mut self) {
        for at_s in QUIET_S..QUIET_S + BUSY_S {
            for _ in 0..EXTRA {
                let host = self.newcomer();
                self.seconds[at_s].push((host, "/page/0.html".to_owned()));
            }
        }
    }

    /// Visits that begin in a second, so that there are so many requests in it.
    fn due(&mut self, requests: usize) -> usize {
        let visits = requests as f64 / (2 * (1 + PARTS)) as f64;
        visits as usize + usize::from(self.rng.unit() < visits.fract())
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for (second, asked) in self.seconds.iter().take(QUIET_S + BUSY_S).enumerate() {
            let time = format!("13/Jul/1995:09:{:02}:{:02} -0400", second / 60 % 60, second % 60);
            for (host, path) in asked {
                let _ = writeln!(text, "{host} - - [{time}] \"GET {path} HTTP/1.1\" 200 500");
            }
        }
        text
    }
}

/// What a balancer says of the busy half: its last diagnosis, once the trouble has lasted.
fn diagnosed(log: &str) -> Value {
    let site = Site::start(5, 2, Demand::Exponential { mean: Duration::from_millis(50) });
    let folder = Folder::new();
    let firewall_log = folder.path().join("firewall.log");
    quiet_firewall(&firewall_log);
    let firewall = format!("[[firewall]]\nfile = \"{}\"\n", firewall_log.display());
    let pool = site.pool("affinity = { by = \"cookie\" }", |_| String::new());
    let state = "state_dir = \"state\"";
    let balancer = Balancer::start(state, "", &format!("{pool}\n{firewall}"));
    std::fs::write(folder.path().join("access.log"), log).expect("written");
    let url = format!("http://{}/", balancer.address);
    let users = thread::spawn(move || play(folder.path(), &url));
    let mut seen = Value::Null;
    let start = Instant::now();
    while !users.is_finished() {
        quiet_firewall(&firewall_log);
        let busy_since = start.elapsed().as_secs_f64() - (QUIET_S / SPEED) as f64;
        if (10.0..20.0).contains(&busy_since) {
            let now = balancer.json("/v1/diagnosis")[0].clone();
            seen = if now.is_null() { seen } else { now };
        }
        thread::sleep(Duration::from_secs(1));
    }
    users.join().expect("the users");
    seen
}

fn play(folder: &Path, url: &str) {
    let speed = SPEED.to_string();
    let words = ["load", url, "--replay", "access.log", "--speed", &speed];
    let words = [&words[..], &["--connections", "per-address"]].concat();
    let output = evenkeel(folder, &words);
    assert!(matches!(output.status.code(), Some(0 | 3)), "{output:?}");
}

/// What every address on the internet gets to see: a packet a second.
fn quiet_firewall(log: &Path) {
    let file = OpenOptions::new().create(true).append(true).open(log);
    let line = dropped(&ago(0), "203.0.113.9");
    file.expect("a log").write_all(line.as_bytes()).expect("written");
}

#[test]
fn people_who_come_are_a_surge() {
    let mut writer = Writer::new();
    writer.usual();
    writer.crowd();
    let seen = diagnosed(&writer.text());
    assert_eq!(seen["causes"], serde_json::json!(["surge"]), "{seen:#}");
    assert_ne!(seen["ddos"], "supported", "{seen:#}");
}

/// Goal: what the firewall does not see is a flood all the same, and its part stays open.
#[test]
fn machines_that_come_are_a_flood() {
    let mut writer = Writer::new();
    writer.usual();
    writer.flood();
    let seen = diagnosed(&writer.text());
    assert_eq!(
        (&seen["causes"][0], &seen["ddos"]),
        (&"flood".into(), &"supported".into()),
        "{seen:#}"
    );
    let evidence = seen["ddos_evidence"].as_array().expect("a list");
    let open =
        |line: &Value| line.as_str().is_some_and(|l| l.starts_with("inconclusive: the firewall"));
    assert!(evidence.iter().any(open), "{seen:#}");
}
