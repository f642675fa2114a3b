//! What `evenkeel load` is told.

use std::path::PathBuf;

use clap::ValueEnum;
use config::Span;
use drill::{Method, Nat, Stage};

use super::Format;
use super::parse;
use super::target::Url;
use super::threshold::Threshold;

/// Send open-loop load to a URL and judge what comes back
///
/// Requests start when they are due, whatever came back: a slow server gets no mercy, and latency
/// counts from the moment a request was due.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Exit codes: 0 all thresholds kept, 99 one is broken, 3 invalid: the generator fell behind, 2 usage,
1 the load could not run. Ctrl-C ends it early, with the report of what was done.

Examples:
  evenkeel load http://127.0.0.1:8080/ --rate 500/s --for 30s --warm-up 5s
  evenkeel load https://shop.example/ --http2 --users 600 --threshold 'p99<200ms'
  evenkeel load http://127.0.0.1:8080 --stages 100/s:10s,500/s:30s --format html --out load.html
  evenkeel load http://127.0.0.1:8080 --replay access.jsonl --speed 2")]
pub(crate) struct Args {
    /// Where to: http or https, host, port, path
    #[arg(value_parser = parse::url)]
    pub(super) url: Url,

    /// Requests per second
    #[arg(long, value_name = "RATE", default_value = "100/s", value_parser = parse::rate,
          help_heading = WHEN)]
    pub(super) rate: f64,

    /// How long requests are due
    #[arg(long = "for", value_name = "TIME", default_value = "10s", value_parser = parse::time,
          help_heading = WHEN)]
    pub(super) length: Span,

    /// Requests due before this are sent and not counted
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = parse::time,
          help_heading = WHEN)]
    pub(super) warm_up: Span,

    /// How requests follow each other
    #[arg(long, value_enum, default_value_t = Pace::Poisson, help_heading = WHEN)]
    pub(super) pace: Pace,

    /// The rate rises from 0 in this time
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = parse::time,
          help_heading = WHEN)]
    pub(super) ramp: Span,

    /// The rate over time: in each stage it moves evenly to RATE, from 0 in the first one; a stage
    /// of the same rate holds it, one of 0s jumps
    #[arg(long, value_name = "RATE:TIME,..", value_delimiter = ',', value_parser = parse::stage,
          conflicts_with_all = ["rate", "length", "ramp"], help_heading = WHEN)]
    pub(super) stages: Vec<Stage>,

    /// Play an access log instead: combined, common, or Evenkeel's own
    #[arg(long, value_name = "LOG", help_heading = WHEN,
          conflicts_with_all = ["rate", "length", "ramp", "stages", "pace", "users", "zipf", "path",
                                "method", "body", "body_file"])]
    pub(super) replay: Option<PathBuf>,

    /// Play it so many times faster
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0, requires = "replay",
          value_parser = parse::speed, help_heading = WHEN)]
    pub(super) speed: f64,

    /// Origin of all chance: the same seed sends the same requests
    #[arg(long, value_name = "NUMBER", default_value_t = 1, help_heading = WHEN)]
    pub(super) seed: u64,

    /// Number of users
    #[arg(long, value_name = "NUMBER", default_value_t = 100, help_heading = WHO)]
    pub(super) users: u32,

    /// Their activity falls as rank to the minus this; 0: all alike
    #[arg(long, value_name = "EXPONENT", default_value_t = 0.0, help_heading = WHO)]
    pub(super) zipf: f64,

    /// Users keep no cookies
    #[arg(long, help_heading = WHO)]
    pub(super) no_cookies: bool,

    /// Who shares connections
    #[arg(long, value_enum, default_value_t = Connections::Shared, help_heading = WHO)]
    pub(super) connections: Connections,

    /// Connections at most, of all or of each user; requests wait for one
    #[arg(long, value_name = "NUMBER", help_heading = WHO)]
    pub(super) connections_max: Option<u32>,

    /// So many addresses share that part of the users; may be repeated
    #[arg(long, value_name = "ADDRESSES:PART", value_parser = parse::nat, help_heading = WHO)]
    pub(super) nat: Vec<Nat>,

    /// Path and query instead of the URL's, with a weight before it: 3:/search?q=a; may be repeated
    #[arg(long, value_name = "[WEIGHT:]PATH", value_parser = parse::path, help_heading = WHAT)]
    pub(super) path: Vec<(f64, String)>,

    /// Method
    #[arg(short = 'X', long, default_value = "GET", value_parser = parse::method,
          help_heading = WHAT)]
    pub(super) method: Method,

    /// A header of every request; may be repeated
    #[arg(short = 'H', long, value_name = "NAME: VALUE", value_parser = parse::header,
          help_heading = WHAT)]
    pub(super) header: Vec<(String, String)>,

    /// Body of every request
    #[arg(long, value_name = "TEXT", conflicts_with = "body_file", help_heading = WHAT)]
    pub(super) body: Option<String>,

    /// File with the body of every request
    #[arg(long, value_name = "FILE", help_heading = WHAT)]
    pub(super) body_file: Option<PathBuf>,

    /// Speak HTTP/2: agreed on within TLS, known in advance without
    #[arg(long, help_heading = WHAT)]
    pub(super) http2: bool,

    /// PEM file of certificates to trust instead of this machine's
    #[arg(long, value_name = "FILE", conflicts_with = "insecure", help_heading = WHAT)]
    pub(super) ca: Option<PathBuf>,

    /// Trust any certificate
    #[arg(long, help_heading = WHAT)]
    pub(super) insecure: bool,

    /// Longest time of a request
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = parse::timeout,
          help_heading = WHAT)]
    pub(super) timeout: Span,

    /// Requests in flight at most; what is due beyond is dropped, and the run is invalid
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000,
          value_parser = clap::value_parser!(u32).range(1..=1_000_000), help_heading = WHAT)]
    pub(super) in_flight_max: u32,

    /// What must hold: p99<200ms, errors<0.1%, mean, max, rate>480/s, moved<2%; may be repeated
    #[arg(long, value_name = "RULE", value_parser = Threshold::parse, help_heading = RESULT)]
    pub(super) threshold: Vec<Threshold>,

    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = RESULT)]
    pub(super) format: Format,

    /// File for the report; stdout then has the text for people
    #[arg(long, value_name = "FILE", help_heading = RESULT)]
    pub(super) out: Option<PathBuf>,
}

const WHEN: &str = "When";
const WHO: &str = "Who";
const WHAT: &str = "What";
const RESULT: &str = "Result";

/// How requests follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Pace {
    /// Independent of each other, as those of many users are
    Poisson,
    /// Evenly spaced
    Constant,
}

/// Who shares connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Connections {
    /// All users draw from one set
    Shared,
    /// Each user has its own
    PerUser,
    /// The same, from an address of its own in 127.0.0.0/8
    PerAddress,
}
