//! An open-loop load generator: requests leave at a constant rate, whatever comes back.
//!
//! Latency counts from the moment a request was due. A generator that waits for answers
//! before it sends on measures a slow server less often than a quick one.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use clap::Args;
use hdrhistogram::Histogram;
use rustix::event::{Timespec, epoll};
use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags};
use rustix::time::{timerfd_create, timerfd_settime};

use crate::bench::results::Latency;
use crate::fault::Fault;

/// Options of the hidden `load` chore.
#[derive(Args, Clone)]
pub(crate) struct LoadOptions {
    #[arg(long)]
    to: SocketAddr,
    #[arg(long, default_value = "/")]
    path: String,
    /// Requests per second.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
    /// Length of the measurement.
    #[arg(long)]
    seconds: f64,
    /// Length of what is sent before it and not measured.
    #[arg(long, default_value_t = 1.0)]
    warm_up_seconds: f64,
    /// Kept connections.
    #[arg(long, default_value_t = 64)]
    connections: usize,
}

/// Prints what was measured as one line of JSON.
pub(crate) fn load(options: &LoadOptions) -> Result<(), Fault> {
    let failed = |error: io::Error| Fault::new("the load generator failed").detail(error);
    let latency = generate(options).map_err(failed)?;
    let line = serde_json::to_string(&latency)
        .map_err(|error| Fault::new("cannot print the result").detail(error))?;
    println!("{line}");
    Ok(())
}

/// How long answers may take to arrive after the last request was due.
const PATIENCE: Duration = Duration::from_secs(5);

fn generate(options: &LoadOptions) -> io::Result<Latency> {
    let mut wire = Wire::open(options)?;
    let mut run = Run::new(options, Instant::now());
    let end = run.start + run.length;
    while !run.is_over() && Instant::now() < end + PATIENCE {
        for index in wire.wait()? {
            match wire.answers(index) {
                Ok(answers) => {
                    for is_ok in answers {
                        run.complete(index, is_ok);
                    }
                }
                Err(_) => {
                    wire.close(index)?;
                    run.lose(index);
                }
            }
        }
        run.hand_out();
        for index in run.to_send.drain(..) {
            wire.send(index);
        }
    }
    Ok(run.result(options))
}

/// The sockets, and a kernel timer that wakes the loop when a request is due: the time-outs of
/// poll and of tokio count in milliseconds, twenty requests too coarse.
struct Wire {
    epoll: OwnedFd,
    timer: OwnedFd,
    request: Vec<u8>,
    connections: Vec<(TcpStream, Vec<u8>)>,
}

const TIMER: u64 = u64::MAX;

impl Wire {
    fn open(options: &LoadOptions) -> io::Result<Wire> {
        let request = format!("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", options.path, options.to);
        let poll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let timer = ticks(Duration::from_secs(1) / options.rate)?;
        let read = epoll::EventFlags::IN;
        epoll::add(&poll, &timer, epoll::EventData::new_u64(TIMER), read)?;
        let mut connections = Vec::new();
        for index in 0..options.connections {
            let stream = TcpStream::connect(options.to)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            epoll::add(&poll, &stream, epoll::EventData::new_u64(index as u64), read)?;
            connections.push((stream, Vec::new()));
        }
        Ok(Wire { epoll: poll, timer, request: request.into_bytes(), connections })
    }

    /// Waits for the timer or for answers; tells which connections have some.
    fn wait(&self) -> io::Result<Vec<usize>> {
        let mut events = Vec::with_capacity(self.connections.len() + 1);
        let longest = Timespec { tv_sec: 1, tv_nsec: 0 };
        let into = rustix::buffer::spare_capacity(&mut events);
        match epoll::wait(&self.epoll, into, Some(&longest)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let mut ready = Vec::new();
        for event in events {
            match event.data.u64() {
                // How often it fired does not matter: what is due follows from the clock.
                TIMER => drop(rustix::io::read(&self.timer, &mut [0; 8])),
                index => ready.push(index as usize),
            }
        }
        Ok(ready)
    }

    /// Reads what a connection has received: for each complete answer whether it was a 200.
    fn answers(&mut self, index: usize) -> io::Result<Vec<bool>> {
        let (stream, buffer) = &mut self.connections[index];
        let mut bytes = [0; 16 * 1024];
        match stream.read(&mut bytes) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => buffer.extend_from_slice(&bytes[..count]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        let mut answers = Vec::new();
        while let Some((length, is_ok)) = answer_length(buffer).map_err(io::Error::other)?
            && length <= buffer.len()
        {
            buffer.drain(..length);
            answers.push(is_ok);
        }
        Ok(answers)
    }

    /// A broken connection is always ready; it must not keep the loop from waiting.
    fn close(&mut self, index: usize) -> io::Result<()> {
        let (stream, _) = &self.connections[index];
        Ok(epoll::delete(&self.epoll, stream)?)
    }

    /// A few bytes into an empty socket buffer: less than all of them means a broken peer,
    /// which the next read of this connection finds.
    fn send(&mut self, index: usize) {
        let (stream, _) = &mut self.connections[index];
        let _ = stream.write(&self.request);
    }
}

fn ticks(interval: Duration) -> io::Result<OwnedFd> {
    let timer =
        timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
    let interval = Timespec {
        tv_sec: i64::from(u32::try_from(interval.as_secs()).unwrap_or(u32::MAX)),
        tv_nsec: i64::from(interval.subsec_nanos().max(1)),
    };
    let setting = Itimerspec { it_interval: interval, it_value: interval };
    timerfd_settime(&timer, TimerfdTimerFlags::empty(), &setting)?;
    Ok(timer)
}

/// Which request is due when, which connection carries it, and how long it took.
struct Run {
    start: Instant,
    measured_from: Instant,
    length: Duration,
    rate: f64,
    total: u64,
    handed_out: u64,
    free: VecDeque<usize>,
    /// When the request under way on each connection was due.
    under_way: Vec<Option<Instant>>,
    /// Requests that are due while every connection waits for an answer.
    backlog: VecDeque<Instant>,
    /// Connections whose request has not left yet.
    to_send: Vec<usize>,
    latencies: Histogram<u64>,
    lags: Histogram<u64>,
    /// Measured requests whose answer came before the end: behind its rate, a run has fewer.
    in_time: u64,
    errors: u64,
}

/// Microseconds up to a minute, to three digits.
fn histogram() -> Histogram<u64> {
    // Constant bounds that the library accepts: the lower is 1, the upper more than twice that.
    Histogram::new_with_bounds(1, 60_000_000, 3).unwrap_or_else(|error| unreachable!("{error}"))
}

impl Run {
    fn new(options: &LoadOptions, start: Instant) -> Run {
        let warm_up = Duration::from_secs_f64(options.warm_up_seconds);
        let length = warm_up + Duration::from_secs_f64(options.seconds);
        let rate = f64::from(options.rate);
        Run {
            start,
            measured_from: start + warm_up,
            length,
            rate,
            total: (length.as_secs_f64() * rate) as u64,
            handed_out: 0,
            free: (0..options.connections).collect(),
            under_way: vec![None; options.connections],
            backlog: VecDeque::new(),
            to_send: Vec::new(),
            latencies: histogram(),
            lags: histogram(),
            in_time: 0,
            errors: 0,
        }
    }

    /// Everything is answered, or nobody is left to carry what is not.
    fn is_over(&self) -> bool {
        let all_lost = self.free.is_empty() && self.under_way.iter().all(Option::is_none);
        self.handed_out == self.total && (self.outstanding() == 0 || all_lost)
    }

    fn outstanding(&self) -> u64 {
        (self.backlog.len() + self.under_way.iter().flatten().count()) as u64
    }

    /// Gives everything that is due to connections that are free.
    fn hand_out(&mut self) {
        let due = (self.start.elapsed().as_secs_f64() * self.rate) as u64;
        while self.handed_out < due.min(self.total) {
            let due = self.start + Duration::from_secs_f64(self.handed_out as f64 / self.rate);
            if due >= self.measured_from {
                self.lags.saturating_record(micros(due.elapsed()));
            }
            self.backlog.push_back(due);
            self.handed_out += 1;
        }
        while !self.free.is_empty()
            && let Some(due) = self.backlog.pop_front()
            && let Some(index) = self.free.pop_front()
        {
            self.under_way[index] = Some(due);
            self.to_send.push(index);
        }
    }

    fn complete(&mut self, index: usize, is_ok: bool) {
        let Some(due) = self.under_way[index].take() else {
            // An answer that nobody asked for: what follows on this connection means nothing.
            self.errors += 1;
            return;
        };
        if due >= self.measured_from {
            self.latencies.saturating_record(micros(due.elapsed()));
            self.in_time += u64::from(self.start.elapsed() <= self.length);
        }
        self.errors += u64::from(!is_ok);
        self.free.push_back(index);
    }

    /// A kept connection that breaks, idle or not, is an error of the server.
    fn lose(&mut self, index: usize) {
        self.errors += 1;
        self.under_way[index] = None;
        self.free.retain(|free| *free != index);
    }

    fn result(&self, options: &LoadOptions) -> Latency {
        Latency {
            asked_per_s: self.rate,
            achieved_per_s: self.in_time as f64 / options.seconds,
            p50_us: self.latencies.value_at_quantile(0.50) as f64,
            p99_us: self.latencies.value_at_quantile(0.99) as f64,
            lag_p99_us: self.lags.value_at_quantile(0.99) as f64,
            // What never came back failed as well.
            errors: self.errors + self.outstanding(),
        }
    }
}

fn micros(duration: Duration) -> u64 {
    duration.as_micros().try_into().unwrap_or(u64::MAX)
}

/// The bytes of the answer that the buffer starts with, head and body, and whether it is a 200.
fn answer_length(buffer: &[u8]) -> Result<Option<(usize, bool)>, httparse::Error> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(buffer)? else { return Ok(None) };
    let mut lengths = response.headers.iter().filter_map(|header| {
        let is_length = header.name.eq_ignore_ascii_case("content-length");
        if is_length { std::str::from_utf8(header.value).ok()?.trim().parse().ok() } else { None }
    });
    // The benchmark's origin always names a length; without one the answer would never end.
    let body: usize = lengths.next().ok_or(httparse::Error::HeaderValue)?;
    Ok(Some((head + body, response.code == Some(200))))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn answers_end_where_their_length_says() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assert_eq!(answer_length(answer), Ok(Some((answer.len(), true))));
        assert_eq!(answer_length(&answer[..20]), Ok(None));
        let error = b"HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(answer_length(error), Ok(Some((error.len(), false))));
        assert!(answer_length(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(answer_length(b"nonsense\r\n").is_err());
    }

    fn options(to: SocketAddr) -> LoadOptions {
        let path = "/".to_owned();
        LoadOptions { to, path, rate: 500, seconds: 0.3, warm_up_seconds: 0.1, connections: 2 }
    }

    /// Answers `requests` requests on each of two connections, then closes it.
    fn run_against(answer: &'static [u8], requests: usize) -> Latency {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let to = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().take(2) {
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    for _ in 0..requests {
                        match stream.read(&mut [0; 1024]) {
                            Ok(1..) => stream.write_all(answer).unwrap(),
                            _ => return,
                        }
                    }
                });
            }
        });
        generate(&options(to)).unwrap()
    }

    /// Goal: every request that is due is sent, answered and counted, those of the warm-up apart.
    #[test]
    fn all_requests_are_counted() {
        let run = run_against(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", usize::MAX);
        assert_eq!(run.errors, 0);
        // How many of them came in time is the machine's affair.
        assert!(run.achieved_per_s > 0.0 && run.achieved_per_s <= 500.0, "{run:?}");
        assert!(run.p50_us <= run.p99_us && run.p50_us > 0.0, "{run:?}");
    }

    #[test]
    fn answers_other_than_200_are_errors() {
        let answer = b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(run_against(answer, usize::MAX).errors, 200);
    }

    /// Goal: connections that break are errors, and so is everything that nobody can send.
    #[test]
    fn a_server_that_goes_away_is_an_error() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        let run = run_against(answer, 10);
        assert!(run.errors > 150, "{run:?}");
    }
}
