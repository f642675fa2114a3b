//! A file with an error in it, and the command that judges it.

use std::path::Path;
use std::process::Output;

use crate::support::{Folder, evenkeel};

/// Two servers that a cookie calls by one value.
pub(super) const TWICE: &str = "\
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout queue 5s
frontend web
  bind :80
  default_backend portal
backend portal
  option httpchk GET /health
  cookie SRV insert indirect nocache maxidle 30m maxlife 8h
  server web1 10.0.0.1:80 check maxconn 100 cookie a
  server web2 10.0.0.2:80 check maxconn 100 cookie a
";

pub(super) fn folder(text: &str) -> Folder {
    let folder = Folder::new();
    std::fs::write(folder.path().join("haproxy.cfg"), text).expect("the configuration");
    folder
}

pub(super) fn audit(folder: &Path, more: &[&str]) -> Output {
    evenkeel(folder, &[&["audit", "haproxy.cfg"], more].concat())
}

pub(super) fn told(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}
