//! nginx on the drill floor. It has no cookies and asks no server for its health.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::process::Command;

use rustix::process::{Pid, Signal};

use super::keeping::{Key, USER_COOKIE};
use super::program::{Program, tell};
use super::setting::Setting;
use super::site::Site;
use crate::error::Error;

const FILE: &str = "nginx.conf";
/// Answered without a server.
const READY: &str = "/ready-without-a-server";

pub(super) struct Nginx;

impl Program for Nginx {
    fn write(&self, site: &Site<'_>) -> Result<(), Error> {
        site.write(FILE, &config(site))
    }

    fn serve(&self, site: &Site<'_>) -> Result<Command, Error> {
        let mut command = Command::new("nginx");
        command.arg("-p").arg(site.folder).arg("-c").arg(site.path(FILE));
        // The log that it opens before it has read where to log.
        command.args(["-e", "stderr"]);
        Ok(command)
    }

    fn check(&self, site: &Site<'_>) -> Result<Command, Error> {
        let mut command = self.serve(site)?;
        command.arg("-t");
        Ok(command)
    }

    fn hint(&self) -> &'static str {
        "install it (`apt-get install nginx`), or drill another"
    }

    /// It answers by itself, so that no server's turn is used up.
    fn ready(&self, site: &Site<'_>) -> (SocketAddr, &'static str) {
        (site.listen, READY)
    }

    fn reload(&self, site: &Site<'_>, process: Pid) -> Result<(), Error> {
        self.write(site)?;
        tell(process, Signal::HUP)
    }
}

fn config(site: &Site<'_>) -> String {
    let folder = site.folder.display();
    format!(
        "daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log stderr error;\n\
         events {{ worker_connections 9000; }}\n\
         http {{\n  access_log off;\n  client_body_temp_path {folder}/body;\n  \
         proxy_temp_path {folder}/proxy;\n  fastcgi_temp_path {folder}/fastcgi;\n  \
         uwsgi_temp_path {folder}/uwsgi;\n  scgi_temp_path {folder}/scgi;\n  \
         upstream drill {{\n{}{}    keepalive 512;\n  }}\n  \
         server {{\n    listen {} backlog=4096;\n    \
         location = {READY} {{ return 200; }}\n    location / {{\n      \
         proxy_pass http://drill;\n      proxy_http_version 1.1;\n      \
         proxy_set_header Connection \"\";\n{}    }}\n  }}\n}}\n",
        balance(site),
        servers(site),
        site.listen,
        retries(site),
    )
}

/// How a server is chosen; a hash is all it has to keep users with one.
fn balance(site: &Site<'_>) -> String {
    match (site.setting, site.key()) {
        (Setting::Random2, _) => "    random two least_conn;\n".to_owned(),
        (Setting::Default, None) => String::new(),
        (Setting::Default, Some(_)) => "    ip_hash;\n".to_owned(),
        (_, Some(Key::Cookie)) => format!("    hash $cookie_{USER_COOKIE} consistent;\n"),
        (_, Some(Key::Address)) => "    hash $remote_addr consistent;\n".to_owned(),
        (_, None) => "    least_conn;\n".to_owned(),
    }
}

fn servers(site: &Site<'_>) -> String {
    let fails = match site.setting {
        Setting::Default => "",
        // An attempt that timed out was long in vain: one is enough.
        Setting::Timeout => " max_fails=1 fail_timeout=10s",
        _ => " max_fails=5",
    };
    let mut text = String::new();
    for (_, address, weight) in site.endpoints() {
        let weight = (weight * 10.0).round().max(1.0);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    server {address} weight={weight}{fails};");
    }
    text
}

fn retries(site: &Site<'_>) -> String {
    if !site.is_careful() {
        return String::new();
    }
    let timeout = match site.setting {
        Setting::Timeout => {
            format!("      proxy_read_timeout {}ms;\n", site.attempt_timeout().as_millis())
        }
        _ => String::new(),
    };
    format!("{timeout}      proxy_next_upstream error timeout http_502 http_503 http_504;\n")
}
