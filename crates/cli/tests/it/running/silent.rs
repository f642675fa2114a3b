//! Balancers that cannot be asked: that is no clean audit.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::{Folder, evenkeel, free_address};

const FILE: &str = "backend app\n  mode http\n  server a 10.0.0.1:80\n";

fn check(folder: &Path, source: &str, told: &[&str]) {
    let output = evenkeel(folder, &["audit", "haproxy.cfg", "--running", source]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{source}: {error}");
    assert!(output.stdout.is_empty(), "{source}");
    assert_eq!(error.lines().count(), 1, "{error}");
    for part in told {
        assert!(error.contains(part), "{part}: {error}");
    }
}

/// Goal: who cannot be asked is named, with the reason, and nothing waits for ever. Method: a
/// socket that is not there, nobody's port, one that speaks something else, and ones that never
/// answer.
#[test]
fn who_does_not_answer_is_told() {
    let folder = Folder::new();
    let path = folder.path();
    std::fs::write(path.join("haproxy.cfg"), FILE).expect("a file");
    let socket = path.join("none.sock").display().to_string();
    let named = format!("HAProxy at {socket} cannot be asked: ");
    check(path, &format!("unix:{socket}"), &[&named, "No such file"]);
    check(path, &free_address().to_string(), &["cannot be asked", "refused"]);
    check(path, &format!("http://{}", free_address()), &["cannot be asked", "refused"]);

    let talks = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = talks.local_addr().expect("its address").to_string();
    std::thread::spawn(move || {
        for stream in talks.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = stream.read(&mut [0; 64]);
            let _ = stream.write_all(b"220 mail.example ESMTP\r\n");
        }
    });
    check(path, &address, &["line 1 of the answer", "`220 mail.example ESMTP`"]);

    let began = Instant::now();
    let _silent = UnixListener::bind(path.join("silent.sock")).expect("a socket");
    check(path, "./silent.sock", &["no answer within 5 s"]);
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("its address");
    check(path, &format!("http://{address}"), &["no answer within 5 s"]);
    assert!(began.elapsed() < Duration::from_secs(60), "it waited for ever");
}

/// Goal: what can never be asked is refused at once. Method: words that are no source, a socket
/// for a product that has none, and options that do not go with it.
#[test]
fn what_is_no_source_is_refused() {
    let folder = Folder::new();
    let path = folder.path();
    std::fs::write(path.join("haproxy.cfg"), FILE).expect("a file");
    std::fs::write(path.join("envoy.yaml"), "static_resources:\n  clusters: []\n").expect("a file");
    for (args, told) in [
        (&["haproxy.cfg", "--running", "there"][..], "write a socket's path"),
        (&["haproxy.cfg", "--running", "https://a:1"][..], "without TLS"),
        (&["envoy.yaml", "--running", "/run/envoy.sock"][..], "it is asked by HTTP"),
        (&["haproxy.cfg", "--fix", "--running", "/run/a"][..], "--fix"),
    ] {
        let output = evenkeel(path, &[&["audit"], args].concat());
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(told), "{told}: {error}");
    }
}
