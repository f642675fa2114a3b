//! One `evenkeel serve` process on free ports, with a folder of its own.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use super::{Client, evenkeel, until};

/// The process, and its log as it grows. Reads it as long as `goes_on`.
fn spawn(folder: &Path, goes_on: fn(&str) -> bool) -> (Child, Arc<Mutex<String>>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_evenkeel"))
        .args(["serve", "-c", "evenkeel.toml"])
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the balancer starts");
    let log = Arc::new(Mutex::new(String::new()));
    let stderr = child.stderr.take().expect("its log");
    let sink = Arc::clone(&log);
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let mut log = sink.lock().expect("log");
            log.push_str(&line);
            log.push('\n');
            if !goes_on(&line) {
                return;
            }
        }
    });
    (child, log)
}

/// A running balancer; killed when dropped.
pub(crate) struct Balancer {
    child: Child,
    folder: PathBuf,
    log: Arc<Mutex<String>>,
    pub(crate) address: SocketAddr,
    pub(crate) admin: SocketAddr,
}

/// The TOML of a pool `name` with these endpoints and extra lines for the pool's table.
pub(crate) fn pool(name: &str, extra: &str, endpoints: &[(&str, SocketAddr)]) -> String {
    let mut text = format!("[pools.{name}]\n{extra}\n");
    for (endpoint, address) in endpoints {
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "[[pools.{name}.endpoints]]\nname = \"{endpoint}\"\naddress = \"{address}\"\n"
        );
    }
    text
}

impl Balancer {
    /// Starts with listener `web` and a route of everything to pool `p`; `rest`: pools and more.
    /// `server` and `listener` are extra lines of those tables.
    pub(crate) fn start(server: &str, listener: &str, rest: &str) -> Balancer {
        Self::start_text(&Self::text(server, listener, rest))
    }

    /// The configuration that `start` writes.
    pub(crate) fn text(server: &str, listener: &str, rest: &str) -> String {
        format!(
            "[server]\nadmin = \"127.0.0.1:0\"\nworkers = 2\n{server}\n\
             [[listeners]]\nname = \"web\"\naddress = \"127.0.0.1:0\"\n{listener}\n\
             [[routes]]\npool = \"p\"\n{rest}"
        )
    }

    /// Starts with one worker and one endpoint `web1` in pool `p`, which is never ejected: what
    /// one connection leaves behind, the next one finds. `extra`: lines of the pool's table.
    pub(crate) fn single(server: &str, listener: &str, extra: &str, at: SocketAddr) -> Balancer {
        let extra = format!("ejection = {{ consecutive = 0, max_share = 0.0 }}\n{extra}");
        let text = Self::text(server, listener, &pool("p", &extra, &[("web1", at)]));
        Self::start_text(&text.replacen("workers = 2", "workers = 1", 1))
    }

    /// Starts with a whole configuration; its first listener is the one that is used.
    pub(crate) fn start_text(text: &str) -> Balancer {
        Self::start_as(text, |_| true)
    }

    /// The same, with a log that nobody reads once it has told the addresses.
    pub(crate) fn start_unread(text: &str) -> Balancer {
        Self::start_as(text, |line| !line.contains("admin listener open"))
    }

    /// Reads the log as long as `goes_on`.
    fn start_as(text: &str, goes_on: fn(&str) -> bool) -> Balancer {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("evenkeel-it-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        std::fs::write(folder.join("evenkeel.toml"), text).expect("the configuration");
        let (child, log) = spawn(&folder, goes_on);
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut balancer = Balancer { child, folder, log, address: nowhere, admin: nowhere };
        balancer.find_addresses();
        balancer
    }

    /// Kills it as kill -9 does, and starts another process in its folder. `meanwhile` is done in
    /// between.
    pub(crate) fn die_and_rise(&mut self, meanwhile: impl FnOnce(&Path)) {
        self.die();
        meanwhile(&self.folder);
        self.rise();
    }

    /// Starts another process in its folder, with a log of its own and other ports.
    pub(crate) fn rise(&mut self) {
        (self.child, self.log) = spawn(&self.folder, |_| true);
        self.find_addresses();
    }

    /// Kills it at once, as kill -9 does.
    pub(crate) fn die(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it can be waited for");
    }

    /// The ports are free ones; the log tells which.
    fn find_addresses(&mut self) {
        until("the balancer listens", || {
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("the balancer ended with {status}:\n{}", self.log());
            }
            let log = self.log();
            let after = |mark: &str| {
                let line = log.lines().find(|line| line.contains(mark))?;
                line.split("address=").nth(1)?.trim().parse().ok()
            };
            let found = (after("listening listener="), after("admin listener open"));
            if let (Some(address), Some(admin)) = found {
                (self.address, self.admin) = (address, admin);
                return true;
            }
            false
        });
    }

    /// Everything it has logged.
    pub(crate) fn log(&self) -> String {
        self.log.lock().expect("log").clone()
    }

    /// Its folder: configuration, state, access log.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its memory in RAM.
    pub(crate) fn resident_kb(&self) -> u64 {
        let path = format!("/proc/{}/status", self.pid());
        let status = std::fs::read_to_string(path).expect("the balancer runs");
        let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("the key");
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
    }

    /// A new client connection.
    pub(crate) fn connect(&self) -> Client {
        Client::connect(self.address)
    }

    /// Writes another configuration, without telling it.
    pub(crate) fn rewrite(&self, text: &str) {
        std::fs::write(self.folder.join("evenkeel.toml"), text).expect("the configuration");
    }

    /// Asks the admin listener to reload: status and body.
    pub(crate) fn reload(&self) -> (u16, String) {
        let request = "POST /v1/reload HTTP/1.1\r\nhost: localhost\r\nx-evenkeel: 1\r\n\
                       content-length: 0\r\nconnection: close\r\n\r\n";
        let mut client = Client::connect(self.admin);
        client.send(request);
        let response = client.response();
        (response.status, response.text())
    }

    /// A page of the admin listener.
    pub(crate) fn page(&self, path: &str) -> String {
        let mut client = Client::connect(self.admin);
        client
            .send(&format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"));
        client.response().text()
    }

    /// The status as JSON.
    pub(crate) fn status(&self) -> serde_json::Value {
        self.json("/v1/status")
    }

    /// A page of the admin listener that is JSON.
    pub(crate) fn json(&self, path: &str) -> serde_json::Value {
        serde_json::from_str(&self.page(path)).expect("JSON")
    }

    /// Runs a command that asks this balancer; its words come first.
    pub(crate) fn told(&self, words: &[&str]) -> Output {
        let admin = self.admin.to_string();
        evenkeel(&self.folder, &[words, &["--admin", &admin]].concat())
    }

    /// One endpoint of the status.
    pub(crate) fn endpoint(&self, pool: &str, endpoint: &str) -> serde_json::Value {
        let status = self.status();
        let named = |list: &serde_json::Value, name: &str| {
            let mut found = list.as_array().expect("a list").iter();
            found.find(|item| item["name"] == name).cloned()
        };
        let pool = named(&status["pools"], pool).expect("the pool");
        named(&pool["endpoints"], endpoint).expect("the endpoint")
    }

    /// Sends a signal by name, e.g. `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([format!("-{name}"), self.pid().to_string()])
            .status()
            .expect("kill runs");
        assert!(status.success());
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> std::process::ExitStatus {
        let mut ended = None;
        until("the balancer ends", || {
            ended = self.child.try_wait().expect("it can be waited for");
            ended.is_some()
        });
        ended.expect("it ended")
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
        if std::thread::panicking() {
            eprintln!("--- the balancer's log ---\n{}", self.log());
        }
    }
}
