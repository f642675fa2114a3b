//! Active probes: one task per endpoint, outside the workers.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use balance::{ProbeGate, ProbeState, Rng};
use config::Probe;
use ledger::{EventKind, WELL};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;

use super::thread::Control;
use crate::plan::Plan;
use crate::upstream;
use crate::worker::WorkerShared;

/// Longest answer that is read in search of its status line.
const ANSWER_MAX: usize = 16 * 1024;
/// Part of the interval by which probes are spread, so that many endpoints and balancers
/// do not probe in step.
const JITTER: f64 = 0.1;

/// Pool and endpoint.
type Key = (String, String);

/// The probes' verdicts, for the status.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gates(Arc<Mutex<HashMap<Key, ProbeGate>>>);

impl Gates {
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, ProbeGate>> {
        // A panic while it is held leaves whole gates behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// State and number of changes; `None` when the endpoint is not probed.
    pub(crate) fn state(&self, pool: &str, endpoint: &str) -> Option<(ProbeState, u64)> {
        let gates = self.lock();
        let gate = gates.get(&(pool.to_owned(), endpoint.to_owned()))?;
        Some((gate.state(), gate.transitions()))
    }
}

/// The running probes.
#[derive(Default)]
pub(crate) struct Probes {
    running: HashMap<Key, (AbortHandle, SocketAddr, Probe)>,
}

impl Probes {
    /// Starts what is new, stops what is gone, leaves the rest running.
    pub(crate) fn follow(&mut self, shared: &Arc<WorkerShared>, control: &Control, rng: &mut Rng) {
        let gates = &control.gates;
        let plan = shared.plan.load_full();
        let wanted = wanted(&plan);
        self.running.retain(|key, (task, address, probe)| {
            let stays = wanted.get(key).is_some_and(|(a, p)| a == address && p == probe);
            if !stays {
                task.abort();
            }
            stays
        });
        for (key, (address, probe)) in &wanted {
            let mut known = gates.lock();
            let moved = !self.running.contains_key(key);
            let gate =
                known.entry(key.clone()).or_insert_with(|| ProbeGate::new(probe.rise, probe.fall));
            gate.adjust(probe.rise, probe.fall);
            drop(known);
            if moved {
                let seed = rng.bits();
                let shared = Arc::clone(shared);
                let run = run(key.clone(), *address, probe.clone(), shared, control.clone(), seed);
                let task = tokio::spawn(run).abort_handle();
                self.running.insert(key.clone(), (task, *address, probe.clone()));
            }
        }
        let forgotten: Vec<Key> = {
            let mut known = gates.lock();
            let gone = known.keys().filter(|key| !wanted.contains_key(*key));
            let gone: Vec<Key> = gone.cloned().collect();
            known.retain(|key, _| wanted.contains_key(key));
            gone
        };
        // An endpoint that is probed no longer must not stay down for ever.
        for (pool, endpoint) in forgotten {
            set_down(shared, &pool, &endpoint, false);
        }
    }
}

fn wanted(plan: &Plan) -> HashMap<Key, (SocketAddr, Probe)> {
    let mut wanted = HashMap::new();
    for pool in &plan.pools {
        let Some(probe) = &pool.settings.probe else { continue };
        for endpoint in &pool.endpoints {
            let key = (pool.name.to_string(), endpoint.name.to_string());
            wanted.insert(key, (endpoint.address, probe.clone()));
        }
    }
    wanted
}

fn set_down(shared: &WorkerShared, pool: &str, endpoint: &str, down: bool) {
    let plan = shared.plan.load();
    if let Some(pool) = plan.pools.iter().find(|planned| *planned.name == *pool) {
        pool.core.set_down(endpoint, down, shared.now_ns());
    }
}

/// Probes one endpoint for ever.
async fn run(
    key: Key,
    address: SocketAddr,
    probe: Probe,
    shared: Arc<WorkerShared>,
    control: Control,
    seed: u64,
) {
    let mut rng = Rng::new(seed);
    let interval = probe.interval.0;
    loop {
        let result = tokio::time::timeout(probe.timeout.0, ask(address, &probe)).await;
        let result = result.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        // Without a descriptor or a port to ask with, nothing was learnt of the endpoint.
        let unasked = result.as_ref().is_err_and(upstream::is_ours);
        let state = if unasked {
            None
        } else {
            let mut gates = control.gates.lock();
            let Some(gate) = gates.get_mut(&key) else { return };
            gate.record(result.is_ok()).then(|| gate.state())
        };
        if let Some(state) = state {
            let (pool, endpoint) = (&key.0, &key.1);
            // Before anybody is told: what the log does must not keep the verdict.
            set_down(&shared, pool, endpoint, state == ProbeState::Down);
            let what = match &result {
                Ok(()) => format!("the probe finds {endpoint} {WELL}"),
                Err(error) => format!("the probe finds {endpoint} down: {error}"),
            };
            control.events.note(EventKind::Probe, pool, endpoint, &what);
            match &result {
                Ok(()) => tracing::info!(%pool, %endpoint, "probe: up"),
                Err(error) => tracing::warn!(%pool, %endpoint, %error, "probe: down"),
            }
        }
        let spread = 1.0 + JITTER * (rng.unit() * 2.0 - 1.0);
        tokio::time::sleep(Duration::from_secs_f64(interval.as_secs_f64() * spread)).await;
    }
}

async fn ask(address: SocketAddr, probe: &Probe) -> io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let Some(path) = &probe.path else { return Ok(()) };
    let host = probe.host.clone().unwrap_or_else(|| address.to_string());
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {host}\r\nuser-agent: evenkeel-probe\r\n\
         accept: */*\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::with_capacity(1024);
    while answer.len() < ANSWER_MAX {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(status) = final_status(&answer) {
            return judge(status, probe);
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "no HTTP status"))
}

/// The status of the answer, behind interim ones. A switch of protocols is final: nothing that
/// a probe could read follows it.
fn final_status(mut answer: &[u8]) -> Option<u16> {
    loop {
        let mut space = [httparse::EMPTY_HEADER; 64];
        let mut response = httparse::Response::new(&mut space);
        // The status is all that is asked for; whatever else is wrong is the requests' matter.
        let parsed = response.parse(answer);
        let status = response.code?;
        if !(100..200).contains(&status) || status == 101 {
            return Some(status);
        }
        match parsed {
            Ok(httparse::Status::Complete(len)) => answer = &answer[len..],
            Ok(httparse::Status::Partial) => return None,
            // It ends nowhere: the interim status is all there will be.
            Err(_) => return Some(status),
        }
    }
}

fn judge(status: u16, probe: &Probe) -> io::Result<()> {
    if probe.expect.contains(status) && status != 101 {
        return Ok(());
    }
    Err(io::Error::other(format!("status {status}, expected {}", probe.expect)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interim_answers_are_not_the_answer() {
        let hints = "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
        let go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        for (answer, expected) in [
            ("", None),
            ("HTTP/1.1 20", None),
            ("HTTP/1.1 200 OK\r\n", Some(200)),
            (hints, None),
            (&hints[..30], None),
            (&format!("{hints}{go_on}HTTP/1.1 503 No\r\n\r\n"), Some(503)),
            ("HTTP/1.1 101 Switching\r\n\r\n", Some(101)),
            ("HTTP/1.1 103 X\r\n: bad\r\n\r\n", Some(103)),
        ] {
            assert_eq!(final_status(answer.as_bytes()), expected, "{answer:?}");
        }
    }
}
