//! The log of a firewall before the site: what every address on the internet gets to see, a packet
//! a second from somebody who tries ports, and nothing else.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ledger::rfc3339;
use sim::Rng;

use crate::stop::Stop;
use crate::timer::sleep_until;

/// Its file in a drill's folder.
pub(super) const FILE: &str = "firewall.log";
const EVERY: Duration = Duration::from_secs(1);

/// Writes a line now and one each second until told to stop. A disk that is full ends the log, as
/// it would end a real one: coverage ends with it.
pub(super) async fn write(path: &Path, port: u16, start: Instant, stop: Stop) {
    let mut rng = Rng::new(u64::from(port));
    let mut next = start;
    loop {
        if line(path, port, &mut rng).is_err() {
            return;
        }
        next += EVERY;
        tokio::select! {
            biased;
            () = stop.wait() => return,
            () = sleep_until(next) => {}
        }
    }
}

fn line(path: &Path, port: u16, rng: &mut Rng) -> io::Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // Addresses that documentation has for itself (RFC 5737).
    let (host, from) = (rng.bits() % 254 + 1, 1024 + rng.bits() % 60_000);
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    writeln!(
        file,
        "{} drill kernel: nft drop IN=eth0 OUT= SRC=203.0.113.{host} DST=198.51.100.1 LEN=44 \
         TOS=0x00 PREC=0x00 TTL=240 ID=54321 PROTO=TCP SPT={from} DPT={port} WINDOW=1024 \
         RES=0x00 SYN URGP=0",
        rfc3339(now.as_secs_f64())
    )
}
