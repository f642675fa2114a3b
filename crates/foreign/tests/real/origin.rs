//! Servers that answer with their own number, at once or when they are told.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Condvar, Mutex, OnceLock};
use std::thread;

/// Servers of all tests together.
pub(crate) const COUNT: usize = 50;
/// A request with this header is answered up to its last byte, which waits for a word.
const HOLD: &str = "x-hold: ";

/// Says which answers may end.
#[derive(Default)]
pub(crate) struct Gate {
    open: Mutex<HashSet<u64>>,
    changed: Condvar,
}

impl Gate {
    pub(crate) fn release(&self, ticket: u64) {
        self.open.lock().expect("the gate").insert(ticket);
        self.changed.notify_all();
    }

    fn wait(&self, ticket: u64) {
        let mut open = self.open.lock().expect("the gate");
        while !open.remove(&ticket) {
            open = self.changed.wait(open).expect("the gate");
        }
    }
}

pub(crate) struct Origins {
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) gate: Gate,
}

/// They run until the tests end.
pub(crate) fn origins() -> &'static Origins {
    static ORIGINS: OnceLock<Origins> = OnceLock::new();
    ORIGINS.get_or_init(|| {
        let listen = |number| {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
            let address = listener.local_addr().expect("its address");
            thread::spawn(move || accept(&listener, number));
            address
        };
        Origins { addresses: (0..COUNT).map(listen).collect(), gate: Gate::default() }
    })
}

fn accept(listener: &TcpListener, number: usize) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else { return };
        thread::spawn(move || serve(stream, number));
    }
}

/// Until the other side closes.
fn serve(stream: TcpStream, number: usize) {
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{number:02}.");
    let (but_one, last) = answer.split_at(answer.len() - 1);
    let _ = stream.set_nodelay(true);
    let Ok(mut writer) = stream.try_clone() else { return };
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while let Some(ticket) = read_head(&mut reader, &mut line) {
        let sent = match ticket {
            None => writer.write_all(answer.as_bytes()),
            Some(ticket) => {
                let begun = writer.write_all(but_one.as_bytes());
                origins().gate.wait(ticket);
                begun.and_then(|()| writer.write_all(last.as_bytes()))
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Whether the answer waits, and for which ticket; nothing when the connection is over.
fn read_head(reader: &mut impl BufRead, line: &mut Vec<u8>) -> Option<Option<u64>> {
    let mut ticket = None;
    loop {
        line.clear();
        if reader.read_until(b'\n', line).ok()? == 0 {
            return None;
        }
        // What comes before a cookie of RDP is no text.
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end();
        if text.is_empty() {
            return Some(ticket);
        }
        if text.get(..HOLD.len()).is_some_and(|name| name.eq_ignore_ascii_case(HOLD)) {
            ticket = text[HOLD.len()..].parse().ok();
        }
    }
}

pub(crate) fn held(ticket: u64) -> (String, String) {
    ("x-hold".to_owned(), ticket.to_string())
}
