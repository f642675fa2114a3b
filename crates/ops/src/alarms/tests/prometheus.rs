//! The real Alertmanager: what it makes of our alerts.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use evenness::Cause;

use super::site::{Site, alertmanager, until};
use crate::notify::tests::Taker;

const PROGRAM: &str = "prometheus-alertmanager";

/// An Alertmanager that ends with the test.
struct Prometheus {
    child: Child,
    port: u16,
}

impl Prometheus {
    /// One that passes everything on at once.
    fn start(folder: &Path, taker: &Taker) -> Prometheus {
        let config = folder.join("alertmanager.yml");
        let text = format!(
            "route:\n  receiver: taker\n  group_by: [alertname, pool]\n  group_wait: 10ms\n  \
             group_interval: 50ms\n  repeat_interval: 4h\nreceivers:\n  - name: taker\n    \
             webhook_configs:\n      - url: {}\n        send_resolved: true\n",
            taker.url()
        );
        fs::write(&config, text).unwrap();
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let child = Command::new(PROGRAM)
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.path={}", folder.join("am").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .arg("--cluster.listen-address=")
            .stderr(Stdio::null())
            .spawn()
            .expect("prometheus-alertmanager is not installed; `cargo xtask test` does it");
        let manager = Prometheus { child, port };
        until("it is ready", || manager.ask("/-/ready").is_some());
        manager
    }

    fn ask(&self, path: &str) -> Option<String> {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        ureq::get(&url).call().ok()?.body_mut().read_to_string().ok()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Goal: one notification for each state arrives behind a real Alertmanager, with labels that it
/// takes. Method: an alarm that fires and ends, at the
/// machine's own time.
#[test]
fn an_alertmanager_passes_on_what_it_was_told() {
    let taker = Taker::new();
    let folder = tempfile::TempDir::new().unwrap();
    let manager = Prometheus::start(folder.path(), &taker);
    let site = Site::new(vec![alertmanager("am", manager.port)]);
    let alarms = crate::Alarms::start(&site.settings, folder.path()).unwrap();
    let real = || std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    let step = |at: f64, words: &str| {
        alarms.step(at, &crate::watch::tests::scene::signals(words), &[]);
    };
    step(real(), "portal/unevenness=weights");
    alarms.set_cause("A-1", &[Cause::Weights], "the script").unwrap();
    let fired = taker.next().body;
    assert_eq!((fired["version"].as_str(), fired["status"].as_str()), (Some("4"), Some("firing")));
    let labels = &fired["alerts"][0]["labels"];
    assert_eq!(labels["alertname"], "EvenkeelUnevenness");
    assert_eq!(labels["severity"], "ticket");
    assert_eq!(labels["pool"], "portal");
    assert_eq!(labels["cause"], "weights");
    let listed = manager.ask("/api/v2/alerts").unwrap();
    assert!(listed.contains("EvenkeelUnevenness"), "{listed}");

    // It holds for a while yet, and then is gone for long enough: no need to wait for that.
    step(real(), "portal/unevenness=weights");
    let end = real();
    for at in 1..=30 {
        step(end + f64::from(at), "");
    }
    let resolved = loop {
        let body = taker.next().body;
        if body["status"] == "resolved" {
            break body;
        }
    };
    assert_eq!(&resolved["alerts"][0]["labels"], labels);
    assert_eq!(resolved["alerts"][0]["fingerprint"], fired["alerts"][0]["fingerprint"]);
    alarms.finish();
    assert!(taker.rest().is_empty());
}
