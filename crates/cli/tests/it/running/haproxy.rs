//! A real HAProxy whose weights, states and servers are changed at its socket.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::process::{Process, found};
use crate::support::{Folder, evenkeel, free_address, until};

/// The file's name.
pub(super) const FILE: &str = "haproxy.cfg";

pub(super) struct Haproxy {
    pub(super) folder: Folder,
    /// Of statistics, by HTTP.
    page: SocketAddr,
    /// Of commands, by TCP.
    tcp: SocketAddr,
    process: Option<Process>,
}

impl Haproxy {
    /// Three servers of weight 20, which are its own, on lines 19 to 21 of its file.
    pub(super) fn start() -> Haproxy {
        let folder = Folder::new();
        let [www, page, tcp] = std::array::from_fn(|_| free_address());
        let servers: [SocketAddr; 3] = std::array::from_fn(|_| free_address());
        let mut text = format!(
            "global\n  stats socket {} mode 600 level admin\n  stats socket {tcp} \
             level user\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n  \
             timeout server 30s\n  timeout queue 5s\n\
             frontend www\n  bind {www}\n  default_backend app\n\
             frontend page\n  bind {page}\n  stats enable\n  stats uri /stats\n\
             backend app\n  option httpchk GET /\n",
            folder.path().join("haproxy.sock").display()
        );
        for (place, server) in servers.iter().enumerate() {
            let name = place + 1;
            text += &format!("  server w{name} {server} check inter 60s weight 20 maxconn 100\n");
        }
        for (place, server) in servers.iter().enumerate() {
            text +=
                &format!("frontend s{place}\n  bind {server}\n  http-request return status 200\n");
        }
        std::fs::write(folder.path().join(FILE), &text).expect("a file");
        let process = Process::start("haproxy", &["-db", "-f", FILE], folder.path());
        let process = Some(process);
        let haproxy = Haproxy { folder, page, tcp, process };
        until("its socket is there", || UnixStream::connect(haproxy.socket()).is_ok());
        haproxy
    }

    pub(super) fn socket(&self) -> std::path::PathBuf {
        self.folder.path().join("haproxy.sock")
    }

    pub(super) fn order(&self, order: &str) -> String {
        let mut socket = UnixStream::connect(self.socket()).expect("its socket");
        socket.write_all(format!("{order}\n").as_bytes()).expect("its socket");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("its answer");
        answer
    }

    /// Ends it, and leaves its file.
    pub(super) fn stop(&mut self) {
        self.process = None;
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Goal: the script of 2024-05-01 is found where no file has it: the line, both numbers, the share.
/// Method: a real HAProxy before and after orders at its socket, asked in each way there is.
#[test]
fn weights_that_a_script_set_are_found() {
    let haproxy = Haproxy::start();
    let sources = [
        "unix:haproxy.sock".to_owned(),
        "./haproxy.sock".to_owned(),
        haproxy.tcp.to_string(),
        format!("http://{}/stats", haproxy.page),
    ];
    for source in &sources {
        let (code, found) = found(haproxy.path(), &[FILE, "--running", source]);
        assert_eq!((code, found.len()), (Some(0), 0), "{source}: {found:#?}");
    }
    haproxy.order("set weight app/w2 100");
    for source in &sources {
        let (code, found) = found(haproxy.path(), &[FILE, "--running", source]);
        assert_eq!((code, found.len()), (Some(1), 1), "{source}: {found:#?}");
        assert_eq!((&found[0]["rule"], &found[0]["place"]["line"]), (&"EKW203".into(), &20.into()));
        assert_eq!(
            found[0]["what"],
            "`w2` of `app` runs with weight 100, and the file says 20: 71.4 % of new sessions, \
             not 33.3 %"
        );
    }
    let output = evenkeel(haproxy.path(), &["audit", FILE, "--running", &sources[0]]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for part in [
        "error[EKW203]",
        "haproxy.cfg:20:",
        "it was set while the balancer ran",
        "asked of haproxy.sock, version 2.",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    haproxy.order("set weight app/w2 20");
    assert_eq!(found(haproxy.path(), &[FILE, "--running", &sources[0]]).0, Some(0));
}

/// Goal: who was drained, moved, added or taken away while it ran is told, and how bad it is.
/// Method: one order after the other, at a real HAProxy.
#[test]
fn other_orders_are_told_too() {
    let haproxy = Haproxy::start();
    let found = || found(haproxy.path(), &[FILE, "--running", "./haproxy.sock"]);
    haproxy.order("set server app/w1 state drain");
    let (code, told) = found();
    assert_eq!((code, &told[0]["severity"]), (Some(0), &"warning".into()), "{told:#?}");
    let what = told[0]["what"].as_str().expect("words");
    assert!(what.starts_with("`w1` of `app` is drained by order"), "{what}");
    assert!(what.ends_with("0.0 % of new sessions, not 33.3 %"), "{what}");
    haproxy.order("set server app/w1 state ready");

    haproxy.order("set server app/w3 addr 127.0.0.9 port 9");
    let (code, told) = found();
    assert_eq!((code, &told[0]["rule"]), (Some(1), &"EKC602".into()), "{told:#?}");
    assert_eq!(told[0]["place"]["line"], 21);
    let what = told[0]["what"].as_str().expect("words");
    assert!(what.starts_with("`w3` of `app` runs at 127.0.0.9:9, and the file says"), "{what}");

    // A new server begins in maintenance.
    haproxy.order("add server app/w9 127.0.0.1:9");
    let (_, told) = found();
    let words = told[0]["what"].as_str().expect("words");
    assert!(words.ends_with("`w9` of `app` is not in the file and runs"), "{words}");
    haproxy.order("enable server app/w9");
    let (_, told) = found();
    let words = told[0]["what"].as_str().expect("words");
    assert!(words.ends_with("`w9` of `app` is not in the file and takes requests"), "{words}");
}

/// Goal: a comment in the file allows what is meant, and is used. Method: one above the server.
#[test]
fn a_comment_allows_it() {
    let haproxy = Haproxy::start();
    haproxy.order("set weight app/w2 100");
    let path = haproxy.path().join(FILE);
    let text = std::fs::read_to_string(&path).expect("the file");
    let comment = "  # evenkeel: allow EKW203 until 2099-01-31 -- w2 is tried out\n  server w2";
    std::fs::write(&path, text.replace("  server w2", comment)).expect("a file");
    let args = ["audit", FILE, "--running", "./haproxy.sock", "--format", "json"];
    let told = evenkeel(haproxy.path(), &args);
    assert_eq!(told.status.code(), Some(0));
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).expect("JSON");
    assert_eq!(told["suppressed"][0]["rule"], "EKW203", "{told:#}");
    let unasked = evenkeel(haproxy.path(), &["audit", FILE, "--fail-level", "warning"]);
    let unasked = String::from_utf8_lossy(&unasked.stdout).into_owned();
    assert!(!unasked.contains("EKS901"), "nobody was asked, and it is not unused: {unasked}");
}
