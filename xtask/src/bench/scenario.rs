//! What is measured: each part of the benchmark, and the traffic of those that count CPU time.

use clap::ValueEnum;

use crate::bench::contender::Contender;

/// A part of the benchmark, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Part {
    Small,
    Realistic,
    #[value(name = "10k")]
    Medium,
    #[value(name = "1m")]
    Large,
    #[value(name = "2000")]
    Crowd,
    Close,
    Latency,
    Idle,
}

impl Part {
    pub(crate) const ALL: [Part; 8] = [
        Part::Small,
        Part::Realistic,
        Part::Medium,
        Part::Large,
        Part::Crowd,
        Part::Close,
        Part::Latency,
        Part::Idle,
    ];
}

/// Closed-loop traffic under which CPU time is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    pub(crate) part: Part,
    pub(crate) title: &'static str,
    pub(crate) path: &'static str,
    pub(crate) connections: u32,
    /// Request headers beyond `Host`.
    pub(crate) headers: &'static [&'static str],
    pub(crate) contenders: &'static [Contender],
}

use Contender::{Evenkeel, Haproxy, HaproxyTuned, Nginx, Relay, Unwatched};

/// A larger buffer changes nothing for what fits into the default one, so the tuned HAProxy
/// runs where bodies are large. The relay reads no heads, so it has no business where those
/// decide what happens next.
pub(crate) const SCENARIOS: [Scenario; 6] = [
    Scenario {
        part: Part::Small,
        title: "100 B, 64 connections",
        path: "/100",
        connections: 64,
        headers: &[],
        contenders: &[Evenkeel, Unwatched, Haproxy, Nginx, Relay],
    },
    Scenario {
        part: Part::Realistic,
        title: "realistic headers, 64 connections",
        path: "/realistic?session=8c1f&lang=en&page=2&sort=price",
        connections: 64,
        headers: &REALISTIC,
        contenders: &[Evenkeel, Unwatched, Haproxy, Nginx],
    },
    Scenario {
        part: Part::Medium,
        title: "10 kB, 64 connections",
        path: "/10k",
        connections: 64,
        headers: &[],
        contenders: &[Evenkeel, Haproxy, HaproxyTuned, Nginx, Relay],
    },
    Scenario {
        part: Part::Large,
        title: "1 MB, 64 connections",
        path: "/1m",
        connections: 64,
        headers: &[],
        contenders: &[Evenkeel, Haproxy, HaproxyTuned, Nginx, Relay],
    },
    Scenario {
        part: Part::Crowd,
        title: "100 B, 2,000 connections",
        path: "/100",
        connections: 2000,
        headers: &[],
        contenders: &[Evenkeel, Haproxy, Nginx, Relay],
    },
    Scenario {
        part: Part::Close,
        title: "100 B, 64 connections, closed by the client after each request",
        path: "/100",
        connections: 64,
        headers: &["Connection: close"],
        contenders: &[Evenkeel, Haproxy, Nginx],
    },
];

/// What a browser sends to a shop it has visited before: about 800 bytes.
const REALISTIC: [&str; 12] = [
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
     Chrome/126.0.0.0 Safari/537.36",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language: en-GB,en;q=0.9,de;q=0.7",
    "Accept-Encoding: gzip, deflate, br",
    "Referer: https://portal.example.com/catalogue/winter?page=1",
    "Cookie: session=4b1d2f7c9e8a40559f0d6c2b7a1e3f58; csrf=9f2c77aa10; theme=dark; \
     consent=necessary+statistics; _seen=1719830000.42.7; cart=3f9a-77b1-2210; ab=checkout-b; \
     locale=en_GB; currency=GBP; last=4471-0093-1182-7730; campaign=winter-sale-newsletter",
    "Upgrade-Insecure-Requests: 1",
    "Sec-Fetch-Dest: document",
    "Sec-Fetch-Mode: navigate",
    "Sec-Fetch-Site: same-origin",
    "Cache-Control: max-age=0",
    "X-Request-Id: 0f8b6c1e-52d7-4a0b-9c39-7d1f6f0a2be4",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn realistic_headers_are_realistic() {
        let bytes: usize = REALISTIC.iter().map(|line| line.len() + 2).sum();
        assert!((750..950).contains(&bytes), "{bytes}");
        assert!(REALISTIC.iter().all(|line| line.contains(": ") && !line.contains("  ")));
    }

    #[test]
    fn every_scenario_compares_with_haproxy() {
        for scenario in SCENARIOS {
            assert!(scenario.contenders.contains(&Haproxy), "{}", scenario.title);
        }
    }
}
