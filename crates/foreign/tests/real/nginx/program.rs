//! One nginx for all cases of a test: an upstream each, and a header that names it.

use std::net::SocketAddr;
use std::process::Command;

use foreign::pick::Server;

use crate::case::Case;
use crate::folder::Folder;
use crate::process::{Process, free_address};

pub(super) struct Nginx {
    pub(super) address: SocketAddr,
    _folder: Folder,
    _process: Process,
}

impl Nginx {
    pub(super) fn start(cases: &[Case]) -> Nginx {
        let (folder, address) = (Folder::new(), free_address());
        let file = folder.write("nginx.conf", &configuration(cases, address, &folder));
        let mut command = Command::new("nginx");
        let process = Process::start(command.arg("-c").arg(file), address);
        Nginx { address, _folder: folder, _process: process }
    }

    pub(super) fn check(cases: Vec<Case>) {
        let nginx = Nginx::start(&cases);
        for case in cases {
            case.run(nginx.address, &|_, _, _| panic!("nginx takes no changes"));
        }
    }
}

/// nginx knows a server by the word that names it; the backups of some methods are refused.
pub(super) fn named(servers: &mut [Server]) {
    for server in servers {
        server.name = server.address.clone();
    }
}

/// Sends what is meant for a server to where nobody listens.
pub(super) fn kill(server: &mut Server) {
    server.address = free_address().to_string();
    server.name = server.address.clone();
}

fn configuration(cases: &[Case], address: SocketAddr, folder: &Folder) -> String {
    let at = |name: &str| folder.path(name).display().to_string();
    let mut text = format!(
        "daemon off; master_process off; worker_processes 1; pid {}; error_log stderr alert;\n\
         events {{ worker_connections 4096; }}\n\
         http {{ access_log off; keepalive_requests 1000000; keepalive_timeout 60s;\n",
        at("pid")
    );
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        text.push_str(&format!("{kind}_temp_path {};\n", at(kind)));
    }
    for case in cases {
        text.push_str(&format!("upstream {} {{\n", case.name));
        for line in &case.lines {
            text.push_str(&format!(" {line};\n"));
        }
        for server in &case.servers {
            text.push_str(&server_line(server));
        }
        text.push_str(" keepalive 16; keepalive_requests 1000000;\n}\n");
    }
    text.push_str(&format!(
        "server {{ listen {address} backlog=4096; set_real_ip_from 127.0.0.0/8; \
         real_ip_header x-src; location / {{ proxy_pass http://$http_x_case; \
         proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_buffering off; \
         proxy_set_header x-hold $http_x_hold; }} }}\n}}\n"
    ));
    text
}

fn server_line(server: &Server) -> String {
    let Server { name, weight, failures_max, failure_s, .. } = server;
    let mut line = format!(" server {name} weight={weight} max_fails={failures_max}");
    line.push_str(&format!(" fail_timeout={failure_s}s"));
    if server.in_flight_max > 0 {
        line.push_str(&format!(" max_conns={}", server.in_flight_max));
    }
    if server.backup {
        line.push_str(" backup");
    }
    if !server.up {
        line.push_str(" down");
    }
    line.push_str(";\n");
    line
}
