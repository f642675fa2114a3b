//! nginx: the open source one has nothing to say, and NGINX Plus, whose API is played here.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use super::process::{Process, found};
use crate::support::{Folder, evenkeel, free_address, until};

const UPSTREAM: &str = "upstream app { zone app 64k; server 10.0.0.1 max_conns=9 weight=20; \
                        server 10.0.0.2 max_conns=9 weight=20; }";

fn folder(more: &str) -> Folder {
    let folder = Folder::new();
    let text = format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log error.log;\n\
         events {{}}\nhttp {{\n  access_log off;\n  \
         {UPSTREAM}\n{more}\n}}\n"
    );
    std::fs::write(folder.path().join("nginx.conf"), text).expect("a file");
    folder
}

/// Goal: nobody waits for what cannot be had. Method: a real nginx.
#[test]
fn the_open_source_nginx_cannot_tell() {
    let address = free_address();
    let folder = folder(&format!("  server {{ listen {address}; }}"));
    let place = folder.path().display().to_string();
    let args = ["-p", &place, "-c", "nginx.conf"];
    let _nginx = Process::start("nginx", &args, folder.path());
    until("nginx listens", || TcpStream::connect(address).is_ok());
    let output =
        evenkeel(folder.path(), &["audit", "nginx.conf", "--running", &address.to_string()]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("answers 404; the open source nginx tells nobody"), "{told}");
}

/// Goal: what the API of NGINX Plus documents is asked and read. Method: its answers, played.
#[test]
fn the_api_of_nginx_plus_is_read() {
    let folder = folder("");
    let address = api();
    for source in [format!("http://{address}"), format!("http://{address}/api/9")] {
        let (code, told) = found(folder.path(), &["nginx.conf", "--running", &source]);
        assert_eq!((code, told.len()), (Some(1), 1), "{told:#?}");
        let what = told[0]["what"].as_str().expect("words");
        assert!(what.starts_with("`10.0.0.2` of `app` runs with weight 60, and the file says 20"));
        assert!(what.ends_with("75.0 % of new sessions, not 50.0 %"), "{what}");
        let note = told[0]["notes"][0].as_str().expect("a note");
        assert!(note.ends_with(", version 1.25.5 (nginx-plus-r32)"), "{note}");
    }
}

/// Answers as the API does, until the test ends.
fn api() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.expect("a connection"));
        }
    });
    address
}

fn answer(mut stream: TcpStream) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let (code, body) = match head.split(' ').nth(1).unwrap_or_default() {
        "/api/" => (200, "[7,8,9]"),
        "/api/9/nginx" => (200, r#"{"version": "1.25.5", "build": "nginx-plus-r32"}"#),
        "/api/9/http/upstreams" => (
            200,
            r#"{"app": {"peers": [
                {"server": "10.0.0.1:80", "name": "10.0.0.1:80", "weight": 20, "state": "up"},
                {"server": "10.0.0.2:80", "name": "10.0.0.2:80", "weight": 60, "state": "up"}]}}"#,
        ),
        _ => (404, r#"{"error": {"status": 404}}"#),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {code} -\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}
