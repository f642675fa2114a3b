//! The scenarios that are both played and drilled, and whom each is run with.

use std::path::Path;

use crate::support::Folder;

/// With the scenarios' own demands a few long ones would decide the p99, by chance: two plays of
/// the same requests, apart only in what `random(2)` draws, differ by a third
/// with those, and by a tenth with these. So long that a slow machine's own milliseconds are few.
const DEMAND: &str = r#"demand = { exponential = { mean = "40ms" } }"#;
/// A scenario's file in its folder.
pub(super) const FILE: &str = "t.toml";

/// A contender on sockets, and who plays it.
type Pair = (&'static str, &'static str);

const EVENKEEL: Pair = ("evenkeel", "evenkeel");
const LEASTCONN: Pair = ("haproxy", "haproxy-leastconn");
const EVERYBODY: [Pair; 5] = [
    EVENKEEL,
    LEASTCONN,
    ("haproxy:random2", "haproxy-random2"),
    ("nginx:default", "nginx-round-robin"),
    ("envoy", "envoy-least-request"),
];

/// A scenario, and whom it is run with: Evenkeel first.
pub(super) struct Bout {
    pub(super) name: &'static str,
    text: fn() -> String,
    pub(super) lasts: &'static str,
    /// How many servers, one after the other, are alike.
    pub(super) alike: &'static [usize],
    pub(super) contenders: &'static [Pair],
}

/// The longest first: they are begun in this order.
pub(super) const BOUTS: [Bout; 3] = [
    Bout {
        name: "two of five slow",
        text: || drill_file("two-of-five-slow"),
        lasts: "24s",
        alike: &[2, 3],
        contenders: &EVERYBODY,
    },
    Bout {
        name: "sticky",
        text: sticky,
        lasts: "20s",
        alike: &[5],
        contenders: &[EVENKEEL, LEASTCONN],
    },
    Bout {
        name: "homogeneous",
        text: || drill_file("homogeneous"),
        lasts: "18s",
        alike: &[5],
        contenders: &EVERYBODY,
    },
];

impl Bout {
    /// The scenario in a folder of its own.
    pub(super) fn written(&self) -> Folder {
        let folder = Folder::new();
        std::fs::write(folder.path().join(FILE), (self.text)()).expect("written");
        folder
    }
}

fn drill_file(name: &str) -> String {
    let drills = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../drills");
    let text = std::fs::read_to_string(drills.join(name).with_extension("toml"));
    let line = |line: &str| match line.starts_with("demand = ") {
        true => format!("{DEMAND}\n"),
        false => format!("{line}\n"),
    };
    let text: String = text.expect("the scenario").lines().map(line).collect();
    assert!(text.contains(DEMAND), "{text}");
    text
}

/// Users with cookies, of whom the busiest hold one of a known server: whom the first of them
/// comes to sit with is decided by fractions of a millisecond, and decides everything else.
fn sticky() -> String {
    let mut text = format!(
        "name = \"sticky\"\nduration = \"60s\"\n\
         [traffic]\nload = 0.5\nusers = 600\nzipf = 1.1\n{DEMAND}\n\
         [[servers]]\ncount = 5\nslots = 4\n\
         [pool]\naffinity = {{ by = \"cookie\" }}\n"
    );
    let busiest = [("web5", 198), ("web4", 36), ("web3", 9), ("web2", 3), ("web1", 1)];
    for (server, users) in busiest {
        let share = (f64::from(users) + 0.5) / 600.0;
        text += &format!("[[events]]\nat = \"500ms\"\nservers = [\"{server}\"]\n");
        text += &format!("stick = {{ share = {share} }}\n");
    }
    text
}
