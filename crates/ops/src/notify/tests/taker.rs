//! A receiver on a real socket, that answers as it is told and remembers what it got.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// A test that waits for longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

/// A receiver on a real socket.
pub(crate) struct Taker {
    pub(crate) port: u16,
    got: Receiver<Got>,
    /// Statuses of the next answers; 0 closes without one. Then 200.
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Taker {
    pub(crate) fn new() -> Taker {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (give, got) = channel();
        let answers = Arc::new(Mutex::new(VecDeque::new()));
        let answered = Arc::clone(&answers);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answered, give) = (Arc::clone(&answered), give.clone());
                thread::spawn(move || serve(stream, &answered, &give));
            }
        });
        Taker { port, got, answers }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/take", self.port)
    }

    /// Answers the next requests with these statuses; 0: not at all.
    pub(crate) fn answer(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    /// Takes all from now on.
    pub(crate) fn answer_no_more(&self) {
        self.answers.lock().unwrap().clear();
    }

    /// The next request that was taken with a status below 300.
    #[track_caller]
    pub(crate) fn next(&self) -> Got {
        self.got.recv_timeout(PATIENCE).expect("nothing came")
    }

    /// All that was taken and not yet looked at.
    pub(crate) fn rest(&self) -> Vec<Got> {
        self.got.try_iter().collect()
    }
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Serves one connection until it is closed.
fn serve(stream: TcpStream, answers: &Mutex<VecDeque<u16>>, give: &Sender<Got>) {
    let mut reader = BufReader::new(stream);
    while let Some(got) = read(&mut reader) {
        let status = answers.lock().unwrap().pop_front().unwrap_or(200);
        // First what was got, then the answer: who has the answer may look.
        if status == 0 || (status < 300 && give.send(got).is_err()) {
            return;
        }
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 2\r\n\r\nok");
        if reader.get_mut().write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Got> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok().filter(|length| *length > 0)?;
        match header.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
            None => break,
        }
    }
    let got = Got { line: line.trim_end().to_owned(), headers, body: Value::Null };
    let length: usize = got.header("content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Got { body: serde_json::from_slice(&body).ok()?, ..got })
}
