//! The running balancer and the file it came from.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use proxy::Server;

use super::watching::Watching;
use crate::judged;

pub(super) struct Process {
    pub(super) server: Server,
    pub(super) path: PathBuf,
    pub(super) watching: Watching,
}

impl Process {
    /// Reloads beside whoever asks: a disk that hangs must not keep signals waiting.
    pub(super) fn reload_on_signal(self: &Arc<Self>) {
        let process = Arc::clone(self);
        // What comes of it is logged.
        drop(tokio::task::spawn_blocking(move || process.reload_logged("SIGHUP")));
    }

    fn reload_logged(&self, asker: &str) -> Result<String, String> {
        let before = self.server.listener_addrs();
        let outcome = self.reload_file(asker);
        match &outcome {
            Ok(message) => {
                tracing::info!("asked by {asker}: {message}");
                log_listeners(&before, &self.server.listener_addrs());
            }
            Err(why) => {
                let why = why.trim_end();
                self.watching.refused(asker, why);
                tracing::error!("asked by {asker}: reload refused, nothing has changed:\n{why}");
            }
        }
        outcome
    }

    /// Reads, checks and applies the file; on any mistake nothing changes.
    fn reload_file(&self, asker: &str) -> Result<String, String> {
        let loaded = judged::fit(&self.path).map_err(|unfit| {
            let why = unfit.describe(false);
            self.server.note_failed_reload(&why);
            why
        })?;
        let (pools, warnings) = (loaded.settings.pools.len(), loaded.render_warnings(false));
        let digest = loaded.digest[..12].to_owned();
        let settled = loaded.clone();
        let waiting = self.server.apply(loaded).map_err(|error| error.to_string())?;
        self.watching.reloaded(&settled, asker);
        let restart = if waiting.is_empty() {
            String::new()
        } else {
            format!("; a restart is needed for {}", waiting.join(", "))
        };
        Ok(format!("reloaded: {pools} pool(s), digest {digest}{restart}{}", pad(&warnings)))
    }
}

impl console::Source for Process {
    fn status(&self) -> ledger::Status {
        self.server.status()
    }

    fn reload(&self, asker: &str) -> Result<String, String> {
        self.reload_logged(asker)
    }

    fn judge(&self) -> Option<&dyn console::Judge> {
        Some(&self.watching)
    }
}

fn pad(warnings: &str) -> String {
    if warnings.is_empty() { String::new() } else { format!("\n{}", warnings.trim_end()) }
}

fn log_listeners(before: &[(String, SocketAddr)], now: &[(String, SocketAddr)]) {
    for (name, address) in now.iter().filter(|listener| !before.contains(listener)) {
        tracing::info!(listener = %name, %address, "listening");
    }
    for (name, address) in before.iter().filter(|listener| !now.contains(listener)) {
        tracing::info!(listener = %name, %address, "no longer listening");
    }
}
