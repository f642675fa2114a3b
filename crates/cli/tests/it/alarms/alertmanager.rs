//! The real Alertmanager of Prometheus, which passes on what it is told.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use super::recorder::Recorder;
use crate::support::{Folder, until};

const PROGRAM: &str = "prometheus-alertmanager";

/// An Alertmanager at an address that is known before it runs; it ends with the test.
pub(super) struct Alertmanager {
    pub(super) address: SocketAddr,
    /// What it passes on.
    pub(super) taker: Recorder,
    folder: Folder,
    child: Option<Child>,
}

impl Alertmanager {
    /// One that does not run yet.
    pub(super) fn new() -> Alertmanager {
        let taker = Recorder::start(200, "ok");
        let text = format!(
            "route:\n  receiver: taker\n  group_by: [alertname, pool]\n  group_wait: 10ms\n  \
             group_interval: 50ms\n  repeat_interval: 4h\nreceivers:\n  - name: taker\n    \
             webhook_configs:\n      - url: {}\n        send_resolved: true\n",
            taker.url("/taken")
        );
        let folder = Folder::new();
        std::fs::write(folder.path().join("alertmanager.yml"), text).expect("its configuration");
        Alertmanager { address: own_address(), taker, folder, child: None }
    }

    /// Runs it.
    pub(super) fn start(&mut self) {
        let path = |name: &str| -> PathBuf { self.folder.path().join(name) };
        let child = Command::new(PROGRAM)
            .arg(format!("--config.file={}", path("alertmanager.yml").display()))
            .arg(format!("--storage.path={}", path("data").display()))
            .arg(format!("--web.listen-address={}", self.address))
            .arg("--cluster.listen-address=")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("prometheus-alertmanager is not installed; `cargo xtask test` does it");
        self.child = Some(child);
        until("the Alertmanager listens", || TcpStream::connect(self.address).is_ok());
    }
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A free address below the ports that the system hands out, so that it stays free until it is
/// used.
fn own_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = 20_000 + (std::process::id() % 10_000) as u16;
    let ports = || (0..2000).map(|_| start + NEXT.fetch_add(1, Ordering::Relaxed));
    let addresses = ports().map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
    let mut free = addresses.filter(|address| TcpListener::bind(address).is_ok());
    free.next().expect("a free port")
}
