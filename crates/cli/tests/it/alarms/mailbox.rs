//! A mail server (RFC 5321, as much as one message needs) that keeps what it takes.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A message that was taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Mail {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    lines: Vec<String>,
}

/// A listening mail server.
#[derive(Clone)]
pub(super) struct Mailbox {
    pub(super) address: SocketAddr,
    down: Arc<AtomicBool>,
    got: Arc<Mutex<Vec<Mail>>>,
}

impl Mailbox {
    pub(super) fn start() -> Mailbox {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let mailbox = Mailbox { address, down: Arc::default(), got: Arc::default() };
        let own = mailbox.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if !own.down.load(Ordering::SeqCst) {
                    let own = own.clone();
                    // A client that breaks off is no failure of the test.
                    std::thread::spawn(move || drop(own.serve(stream)));
                }
            }
        });
        mailbox
    }

    /// Out of order, or in order again.
    pub(super) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// All messages so far.
    pub(super) fn got(&self) -> Vec<Mail> {
        self.got.lock().expect("record").clone()
    }

    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        let mut mail = Mail::default();
        let mut in_data = false;
        reader.get_mut().write_all(b"220 mailbox ready\r\n")?;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end_matches("\r\n");
            if in_data && line != "." {
                // A leading dot is doubled on its way (section 4.5.2).
                mail.lines.push(line.strip_prefix('.').unwrap_or(line).to_owned());
                continue;
            }
            let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let answer = match word.as_str() {
                _ if in_data => {
                    self.got.lock().expect("record").push(std::mem::take(&mut mail));
                    "250 taken"
                }
                "EHLO" | "HELO" | "NOOP" => "250 mailbox",
                "RSET" => {
                    mail = Mail::default();
                    "250 forgotten"
                }
                "MAIL" => {
                    mail.from = address();
                    "250 go on"
                }
                "RCPT" => {
                    mail.to.push(address());
                    "250 go on"
                }
                "DATA" => "354 until a dot",
                "QUIT" => "221 bye",
                _ => "500 what?",
            };
            in_data = word == "DATA" && !in_data;
            reader.get_mut().write_all(format!("{answer}\r\n").as_bytes())?;
        }
    }
}

impl Mail {
    /// A field of the head, its lines put together.
    pub(super) fn field(&self, name: &str) -> String {
        let mut lines = self.lines.iter().take_while(|line| !line.is_empty());
        let start = format!("{name}: ");
        let first = lines.find_map(|line| line.strip_prefix(&start)).unwrap_or_default();
        let more = lines.take_while(|line| line.starts_with(' '));
        first.to_owned() + &more.map(String::as_str).collect::<String>()
    }

    /// The subject as it is shown.
    pub(super) fn subject(&self) -> String {
        let words = self.field("Subject");
        let words = words.split(' ').filter_map(|word| word.strip_prefix("=?utf-8?B?"));
        decoded(words.map(|word| word.trim_end_matches("?=")))
    }

    /// The text as it is shown.
    pub(super) fn text(&self) -> String {
        let body = self.lines.iter().skip_while(|line| !line.is_empty()).skip(1);
        decoded(body.map(String::as_str))
    }
}

/// A line may end within a letter.
fn decoded<'t>(lines: impl Iterator<Item = &'t str>) -> String {
    let bytes: Vec<u8> = lines.flat_map(|line| STANDARD.decode(line).expect("base64")).collect();
    String::from_utf8(bytes).expect("UTF-8")
}
