//! One HAProxy for all cases of a test: a backend each, and a header that names it.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;

use foreign::pick::{Change, Server};

use crate::case::Case;
use crate::folder::Folder;
use crate::process::{Process, free_address};

pub(super) struct Haproxy {
    pub(super) address: SocketAddr,
    folder: Folder,
    _process: Process,
}

impl Haproxy {
    pub(super) fn start(cases: &[Case]) -> Haproxy {
        let (folder, address) = (Folder::new(), free_address());
        let text = configuration(cases, address, &folder.path("admin"));
        let file = folder.write("haproxy.cfg", &text);
        let mut command = Command::new("haproxy");
        let process = Process::start(command.args(["-db", "-f"]).arg(file), address);
        Haproxy { address, folder, _process: process }
    }

    /// Runs all cases, and brings their changes about.
    pub(super) fn check(cases: Vec<Case>) {
        let haproxy = Haproxy::start(&cases);
        for case in cases {
            case.run(haproxy.address, &|name, server, change| haproxy.change(name, server, change));
        }
    }

    fn change(&self, case: &str, server: usize, change: Change) {
        let order = match change {
            Change::Up => format!("set server {case}/s{server} state ready\n"),
            Change::Down => format!("set server {case}/s{server} state maint\n"),
            Change::Weight(weight) => format!("set server {case}/s{server} weight {weight}\n"),
        };
        let mut socket = UnixStream::connect(self.folder.path("admin")).expect("its socket");
        socket.write_all(order.as_bytes()).expect("its socket");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("its answer");
        assert_eq!(answer.trim(), "", "{order}");
    }
}

fn configuration(cases: &[Case], address: SocketAddr, admin: &Path) -> String {
    let admin = admin.display();
    let mut text = format!(
        "global\n nbthread 1\n stats socket {admin} level admin\n\
         defaults\n mode http\n timeout connect 9s\n timeout client 60s\n timeout server 60s\n \
         timeout queue 9s\n http-reuse always\n retries 0\n option http-no-delay\n\
         frontend all\n bind {address}\n \
         http-request set-src hdr(x-src) if {{ hdr(x-src) -m found }}\n \
         use_backend %[hdr(x-case)]\n"
    );
    for case in cases {
        text.push_str(&format!("backend {}\n", case.name));
        for line in &case.lines {
            text.push_str(&format!(" {line}\n"));
        }
        for server in &case.servers {
            text.push_str(&format!(" {}\n", server_line(server)));
        }
    }
    text
}

pub(super) fn server_line(server: &Server) -> String {
    let Server { name, address, id, weight, .. } = server;
    let mut line = format!("server {name} {address} id {id} weight {weight}");
    if server.backup {
        line.push_str(" backup");
    }
    if !server.up {
        line.push_str(" disabled");
    }
    if server.in_flight_max > 0 {
        line.push_str(&format!(" maxconn {}", server.in_flight_max));
    }
    if let Some(cookie) = &server.cookie {
        line.push_str(&format!(" cookie {cookie}"));
    }
    line
}
