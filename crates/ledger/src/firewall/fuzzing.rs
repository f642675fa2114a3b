//! What the fuzz targets call: each function panics when a property does not hold.
//!
//! Random tests and the kept corpus go through the same functions on every test run.

use config::FirewallFormat;

use super::line::Line;
use super::reader::Reader;
use super::zone::Zone;

/// 2024-05-01T11:00:00Z, the time of the kept lines.
const NOW_S: u64 = 1_714_561_200;

/// Lines of a kernel's log, ufw's among them.
pub fn kernel(bytes: &[u8]) {
    check(bytes, FirewallFormat::Nftables);
    check(bytes, FirewallFormat::Ufw);
}

/// Lines of a VPC flow log.
pub fn vpc_flow(bytes: &[u8]) {
    check(bytes, FirewallFormat::VpcFlow);
}

/// Lines of `eve.json`.
pub fn suricata(bytes: &[u8]) {
    check(bytes, FirewallFormat::Suricata);
}

/// Lines of a log that nobody has named.
pub fn auto(bytes: &[u8]) {
    check(bytes, FirewallFormat::Auto);
}

/// No line stops the reader, a second reader agrees with the first, and what a line says could
/// have happened.
fn check(bytes: &[u8], format: FirewallFormat) {
    let zone = Zone::named("CET-1CEST,M3.5.0,M10.5.0/3").unwrap_or_else(Zone::utc);
    let mut reader = Reader::new(format, &[], zone.clone(), NOW_S);
    let mut again = Reader::new(format, &[], zone, NOW_S);
    for line in bytes.split(|&byte| byte == b'\n') {
        reader.anchor(line, NOW_S);
        again.anchor(line, NOW_S);
        let read = reader.read(line);
        assert_eq!(read, again.read(line));
        assert_eq!(reader.format(), again.format());
        if format != FirewallFormat::Auto {
            assert!(reader.format().is_some());
        }
        if let Line::Entry(entry) = read {
            assert!(entry.port != Some(0) || format != FirewallFormat::VpcFlow);
            assert!(read.at_s() == Some(entry.at_s) && read.speaks());
        }
    }
}

#[cfg(test)]
mod tests;
