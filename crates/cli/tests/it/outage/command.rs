//! The same site as `evenkeel predict` tells it, from files and a log.

use serde_json::Value;

use super::haproxy::{Keeps, SERVERS, file};
use crate::support::{Folder, evenkeel};

/// What a pool is said to do.
pub(super) struct Answer(Value);

impl Answer {
    /// Of a log, with these weights, and of what they were before.
    pub(super) fn to(
        log: &str,
        keeps: Keeps,
        weights: [u32; SERVERS],
        before: Option<[u32; SERVERS]>,
    ) -> Answer {
        let folder = Folder::new();
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("a file");
        };
        write("access.log", log);
        write("new.cfg", &file(keeps, weights));
        let args = ["predict", "new.cfg", "--log", "access.log", "--session", "uid"];
        let mut args = [&args[..], &["--format", "json"]].concat();
        if let Some(before) = before {
            write("old.cfg", &file(keeps, before));
            args.extend(["--against", "old.cfg"]);
        }
        let output = evenkeel(folder.path(), &args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut made: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(made["traffic"]["malformed"], 0);
        Answer(made["pools"][0].take())
    }

    /// One of the figures of the pool.
    pub(super) fn figure(&self, name: &str) -> f64 {
        self.0[name].as_f64().expect("a figure")
    }

    /// Shares of the servers in percent: one of the figures of each.
    pub(super) fn shares(&self, name: &str) -> Vec<f64> {
        let servers = self.0["servers"].as_array().expect("servers");
        servers.iter().map(|server| server[name].as_f64().expect("a share") * 100.0).collect()
    }

    /// Shares of the servers in percent after a restart.
    pub(super) fn after_restart(&self) -> Vec<f64> {
        let shares = self.0["share_reload"].as_array().expect("shares");
        shares.iter().map(|share| share.as_f64().expect("a share") * 100.0).collect()
    }
}
