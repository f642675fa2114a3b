//! `envoy --mode validate -c FILE`.

use std::path::Path;

use super::super::collection::Entry;
use super::super::room::Room;
use super::amend::missing;
use super::settle::{Bench, Verdict, settle};
use crate::fault::Fault;

pub(super) fn verdict(entry: &Entry, room: &Room, bench: &Bench<'_>) -> Result<Verdict, Fault> {
    let folder = entry.file.parent().unwrap_or(Path::new("/"));
    let program = bench.envoy.to_string_lossy();
    let file = entry.file.to_string_lossy();
    // Who the proxy is comes from where it is started.
    let who = ["--service-node", "survey", "--service-cluster", "survey"];
    let mut command = vec![program.as_ref(), "--mode", "validate", "-l", "error", "-c", &file];
    command.extend(who);
    settle(
        || room.run(folder, &command),
        |told| told.code == Some(0),
        |words| amend(words, folder, room, bench),
    )
}

fn amend(words: &str, folder: &Path, room: &Room, bench: &Bench<'_>) -> Result<bool, Fault> {
    let about_files = ["path", "file", "File", "certificate", "exist"];
    for line in words.lines().filter(|line| about_files.iter().any(|word| line.contains(word))) {
        let complaint = line.rsplit_once("': ").map_or(line, |(_, complaint)| complaint);
        let Some(path) = missing(room, complaint, folder) else { continue };
        // What is watched for changes is a list of resources.
        return match path.extension().and_then(|end| end.to_str()) {
            Some("yaml" | "yml") => room.write(&path, b"resources: []\n"),
            Some("json") => room.write(&path, b"{\"resources\": []}\n"),
            _ => room.write(&path, &bench.pem),
        };
    }
    Ok(false)
}
