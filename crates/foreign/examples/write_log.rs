//! Writes an access log of made-up traffic, to measure how fast logs are read.
//!
//! `cargo run --release -p foreign --example write_log -- combined 5000000 > access.log`

use std::io::{self, BufWriter, Write};

/// 2024-02-28T22:00:00Z: a leap day follows.
const BEGINS_S: u64 = 1_709_157_600;
const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 \
     Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15",
    "curl/8.5.0",
    "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example/)",
];
const PATHS: [&str; 5] =
    ["/", "/api/v1/items", "/static/app.js", "/search?q=tea&page=", "/login?next=/items/"];
const STATUSES: [u16; 8] = [200, 200, 200, 200, 304, 302, 404, 503];

/// One request of the made-up traffic.
struct Request {
    at_s: u64,
    at_ms: u64,
    client: [u8; 4],
    session: u64,
    path: String,
    status: u16,
    bytes: u64,
    took_ms: u64,
    server: u64,
    agent: &'static str,
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let form = arguments.next().unwrap_or_else(|| "combined".to_owned());
    let count = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1_000_000_u64);
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    let mut seed = 1;
    for index in 0..count {
        let request = request(index, &mut seed);
        match form.as_str() {
            "haproxy" => haproxy(&mut out, &request)?,
            "json" => json(&mut out, &request)?,
            _ => combined(&mut out, &request)?,
        }
    }
    out.flush()
}

/// The next number of a generator that is random enough for traffic.
fn random(seed: &mut u64, below: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

fn request(index: u64, seed: &mut u64) -> Request {
    let mut below = |limit| random(seed, limit);
    let path = PATHS[below(PATHS.len() as u64) as usize];
    Request {
        at_s: BEGINS_S + index / 500,
        at_ms: index % 500 * 2,
        client: [10, below(4) as u8, below(256) as u8, below(254) as u8],
        session: below(200_000),
        path: if path == "/" { path.to_owned() } else { format!("{path}{}", below(5000)) },
        status: STATUSES[below(STATUSES.len() as u64) as usize],
        bytes: below(60_000),
        took_ms: 1 + below(300),
        server: below(5) + 1,
        agent: AGENTS[below(AGENTS.len() as u64) as usize],
    }
}

/// Day, month and time of day; the traffic stays within the two months.
fn moment(at_s: u64) -> (u64, &'static str, String) {
    let day = (at_s - 1_706_745_600) / 86_400;
    let (day, month) = if day < 29 { (day + 1, "Feb") } else { (day - 28, "Mar") };
    let second = at_s % 86_400;
    (day, month, format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60))
}

fn combined(out: &mut impl Write, request: &Request) -> io::Result<()> {
    let ([a, b, c, d], (day, month, time)) = (request.client, moment(request.at_s));
    writeln!(
        out,
        "{a}.{b}.{c}.{d} - - [{day:02}/{month}/2024:{time} +0000] \"GET {} HTTP/1.1\" {} {} \
         \"https://shop.example/\" \"{}\"",
        request.path, request.status, request.bytes, request.agent
    )
}

fn haproxy(out: &mut impl Write, request: &Request) -> io::Result<()> {
    let ([a, b, c, d], (day, month, time)) = (request.client, moment(request.at_s));
    let (took, session) = (request.took_ms, request.session);
    writeln!(
        out,
        "{month} {day:2} {time} lb1 haproxy[811]: {a}.{b}.{c}.{d}:{} \
         [{day:02}/{month}/2024:{time}.{:03}] web~ app/s{} 0/0/1/{}/{took} {} {} - \
         SRV=s{} --VN 812/800/20/4/0 0/0 {{shop.example|{}}} \"GET {} HTTP/1.1\"",
        1024 + session % 60_000,
        request.at_ms,
        request.server,
        took - 1,
        request.status,
        request.bytes,
        request.server,
        request.agent,
        request.path
    )
}

fn json(out: &mut impl Write, request: &Request) -> io::Result<()> {
    let ([a, b, c, d], (day, month, time)) = (request.client, moment(request.at_s));
    let month = if month == "Feb" { 2 } else { 3 };
    writeln!(
        out,
        "{{\"time\":\"2024-{month:02}-{day:02}T{time}.{:03}Z\",\"client\":\"{a}.{b}.{c}.{d}\",\
         \"listener\":\"web\",\"method\":\"GET\",\"host\":\"shop.example\",\"path\":\"{}\",\
         \"status\":{},\"bytes_in\":0,\"bytes_out\":{},\"duration_ms\":{}.125,\
         \"first_byte_ms\":1.250,\"queue_ms\":0.000,\"pool\":\"shop\",\"endpoint\":\"web{}\",\
         \"attempts\":1,\"reason\":\"affinity_kept\",\"affinity\":\"kept\"}}",
        request.at_ms, request.path, request.status, request.bytes, request.took_ms, request.server
    )
}
