//! Scenarios of the tests, as their files would say them.

use sim::{Cast, Reference, Report, Script, play};

/// The capacities that every goal must hold for: the true slots, and the configuration's default.
pub const CAPACITIES: [f64; 2] = [4.0, 100.0];

/// The demands of an ordinary website, and of a heavy tail.
pub const EXPONENTIAL: &str = r#"demand = { exponential = { mean = "20ms" } }"#;
pub const LOGNORMAL: &str = r#"demand = { lognormal = { mean = "20ms", cv2 = 4.0 } }"#;

/// Reads a scenario from the parts of its file. All of it counts.
pub fn script(duration_s: u32, parts: &[&str]) -> Script {
    warmed_up(duration_s, 0, parts)
}

/// The same, with a part that does not count.
pub fn warmed_up(duration_s: u32, warm_up_s: u32, parts: &[&str]) -> Script {
    let text = format!(
        "name = \"test\"\nduration = \"{duration_s}s\"\nwarm_up = \"{warm_up_s}s\"\n{}",
        parts.join("\n")
    );
    Script::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Five servers of so many slots, which say that they have `capacity`.
pub fn five(slots: u32, capacity: f64) -> String {
    format!("[[servers]]\ncount = 5\nslots = {slots}\ncapacity = {capacity}")
}

/// Our pool as the file sets it.
pub fn ours(name: &str, script: &Script, seed: u64) -> Report {
    let report = play(&script.scenario, &Cast::Ours(Box::new(script.pool.clone())), seed);
    print(&format!("{name}, seed {seed}"), &report);
    report
}

/// An ideal on the same arrivals.
pub fn ideal(reference: Reference, script: &Script, seed: u64) -> Report {
    let report = play(&script.scenario, &Cast::Reference { reference, sticky: false }, seed);
    print(&format!("  {}, seed {seed}", reference.name()), &report);
    report
}

fn print(name: &str, report: &Report) {
    println!(
        "{name}: {} requests, {} errors, {} retries, excess mean {:.2} ms, p99 {:.1} ms, moved \
         {:.2} %",
        report.requests,
        report.errors,
        report.retries,
        report.excess_mean_ms(),
        report.excess_ms(0.99),
        100.0 * report.moved_ratio()
    );
}
