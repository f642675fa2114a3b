//! An origin that records every byte it receives and answers by a script.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the script says of one request head.
pub(crate) enum Reply {
    /// These bytes, and the connection stays.
    Send(Vec<u8>),
    /// These bytes, then the connection closes.
    SendAndClose(Vec<u8>),
    /// The connection is handed to this function.
    Take(Box<dyn FnOnce(TcpStream) + Send>),
}

impl Reply {
    /// A 200 with this body.
    pub(crate) fn ok(body: &str) -> Reply {
        Reply::status(200, body)
    }

    /// Any status with this body.
    pub(crate) fn status(status: u16, body: &str) -> Reply {
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", body.len());
        Reply::Send((head + body).into_bytes())
    }
}

/// Answers a request, of which head and the body that `content-length` announces were read.
type Script = Arc<dyn Fn(&str) -> Reply + Send + Sync>;

/// A listening origin; closed when dropped.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<u8>>>,
    connections: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl Origin {
    /// Answers every request with 200 and its own name.
    pub(crate) fn named(name: &'static str) -> Origin {
        Origin::start(move |_| Reply::ok(name))
    }

    /// Answers by script; the script sees each request's text, head and body.
    pub(crate) fn start(script: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Origin {
        Origin::at(SocketAddr::from(([127, 0, 0, 1], 0)), script)
    }

    /// The same at this address.
    pub(crate) fn at(
        address: SocketAddr,
        script: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Origin {
        let listener = TcpListener::bind(address).expect("a free port");
        let origin = Origin {
            address: listener.local_addr().expect("its address"),
            received: Arc::default(),
            connections: Arc::default(),
            open: Arc::default(),
            stop: Arc::default(),
        };
        let script: Script = Arc::new(script);
        let (received, connections) =
            (Arc::clone(&origin.received), Arc::clone(&origin.connections));
        let (open, stop) = (Arc::clone(&origin.open), Arc::clone(&origin.stop));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                connections.fetch_add(1, Ordering::SeqCst);
                open.fetch_add(1, Ordering::SeqCst);
                let (script, received) = (Arc::clone(&script), Arc::clone(&received));
                let (open, stop) = (Arc::clone(&open), Arc::clone(&stop));
                std::thread::spawn(move || {
                    serve(stream, &script, &received, &stop);
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        origin
    }

    /// Everything received so far, all connections one after the other as bytes came.
    pub(crate) fn received(&self) -> String {
        String::from_utf8_lossy(&self.received.lock().expect("record")).into_owned()
    }

    /// Forgets what was received.
    pub(crate) fn forget(&self) {
        self.received.lock().expect("record").clear();
    }

    /// Connections accepted so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Connections open now.
    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the accepting thread so that it sees the flag.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, script: &Script, received: &Mutex<Vec<u8>>, stop: &AtomicBool) {
    let _ = stream.set_read_timeout(Some(Duration::from_millis(50)));
    let _ = stream.set_nodelay(true);
    let mut pending = Vec::new();
    loop {
        let whole = loop {
            if let Some(len) = request_len(&pending) {
                break len;
            }
            let mut bytes = [0; 16 * 1024];
            match stream.read(&mut bytes) {
                Ok(0) => return,
                Ok(count) => {
                    received.lock().expect("record").extend_from_slice(&bytes[..count]);
                    pending.extend_from_slice(&bytes[..count]);
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                }
                Err(_) => return,
            }
        };
        let request: Vec<u8> = pending.drain(..whole).collect();
        match script(&String::from_utf8_lossy(&request)) {
            Reply::Send(bytes) => {
                if stream.write_all(&bytes).is_err() {
                    return;
                }
            }
            Reply::SendAndClose(bytes) => {
                let _ = stream.write_all(&bytes);
                return;
            }
            Reply::Take(take) => return take(stream),
        }
    }
}

/// Length of the request at the start of `bytes`, once it is whole.
fn request_len(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line[name.len()..].trim().to_owned())
    };
    if field("transfer-encoding:").is_some() {
        let body = &bytes[head..];
        let find = |from: usize, what: &[u8]| {
            let at = body.get(from..)?.windows(what.len()).position(|window| window == what)?;
            Some(head + from + at + what.len())
        };
        // Without trailers the end is plain; with them, it is behind the last chunk's line.
        let trailed = || {
            let line =
                if body.starts_with(b"0\r\n") { 1 } else { find(0, b"\r\n0\r\n")? - head - 2 };
            find(line, b"\r\n\r\n")
        };
        return find(0, b"0\r\n\r\n").or_else(trailed);
    }
    let body: usize = field("content-length:").and_then(|n| n.parse().ok()).unwrap_or(0);
    // An origin that is asked to say "go on" first has the head only.
    let body = if field("expect:").is_some() { 0 } else { body };
    (bytes.len() >= head + body).then_some(head + body)
}
