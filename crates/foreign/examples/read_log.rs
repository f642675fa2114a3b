//! Reads an access log and tells how fast, with one thread and with several.
//!
//! `cargo run --release -p foreign --example read_log -- access.log [format]`

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use foreign::logs::{Asked, Format, Line, Reader, Summary};

/// What a reader of the whole log might keep of a line.
fn weighed(line: &Line<'_>) -> u64 {
    let target = line.target.map_or(0, |target| target.len() as u64);
    u64::from(line.status.unwrap_or(0)) + target + line.at.map_or(0, |at| at as u64 % 60)
}

fn told(name: &str, summary: &Summary, sum: u64, began: Instant) {
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{name}: {:.0} lines/s ({:.2} s; {} read, {} malformed, {} aside; sum {sum})",
        summary.lines() as f64 / seconds,
        seconds,
        summary.read,
        summary.malformed,
        summary.aside
    );
    summary.bad.iter().for_each(|bad| println!("  line {}: {:?}", bad.number, bad.malformed));
    if let Some(broke) = &summary.broke {
        println!("  ended early: {broke}");
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which log?")?;
    let format = std::env::args().nth(2).and_then(|name| Format::named(&name));
    let asked = Asked { format, ..Asked::default() };
    let open = || Reader::open(Path::new(&path), &asked);
    let found = open()?.found().clone();
    println!("{}: {} of the first {} lines", found.format, found.read, found.sampled);
    let (began, mut sum) = (Instant::now(), 0);
    let summary = open()?.each(|_, line| sum += weighed(line));
    told("one thread", &summary, sum, began);
    for threads in [1, 2] {
        let (began, mut sum) = (Instant::now(), 0);
        let tell = |part: &mut u64, _, line: &Line<'_>| *part += weighed(line);
        let summary = open()?.each_in_threads(threads, || 0, tell, |part| sum += part);
        told(&format!("{threads} reading beside one that unpacks"), &summary, sum, began);
    }
    Ok(())
}
