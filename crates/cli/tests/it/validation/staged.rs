//! The same bout in virtual time and on sockets.

use serde_json::Value;

use super::bout::{Bout, FILE};
use super::figures::Both;
use crate::support::{evenkeel, last_line};

/// Its plays are in the middle of what other draws of `random(2)` give for the same requests.
const SEED: &str = "5";
/// Runs that may say nothing, on a machine that is busy with other things.
const TRIES: usize = 3;
/// Drills of one contender: chance does not stand three times, where an error of the model does.
const DRILLS: usize = 3;

/// What the simulator says of each contender.
pub(super) fn play(bout: &Bout) -> Vec<Value> {
    let peers: Vec<&str> = bout.contenders[1..].iter().map(|(_, policy)| *policy).collect();
    let args = ["--against", &peers.join(",")];
    let figures = last_line(&run(bout, "sim", args));
    let mut all = vec![figures.clone()];
    all.extend(peers.iter().map(|peer| figures["against"][peer].clone()));
    all
}

/// A contender's drill beside what was played; another one where they disagree.
pub(super) fn drill(bout: &Bout, contender: &str, played: &Value) -> Both {
    let drill = || Both { played: played.clone(), drilled: drilled(bout, contender) };
    let mut both = drill();
    for _ in 1..DRILLS {
        let differences = both.differences(bout);
        if differences.is_empty() {
            break;
        }
        println!("{}, {contender}, once more: {differences:?}", bout.name);
        both = drill();
    }
    both
}

/// The figures of the first run that says anything.
fn drilled(bout: &Bout, contender: &str) -> Value {
    let mut told = String::new();
    for _ in 0..TRIES {
        let output = run(bout, "drill", ["--balancer", contender]);
        told = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.code() {
            // What the file expects is expected of Evenkeel, and not here.
            Some(0 | 99) => return last_line(&output),
            code => assert_eq!(code, Some(3), "{contender}: {told}"),
        }
    }
    panic!("{contender}: none of {TRIES} runs says anything: {told}");
}

fn run(bout: &Bout, stage: &str, more: [&str; 2]) -> std::process::Output {
    let folder = bout.written();
    let mut args = vec![stage, "run", FILE, "--for", bout.lasts, "--seed", SEED];
    args.extend(["--format", "json"]);
    args.extend(more);
    evenkeel(folder.path(), &args)
}
