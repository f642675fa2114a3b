//! Methods that look at the requests under way, predicted from logs of all kinds.

use std::net::TcpStream;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use balance::Rng;
use serde_json::Value;

use super::ask::ask;
use super::nginx::{nginx, text};
use super::site::Running;
use super::traffic::Sent;
use crate::support::{Folder, Origin, Reply, evenkeel, free_address, until};

/// Mean milliseconds of each server.
const SERVERS_MS: [f64; 3] = [25.0, 50.0, 100.0];
const REQUESTS: usize = 1200;
const A_SECOND: f64 = 150.0;
/// Clients that send one request after the other, each when it is its time.
const CLIENTS: usize = 64;

/// Name, format, and how many points a share may be off.
const LOGS: [(&str, &str, f64); 2] = [
    ("fine.log", "$remote_addr [$msec] \"$request\" $status $request_time $upstream_addr", 4.0),
    (
        "whole.log",
        "$remote_addr [$time_local] \"$request\" $status $request_time $upstream_addr",
        5.0,
    ),
];

/// Goal: shares of `least_conn` are predicted where servers are not equally fast, from times in
/// milliseconds and in whole seconds, and how far they may be off is told. Method: nginx over
/// servers of which one takes four times as long as another one; equal shares would be 18 points
/// off.
#[test]
fn shares_by_requests_under_way() {
    let (folder, listen) = (Folder::new(), free_address());
    let counts: Vec<Arc<AtomicUsize>> = SERVERS_MS.iter().map(|_| Arc::default()).collect();
    let origins = SERVERS_MS.iter().zip(&counts).zip(1..);
    let origins: Vec<Origin> =
        origins.map(|((ms, count), seed)| slow(*ms, Arc::clone(count), seed)).collect();
    let servers = origins.iter().map(|it| format!("server {};", it.address));
    let upstream = format!(
        "    upstream u {{ zone u 64k; least_conn; {} }}\n",
        servers.collect::<Vec<_>>().join(" ")
    );
    let logs = LOGS.iter().map(|(name, format, _)| {
        format!("    log_format {name} '{format}';\n    access_log @folder/{name} {name};\n")
    });
    let server =
        format!("    server {{ listen {listen}; location / {{ proxy_pass http://u; }} }}\n");
    let http = logs.collect::<String>() + &server;
    let path = folder.path().display().to_string();
    let text =
        text(&upstream, &http).replace("    access_log off;\n", "").replace("@folder", &path);
    std::fs::write(folder.path().join("nginx.conf"), text).expect("a file");
    let mut command = nginx(&format!("{path}/nginx.conf"));
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    let _running = Running::of(child.expect("`cargo xtask test` installs what tests need"));
    until("nginx listens", || TcpStream::connect(listen).is_ok());
    send(listen);
    let done: Vec<f64> =
        counts.iter().map(|it| it.load(Ordering::SeqCst) as f64 / REQUESTS as f64).collect();
    assert!(done[0] - done[2] > 0.2, "{done:?}");
    for (log, _, points_max) in LOGS {
        let whole = || std::fs::read_to_string(folder.path().join(log)).unwrap_or_default();
        until("nginx has logged all", || whole().lines().count() == REQUESTS);
        let args = ["predict", "nginx.conf", "--clients", "new", "--format", "json", "--log", log];
        let output = evenkeel(folder.path(), &args);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let made: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let pool = &made["pools"][0];
        for (place, done) in done.iter().enumerate() {
            let said = pool["servers"][place]["share_new"].as_f64().expect("a share");
            let points = (said - done).abs() * 100.0;
            assert!(points <= points_max, "{log}: {points} points off: {done} done, {said} said");
        }
        let times = if log == "fine.log" { "parts of a second" } else { "whole seconds" };
        let notes = pool["notes"].to_string();
        assert!(notes.contains(&format!("the log's times are {times}: ")), "{notes}");
    }
}

/// An origin whose answers take so long in the mean, most of them less.
fn slow(mean_ms: f64, count: Arc<AtomicUsize>, seed: u64) -> Origin {
    let rng = Mutex::new(Rng::new(seed));
    Origin::start(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        let unit = rng.lock().expect("a number").unit();
        std::thread::sleep(Duration::from_secs_f64(mean_ms / 1000.0 * -(1.0 - unit).ln()));
        Reply::ok("x")
    })
}

/// Requests that come by chance, so many in a second, whoever still waits.
fn send(listen: std::net::SocketAddr) {
    let mut rng = Rng::new(7);
    let mut at_s = 0.0;
    let times = (0..REQUESTS).map(|_| {
        at_s += -(1.0 - rng.unit()).ln() / A_SECOND;
        at_s
    });
    let times: Vec<f64> = times.collect();
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let mine = times.iter().skip(client).step_by(CLIENTS);
            scope.spawn(move || {
                for at_s in mine {
                    let at = begin + Duration::from_secs_f64(*at_s);
                    std::thread::sleep(at.saturating_duration_since(Instant::now()));
                    let sent = Sent {
                        method: "GET",
                        host: "a".to_owned(),
                        target: "/".to_owned(),
                        source: 1,
                        headers: Vec::new(),
                    };
                    assert_eq!(ask(listen, &sent).0, 200);
                }
            });
        }
    });
}
