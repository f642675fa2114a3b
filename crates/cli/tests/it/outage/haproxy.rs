//! A real HAProxy before five servers, and its socket.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

use crate::support::{Folder, free_address, until};

pub(super) const SERVERS: usize = 5;
/// What the script of that day set.
pub(super) const SCRIPT: [u32; SERVERS] = [100, 100, 17, 17, 17];
pub(super) const EQUAL: [u32; SERVERS] = [100; SERVERS];

/// What a session keeps its server by.
#[derive(Clone, Copy, Debug)]
pub(super) enum Keeps {
    /// A cookie of the balancer.
    Cookie,
    /// The client's address: the setting of that day, which was wrong.
    Address,
}

pub(super) struct Haproxy {
    pub(super) address: SocketAddr,
    folder: Folder,
    child: Child,
}

impl Haproxy {
    pub(super) fn start(keeps: Keeps, weights: [u32; SERVERS]) -> Haproxy {
        let (folder, address) = (Folder::new(), free_address());
        let servers: Vec<SocketAddr> = (0..SERVERS).map(|_| free_address()).collect();
        let site = folder.path().join("site.cfg");
        std::fs::write(
            &site,
            whole(&backend(keeps, weights, &servers), &folder, address, &servers),
        )
        .expect("a file");
        let mut command = Command::new("haproxy");
        command.args(["-db", "-f"]).arg(&site).stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().expect("HAProxy: `cargo xtask test` installs what tests need");
        let haproxy = Haproxy { address, folder, child };
        until("HAProxy listens", || TcpStream::connect(address).is_ok());
        haproxy
    }

    pub(super) fn weigh(&self, weights: [u32; SERVERS]) {
        for (place, weight) in weights.iter().enumerate() {
            self.order(&format!("set server app/w{} weight {weight}", place + 1));
        }
    }

    /// HAProxy must have nothing to say to it.
    pub(super) fn order(&self, order: &str) {
        let mut socket = UnixStream::connect(self.folder.path().join("admin")).expect("its socket");
        socket.write_all(format!("{order}\n").as_bytes()).expect("its socket");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("its answer");
        assert_eq!(answer.trim(), "", "{order}");
    }
}

impl Drop for Haproxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The site as a file says it.
pub(super) fn file(keeps: Keeps, weights: [u32; SERVERS]) -> String {
    let servers: Vec<SocketAddr> =
        (1..=SERVERS as u16).map(|place| SocketAddr::from(([10, 0, 0, 1], 8000 + place))).collect();
    format!(
        "defaults\n    mode http\n    timeout connect 5s\n    timeout client 60s\n    \
         timeout server 60s\n    timeout queue 5s\nfrontend www\n    bind :80\n    \
         default_backend app\n{}",
        backend(keeps, weights, &servers)
    )
}

/// The backend of the site.
fn backend(keeps: Keeps, weights: [u32; SERVERS], servers: &[SocketAddr]) -> String {
    let persistence = match keeps {
        Keeps::Cookie => "cookie SRV insert indirect nocache",
        Keeps::Address => "stick-table type ip size 100k expire 8h\n    stick on src",
    };
    let mut text = format!("backend app\n    balance roundrobin\n    {persistence}\n");
    for (place, (address, weight)) in servers.iter().zip(weights).enumerate() {
        let name = format!("w{}", place + 1);
        text += &format!("    server {name} {address} weight {weight} cookie {name}\n");
    }
    text
}

/// A whole file: clients say who they are, servers answer with their numbers.
fn whole(backend: &str, folder: &Folder, www: SocketAddr, servers: &[SocketAddr]) -> String {
    let admin = folder.path().join("admin");
    let mut text = format!(
        "global\n    nbthread 1\n    stats socket {} level admin\n\
         defaults\n    mode http\n    timeout connect 5s\n    timeout client 60s\n    \
         timeout server 60s\n    http-reuse always\n\
         frontend www\n    bind {www} accept-proxy\n    capture cookie uid len 32\n    \
         default_backend app\n",
        admin.display(),
    );
    for (place, address) in servers.iter().enumerate() {
        let number = place + 1;
        text += &format!(
            "frontend s{number}\n    bind {address}\n    \
             http-request return status 200 hdr x-server {number}\n"
        );
    }
    text + backend
}
