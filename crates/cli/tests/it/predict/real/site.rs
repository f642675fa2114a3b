//! A configuration at work: the balancer itself, its origins, and the prediction of its file.

use std::collections::HashMap;
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::ask::ask;
use super::told::tell;
use super::traffic::{Draw, Sent, log};
use crate::support::{Folder, Origin, Reply, evenkeel, free_address, until};

/// A configuration, and what runs it.
pub(super) struct Site {
    pub(super) product: &'static str,
    /// What it is about, in a few words.
    pub(super) about: &'static str,
    pub(super) file: &'static str,
    /// Its text: `@listen` stands for the address, `@name@` for that of the server `name`, whose
    /// pool is what stands before its last dash, `@name:port@` for its port alone, `@port` for the
    /// port that is listened at, and `@folder` for the file's folder.
    pub(super) text: String,
    /// Files beside it.
    pub(super) beside: &'static [(&'static str, &'static str)],
    pub(super) servers: &'static [&'static str],
    /// Whether servers are known by their names, and not by their addresses.
    pub(super) is_named: bool,
}

/// What the balancer did and what was said.
pub(super) struct Outcome {
    /// Requests per pool: done, said.
    pub(super) pools: HashMap<String, (usize, usize)>,
    pub(super) prediction: Value,
}

/// What a balancer did.
struct Served {
    folder: Folder,
    listen: SocketAddr,
    origins: Vec<Origin>,
    sent: Vec<Sent>,
    answers: Vec<(u16, String)>,
}

impl Served {
    /// A text with the addresses that it stands for.
    fn filled(&self, text: &str, site: &Site) -> String {
        let path = self.folder.path().display().to_string();
        let text = text.replace("@listen", &self.listen.to_string()).replace("@folder", &path);
        let mut text = text.replace("@port", &self.listen.port().to_string());
        for (name, origin) in site.servers.iter().zip(&self.origins) {
            text = text.replace(&format!("@{name}@"), &origin.address.to_string());
            text = text.replace(&format!("@{name}:port@"), &origin.address.port().to_string());
        }
        text
    }
}

/// A process that ends when dropped.
pub(super) struct Running(Child);

impl Running {
    pub(super) fn of(child: Child) -> Running {
        Running(child)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Site {
    /// Every request reaches the pool and the server that the command names.
    pub(super) fn agrees(&self, command: impl FnOnce(&str) -> Command, draw: &Draw) {
        let outcome = self.run(command, draw, true);
        assert_eq!(outcome.prediction["traffic"]["assumed"], json!([]), "{}", self.about);
    }

    /// Sends requests through the balancer and has its file predicted with their log. `exactly`:
    /// each request is held against what was said of it.
    pub(super) fn run(
        &self,
        command: impl FnOnce(&str) -> Command,
        draw: &Draw,
        exactly: bool,
    ) -> Outcome {
        let served = self.serve(command, draw);
        self.compare(&served, exactly)
    }

    /// What was before is what the balancer did: the share of each server, by its name. `after` is
    /// the text that is to come.
    pub(super) fn was_before(
        &self,
        command: impl FnOnce(&str) -> Command,
        draw: &Draw,
        after: &str,
    ) {
        let served = self.serve(command, draw);
        let path = served.folder.path();
        std::fs::write(path.join("after"), served.filled(after, self)).expect("a file");
        let args = ["predict", "after", "--log", "access.log", "--format", "json", "--against"];
        let output = evenkeel(path, &[&args[..], &[self.file]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let made: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let mut told = 0;
        for pool in made["pools"].as_array().expect("a list") {
            let is_here = |name: &&&str| pool["name"] == pool_of(name);
            let all = served
                .answers
                .iter()
                .filter(|(_, name)| self.servers.iter().filter(is_here).any(|known| known == name));
            let all = all.count();
            for server in pool["change"]["servers"].as_array().expect("a list") {
                let name = server["name"].as_str().expect("a name");
                let is = |(known, origin): &(&&str, &Origin)| {
                    **known == name || origin.address.to_string() == name
                };
                let found = self.servers.iter().zip(&served.origins).find(is);
                let name = found.map_or(name, |(known, _)| known);
                let count = served.answers.iter().filter(|(_, known)| known == name).count();
                let share = server["share_before"].as_f64().expect("a share");
                let done = count as f64 / all.max(1) as f64;
                assert!((share - done).abs() < 1e-9, "{name}: {done} done, {share} said: {made}");
                told += 1;
            }
        }
        assert_eq!(told, self.servers.len(), "{made}");
    }

    /// What is predicted of the log that the balancer itself has written to this file.
    pub(super) fn by_its_own_log(
        &self,
        command: impl FnOnce(&str) -> Command,
        draw: &Draw,
        log: &str,
    ) -> Value {
        let served = self.serve(command, draw);
        let path = served.folder.path();
        let args = ["predict", self.file, "--format", "json", "--log", log];
        let output = evenkeel(path, &args);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// Sends requests through the balancer, and writes a log of them.
    fn serve(&self, command: impl FnOnce(&str) -> Command, draw: &Draw) -> Served {
        let origins = self.servers.iter().map(|name| origin(name)).collect();
        let (folder, listen) = (Folder::new(), free_address());
        let mut served = Served { folder, listen, origins, sent: Vec::new(), answers: Vec::new() };
        let folder = served.folder.path();
        let text = served.filled(&self.text, self);
        for (name, text) in self.beside.iter().copied().chain([(self.file, text.as_str())]) {
            std::fs::write(folder.join(name), text).expect("a file");
        }
        let mut command = command(&folder.join(self.file).display().to_string());
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let _running = Running::of(child.expect("`cargo xtask test` installs what tests need"));
        until("the balancer listens", || TcpStream::connect(listen).is_ok());
        let sent = draw.requests(20_260_101);
        let answers: Vec<(u16, String)> = sent.iter().map(|sent| ask(listen, sent)).collect();
        let statuses: Vec<u16> = answers.iter().map(|(status, _)| *status).collect();
        let log = log(&sent, &statuses, draw);
        std::fs::write(folder.join("access.log"), log).expect("a file");
        // Some balancers write their own a moment later.
        let own = folder.join("own.log");
        let lines = || std::fs::read_to_string(&own).map_or(0, |text| text.lines().count());
        if text.contains("own.log") {
            until("the balancer has logged all", || lines() == sent.len());
        }
        (served.sent, served.answers) = (sent, answers);
        served
    }

    fn compare(&self, served: &Served, exactly: bool) -> Outcome {
        let Served { folder, origins, sent, answers, .. } = served;
        let args = ["predict", self.file, "--log", "access.log", "--clients", "new"];
        let each = evenkeel(folder.path(), &[&args[..], &["--each"]].concat());
        assert_eq!(each.status.code(), Some(0), "{}", String::from_utf8_lossy(&each.stderr));
        let lines = String::from_utf8(each.stdout).expect("text");
        let said: Vec<Value> =
            lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(said.len(), sent.len(), "{}: every line is told of", self.about);
        let (mut agreed, mut first) = (0, None);
        let mut pools: HashMap<String, (usize, usize)> = HashMap::new();
        for ((sent, (status, name)), said) in sent.iter().zip(answers).zip(&said) {
            let (pool, server) = match self.servers.iter().position(|known| known == name) {
                None => (Value::Null, Value::Null),
                Some(_) if self.is_named => (pool_of(name).into(), name.as_str().into()),
                Some(at) => (pool_of(name).into(), origins[at].address.to_string().into()),
            };
            let key = |pool: &Value| pool.as_str().unwrap_or("").to_owned();
            pools.entry(key(&pool)).or_default().0 += 1;
            pools.entry(key(&said["pool"])).or_default().1 += 1;
            if (&said["pool"], &said["server"]) == (&pool, &server) {
                agreed += 1;
            } else if first.is_none() {
                first = Some(format!("{sent:?}: {status} {pool} {server}, not {said}"));
            }
        }
        tell(&json!({
            "product": self.product, "command": self.about, "pools": pools.len(),
            "servers": self.servers.len(), "requests": sent.len(), "agreed": agreed,
            "drawn": !exactly,
        }));
        if exactly {
            assert_eq!(first, None, "{}: {agreed} of {} agree", self.about, sent.len());
        }
        let json = evenkeel(folder.path(), &[&args[..], &["--format", "json"]].concat());
        let prediction = serde_json::from_slice(&json.stdout).expect("JSON");
        Outcome { pools, prediction }
    }
}

fn origin(name: &'static str) -> Origin {
    Origin::start(move |_| {
        let length = name.len();
        let head = format!("HTTP/1.1 200 OK\r\nx-origin: yes\r\ncontent-length: {length}\r\n\r\n");
        Reply::Send((head + name).into_bytes())
    })
}

fn pool_of(server: &str) -> &str {
    server.rsplit_once('-').map_or(server, |(pool, _)| pool)
}
