//! The client against the real admin listener, and against what else may be at its address.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use super::*;

struct Fixed(Result<String, String>);

impl console::Source for Fixed {
    fn status(&self) -> Status {
        Status { version: "9.9".to_owned(), workers: 3, ..Status::default() }
    }

    fn reload(&self, _: &str) -> Result<String, String> {
        self.0.clone()
    }
}

fn admin(address: impl fmt::Display) -> Admin {
    Admin { address: address.to_string() }
}

/// A real listener; it ends with the process of the test.
fn listening(reload: Result<String, String>) -> Admin {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            console::serve(listener, Arc::new(Fixed(reload)), std::future::pending()).await
        })
    });
    admin(address)
}

/// Something else: answers one request with `answer`.
fn answering(answer: &'static str) -> Admin {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
            head.push(byte[0]);
        }
        stream.write_all(answer.as_bytes()).unwrap();
    });
    admin(address)
}

// Goal: client and listener speak the same. Method: all three outcomes, over a socket.
#[test]
fn client_and_listener_agree() {
    let running = listening(Ok("2 pools".to_owned()));
    let status = running.status().unwrap();
    assert_eq!((status.version.as_str(), status.workers), ("9.9", 3));
    assert_eq!(running.reload("ada").unwrap(), Ok("2 pools".to_owned()));
    let broken = listening(Err("line 3\nline 4".to_owned()));
    assert_eq!(broken.reload("ada").unwrap(), Err("line 3\nline 4".to_owned()));
}

// Goal: an address is taken as people write it. Method: the forms they use.
#[test]
fn addresses_as_written() {
    let check = |text: &str, expected: &str| {
        assert_eq!(admin(address(text).unwrap()).url("status"), expected);
    };
    check("127.0.0.1:9900", "http://127.0.0.1:9900/v1/status");
    check("[::1]:9900", "http://[::1]:9900/v1/status");
    check("http://lb1:9900/", "http://lb1:9900/v1/status");
}

// Goal: what is no address says what would be. Method: the mistakes people make.
#[test]
fn addresses_mistaken() {
    let check = |text: &str, hint: &str| {
        let said = address(text).unwrap_err();
        assert!(said.contains(hint), "{text}: {said}");
    };
    check("19900", "did you mean 127.0.0.1:19900?");
    check("lb1", "did you mean lb1:9900?");
    check("https://lb1:9900", "without TLS");
    check("lb1:0", "`0` is not a port");
    check("lb1:99999", "`99999` is not a port");
    check("lb1:9900/v1/status", "`9900/v1/status` is not a port");
    check(":9900", "`` is not a host");
    check("::1:9900", "`::1` is not a host");
    check("ftp://lb1:9900", "`ftp://lb1` is not a host");
    check("", "the port is missing");
}

// Goal: a listener that says nothing is told from none. Method: one that never accepts.
#[test]
fn silence_is_not_absence() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let text = admin(silent.local_addr().unwrap()).status().unwrap_err().to_string();
    assert!(text.contains("does not answer") && !text.contains("global"), "{text}");
}

// Goal: nobody there is said with what to do. Method: a port just given back.
#[test]
fn nobody_listens() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let text = admin(address).status().unwrap_err().to_string();
    let start = format!("the admin listener at {address} cannot be reached\n  detail: ");
    assert!(text.starts_with(&start), "{text}");
    assert!(text.contains("refused"), "{text}");
    assert!(text.contains("\n  hint: is `evenkeel serve` running?"), "{text}");
}

// Goal: a stranger is told from a listener. Method: a web server, and JSON of another program.
#[test]
fn strangers_answer() {
    let check = |answer: &'static str, detail: &str| {
        let text = answering(answer).status().unwrap_err().to_string();
        assert!(text.contains("does not answer like an admin listener"), "{text}");
        assert!(text.contains(detail), "{text}");
    };
    check("HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\n<p>\n", "it answered 404: <p>");
    check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "its status cannot be read: missing");
    check("HTTP/1.1 302 X\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", "it answered 302");
    let failure = answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").reload("ada");
    assert!(failure.unwrap_err().to_string().contains("it answered 200: {}"));
}
