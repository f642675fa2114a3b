//! A mail server on a real socket, that takes messages or refuses them.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use config::{Email, MailTls, Receiver};
use ledger::alarm::Change;

use crate::notify::sample::{house, notice, parcel};
use crate::notify::{Failure, Http, deliver};

/// Takes so many connections one after the other; `verdict` answers recipients. Returns all lines
/// that it read.
fn server(connections: usize, verdict: fn(&str) -> &'static str) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = move || {
        let streams = listener.incoming().take(connections);
        streams.flat_map(|stream| talk(stream.unwrap(), verdict)).collect()
    };
    (port, thread::spawn(serve))
}

fn talk(stream: TcpStream, verdict: fn(&str) -> &'static str) -> Vec<String> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    let mut in_data = false;
    let mut answer = "220 test ready".to_owned();
    loop {
        if !answer.is_empty() {
            writeln!(reader.get_mut(), "{answer}\r").unwrap();
        }
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return lines;
        }
        let line = line.trim_end().to_owned();
        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        answer = match (in_data, word.as_str()) {
            (true, _) if line != "." => String::new(),
            (false, "RCPT") => verdict(&line).to_owned(),
            (false, "DATA") => "354 go on".to_owned(),
            (false, "QUIT") => "221 bye".to_owned(),
            _ => "250 fine".to_owned(),
        };
        in_data = (in_data && line != ".") || word == "DATA";
        lines.push(line);
    }
}

fn send(port: u16, tls: MailTls) -> Result<(), Failure> {
    let email = Email {
        to: vec!["ops@example.com".into(), "lead@example.com".into()],
        from: "evenkeel@example.com".into(),
        server: format!("127.0.0.1:{port}"),
        tls,
        username: None,
        password_file: None,
    };
    let receiver = Receiver { name: "mail".into(), email: Some(email), ..Receiver::default() };
    let (notice, house) = (notice(Change::Fired), house());
    deliver(&receiver, &parcel(&notice, &house), &Http::new())
}

#[test]
fn a_message_has_its_own_name_and_the_thread_of_its_alarm() {
    let (port, server) = server(1, |_| "250 fine");
    assert_eq!(send(port, MailTls::None), Ok(()));
    let lines = server.join().unwrap();
    let has = |start: &str| lines.iter().any(|line| line.starts_with(start));
    for start in [
        "RCPT TO:<ops@example.com>",
        "RCPT TO:<lead@example.com>",
        "Subject: =?utf-8?B?W3BhZ2Vd",
        "Date: 29 Feb 2024 12:36:26 +0000",
        "Message-ID: <evenkeel-0a1b2c3d-A-17-4@evenkeel.invalid>",
        "In-Reply-To: <evenkeel-0a1b2c3d-A-17@evenkeel.invalid>",
    ] {
        assert!(has(start), "{start} is not in {lines:#?}");
    }
}

#[test]
fn an_unknown_mailbox_is_for_good_and_a_full_one_is_not() {
    let (port, _server) = server(3, |_| "550 nobody here");
    assert!(matches!(send(port, MailTls::None), Err(Failure::Never(_))));
    let (port, _server) = server(1, |_| "452 full");
    assert!(matches!(send(port, MailTls::None), Err(Failure::Later(_))));
}

/// Goal: who has left keeps nobody else from hearing, and who heard does not hear twice. Method: a
/// server that knows one of two mailboxes.
#[test]
fn one_refused_recipient_is_one() {
    let knows = |line: &str| if line.contains("ops@") { "550 nobody here" } else { "250 fine" };
    let (port, server) = server(3, knows);
    assert_eq!(send(port, MailTls::None), Ok(()));
    let lines = server.join().unwrap();
    let sent: Vec<&String> = lines.iter().filter(|line| line.starts_with("Subject")).collect();
    assert_eq!(sent.len(), 1, "{lines:#?}");
}

#[test]
fn a_login_that_is_refused_may_be_taken_later() {
    let (port, _server) = server(3, |_| "530 who are you");
    assert!(matches!(send(port, MailTls::None), Err(Failure::Later(_))));
}

/// Goal: nothing is sent in the clear unless that is configured. Method: a server without TLS.
#[test]
fn a_server_without_tls_gets_nothing() {
    let (port, server) = server(1, |_| "250 fine");
    assert!(send(port, MailTls::Starttls).is_err());
    let lines = server.join().unwrap();
    assert!(lines.iter().all(|line| !line.starts_with("MAIL")), "{lines:?}");
}
