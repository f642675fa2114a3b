//! Files that are mended.

use std::path::Path;
use std::process::{Command, Output};

use super::files::{folder, told};
use crate::support::{Folder, evenkeel};

const FILE: &str = "\
global
  maxconn 1000
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout queue 5s
frontend web
  bind 127.0.0.1:8123
  default_backend portal
backend portal
  option httpchk GET /health
  option persist
  cookie \"SRV\" insert indirect maxidle 30m maxlife 8h  # of the portal
  server web1 10.0.0.1:80 check maxconn 100 cookie a
  server web2 10.0.0.2:80 check maxconn 100 cookie b
";

const DIFF: &str = "\
--- haproxy.cfg
+++ haproxy.cfg
@@ -12,6 +12,7 @@
 backend portal
   option httpchk GET /health
   option persist
-  cookie \"SRV\" insert indirect maxidle 30m maxlife 8h  # of the portal
+  option redispatch
+  cookie \"SRV\" insert indirect maxidle 30m maxlife 8h nocache  # of the portal
   server web1 10.0.0.1:80 check maxconn 100 cookie a
   server web2 10.0.0.2:80 check maxconn 100 cookie b
";

fn fix(folder: &Path, more: &[&str]) -> Output {
    evenkeel(folder, &[&["audit", "haproxy.cfg", "--fix"], more].concat())
}

fn text(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("haproxy.cfg")).expect("the configuration")
}

/// What HAProxy itself thinks of the file.
fn accepted(folder: &Path) -> bool {
    let mut program = Command::new("haproxy");
    program.args(["-c", "-f", "haproxy.cfg"]).current_dir(folder);
    program.output().expect("HAProxy is installed").status.success()
}

/// Goal: what an exact change mends is mended, is shown, and the file is a configuration of
/// HAProxy's as before. Method: two errors, shown, then mended, then nothing to mend; HAProxy
/// itself.
#[test]
fn a_file_is_mended_and_the_change_is_shown() {
    let folder = folder(FILE);
    assert!(accepted(folder.path()), "before");
    let shown = fix(folder.path(), &["--dry-run"]);
    assert_eq!((shown.status.code(), told(&shown).as_str()), (Some(1), DIFF));
    assert_eq!(text(folder.path()), FILE, "nothing was written");
    let done = fix(folder.path(), &[]);
    let error = String::from_utf8_lossy(&done.stderr);
    assert_eq!((done.status.code(), told(&done).as_str()), (Some(0), DIFF), "{error}");
    for part in ["mended haproxy.cfg:14: EKP106 ", "mended haproxy.cfg:15: EKP107 "] {
        assert!(error.contains(part), "{part}:\n{error}");
    }
    let expected = FILE
        .replace("option persist\n", "option persist\n  option redispatch\n")
        .replace("8h  #", "8h nocache  #");
    assert_eq!(text(folder.path()), expected);
    assert!(accepted(folder.path()), "after");
    let again = fix(folder.path(), &[]);
    assert_eq!((again.status.code(), told(&again).as_str()), (Some(0), ""));
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "no draft is left");
}

/// Goal: `patch` makes of the diff what `--fix` makes.
#[test]
fn the_diff_is_one_that_patch_takes() {
    let folder = folder(FILE);
    let script = "\"$0\" audit haproxy.cfg --fix --dry-run | patch -p0";
    let patched = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_evenkeel")])
        .current_dir(folder.path())
        .output()
        .expect("sh runs");
    let error = String::from_utf8_lossy(&patched.stderr);
    assert!(patched.status.success(), "{error}");
    let by_patch = text(folder.path());
    std::fs::write(folder.path().join("haproxy.cfg"), FILE).expect("the configuration");
    assert_eq!(fix(folder.path(), &[]).status.code(), Some(0));
    assert_eq!(by_patch, text(folder.path()));
}

/// Goal: what cannot be mended safely stays as it is. Method: a file that HAProxy refuses, one that
/// is not UTF-8, another form beside.
#[test]
fn what_is_doubtful_is_not_touched() {
    let check = |bytes: &[u8], part: &str| {
        let folder = Folder::new();
        std::fs::write(folder.path().join("haproxy.cfg"), bytes).expect("the configuration");
        let output = fix(folder.path(), &[]);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(part) && told(&output).is_empty(), "{part}:\n{error}");
        let now = std::fs::read(folder.path().join("haproxy.cfg")).expect("the configuration");
        assert_eq!(now, bytes);
    };
    check(FILE.replace("connect 5s", "connect soon").as_bytes(), "mend that first");
    let latin = [b"# caf\xe9\n".as_slice(), FILE.as_bytes()].concat();
    check(&latin, "haproxy.cfg is not what was read");
    let folder = folder(FILE);
    assert_eq!(fix(folder.path(), &["--format", "json"]).status.code(), Some(2));
    let alone = evenkeel(folder.path(), &["audit", "haproxy.cfg", "--dry-run"]);
    assert_eq!(alone.status.code(), Some(2));
}

/// Goal: what stands in another file is mended there. Method: an upstream of nginx's that is
/// included, and nginx itself before and after.
#[test]
fn included_files_are_mended() {
    let folder = Folder::new();
    let main = "events {}\npid nginx.pid;\nerror_log stderr;\nhttp {\n  include up/*.conf;\n}\n";
    let upstream = "upstream portal {\n  keepalive 32; # for all\n  least_conn;\n  server \
                    10.0.0.1;\n  server 10.0.0.2;\n}\n";
    std::fs::create_dir(folder.path().join("up")).expect("a folder");
    let path = folder.path().join("up/portal.conf");
    std::fs::write(folder.path().join("nginx.conf"), main).expect("a file");
    std::fs::write(&path, upstream).expect("a file");
    let nginx = || {
        let prefix = folder.path().display().to_string();
        let program =
            Command::new("nginx").args(["-t", "-p", &prefix, "-c", "nginx.conf"]).output();
        let output = program.expect("nginx is installed");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        said.contains("load balancing method redefined")
    };
    assert!(nginx(), "it warns");
    let output = evenkeel(folder.path(), &["audit", "nginx.conf", "--fix"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("EKA307 put `keepalive` behind the method"), "{error}");
    let now = std::fs::read_to_string(&path).expect("the file");
    assert!(now.find("least_conn") < now.find("keepalive"), "{now}");
    assert!(!nginx(), "it no longer warns:\n{now}");
    assert_eq!(std::fs::read_to_string(folder.path().join("nginx.conf")).expect("a file"), main);
}
