//! Runs the comparison: a small world in full, and a random one by seed.

use balance::Rng;

use super::compare::{Tally, compare};
use super::cookbook::{CHUNK_LINES, LINES, MESSAGES, METHODS, TARGETS, VERSIONS};
use super::mutate::case;
use super::reasons::{ACCEPTANCE, BODY, HEAD, PARTING};
use super::theirs::serve;

/// Cases of a random run, unless `EVENKEEL_CASES` says otherwise.
const CASES: u64 = 50_000;
/// Where a random run starts, unless `EVENKEEL_SEED` says otherwise.
const SEED: u64 = 20_240_501;

/// Compares all of `cases`; fails at the first difference without a reason.
fn run(cases: impl Iterator<Item = (String, Vec<u8>)>) -> Tally {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let mut tally = Tally::new();
    runtime.block_on(async {
        for (name, bytes) in cases {
            let theirs = serve(&bytes).await;
            if let Err(difference) = compare(&bytes, &theirs, &mut tally) {
                panic!("{name}: {difference}\nbytes: \"{}\"", bytes.escape_ascii());
            }
        }
    });
    tally
}

fn print(tally: &Tally) {
    for (class, count) in tally {
        println!("{count:>8}  {class}");
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")),
        Err(_) => otherwise,
    }
}

/// Goal: no request means one thing to us and another to hyper without a reason we can name.
/// Method: random changes to real requests; a failure prints the seed of its one case.
#[test]
fn random_requests_are_read_alike() {
    let (seed, cases) = (number("EVENKEEL_SEED", SEED), number("EVENKEEL_CASES", CASES));
    println!("EVENKEEL_SEED={seed} EVENKEEL_CASES={cases}");
    let tally = run((seed..seed.saturating_add(cases)).map(|seed| {
        let name = format!("EVENKEEL_SEED={seed} EVENKEEL_CASES=1");
        (name, case(&mut Rng::new(seed)))
    }));
    print(&tally);
    if cases >= CASES {
        for reason in HEAD.iter().map(|reason| reason.name) {
            let class = format!("refused by us alone: {reason}");
            assert!(tally.contains_key(&class), "never met: {reason}");
        }
    }
}

#[test]
fn the_same_seed_makes_the_same_case() {
    for seed in 0..500 {
        assert_eq!(case(&mut Rng::new(seed)), case(&mut Rng::new(seed)));
    }
}

/// Goal: the named oddities alone. Method: each message as it is, and each oddity in its place.
#[test]
fn every_oddity_is_read_alike() {
    let plain = MESSAGES.iter().map(|message| message.to_string());
    let targets = METHODS.iter().flat_map(|method| {
        TARGETS.iter().flat_map(move |target| {
            VERSIONS
                .iter()
                .map(move |version| format!("{method} {target} {version}\r\nHost: a\r\n\r\n"))
        })
    });
    let lines = LINES.iter().flat_map(|one| {
        LINES.iter().map(move |two| {
            format!("POST / HTTP/1.1\r\nHost: a\r\n{one}\r\n{two}\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
        })
    });
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunks = CHUNK_LINES.iter().flat_map(|line| {
        [
            format!("{head}{line}\r\nhello\r\n0\r\n\r\n"),
            format!("{head}5\r\nhello\r\n{line}\r\n\r\n"),
            format!("{head}{line}\nhello\r\n0\r\n\r\n"),
        ]
    });
    let cases = plain.chain(targets).chain(lines).chain(chunks);
    print(&run(cases.map(|case| ("a named oddity".to_owned(), case.into_bytes()))));
}

/// Goal: limits and shapes of chunked bodies that random cases seldom meet.
#[test]
fn chunked_bodies_are_read_alike() {
    let long = |length| "x".repeat(length);
    let bodies = [
        "0\r\nx: 1\n\r\n\r\n".to_owned(),
        "0\r\nx: 1\r\ny: 2\r\n\r\n".to_owned(),
        "0\r\nx : 1\r\n\r\n".to_owned(),
        "0\r\n x: 1\r\n\r\n".to_owned(),
        "0\r\nx: 1\r\n y\r\n\r\n".to_owned(),
        "0\r\nx\r\n\r\n".to_owned(),
        "0\r\n: 1\r\n\r\n".to_owned(),
        format!("0\r\n{}\r\n", "x: 1\r\n".repeat(32)),
        format!("0\r\n{}\r\n", "x: 1\r\n".repeat(33)),
        format!("0\r\nx: {}\r\n\r\n", long(8187)),
        format!("0\r\nx: {}\r\n\r\n", long(8188)),
        format!("0;{}\r\n\r\n", long(4096)),
        format!("0;{}\r\n\r\n", long(4097)),
        format!("{}\r\n\r\n", "0".repeat(16)),
        format!("{}\r\n\r\n", "0".repeat(17)),
        format!("{}5\r\nhello\r\n0\r\n\r\n", "0".repeat(15)),
        format!("{}5\r\nhello\r\n0\r\n\r\n", "0".repeat(16)),
        "10000000000\r\nx".to_owned(),
        "10000000001\r\nx".to_owned(),
        "5 \r\nhello\r\n0\r\n\r\n".to_owned(),
        "5\t;x\r\nhello\r\n0\r\n\r\n".to_owned(),
        "5;\u{1}\r\nhello\r\n0\r\n\r\n".to_owned(),
        "5;\u{7f}\r\nhello\r\n0\r\n\r\n".to_owned(),
        "5;\"a\tb\"\r\nhello\r\n0\r\n\r\n".to_owned(),
    ];
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
    let cases = bodies.map(|body| format!("{head}{body}{next}"));
    let tally = run(cases.into_iter().map(|case| ("a chunked body".to_owned(), case.into())));
    print(&tally);
    for reason in BODY.iter().map(|reason| reason.name) {
        let class = format!("body refused by us alone: {reason}");
        assert!(tally.contains_key(&class), "never met: {reason}");
    }
}

/// The list is what documentation and people rely on.
#[test]
fn every_reason_has_a_source() {
    let head = HEAD.iter().chain(&ACCEPTANCE).chain(&PARTING);
    let head = head.map(|reason| (reason.name, reason.source));
    let body = BODY.iter().map(|reason| (reason.name, reason.source));
    for (name, source) in head.chain(body) {
        assert!(source.starts_with("RFC ") || source.starts_with("our "), "{name}: {source}");
    }
}
