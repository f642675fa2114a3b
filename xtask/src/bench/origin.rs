//! The servers behind every proxy: nginx with fixed bodies on five ports, away from the proxy.

use std::net::SocketAddr;
use std::process::Command;

use crate::bench::contender::wait_until_ready;
use crate::bench::place::{OTHER_CORE, Place};
use crate::bench::recipes;
use crate::children::Guarded;
use crate::fault::Fault;

const SERVERS: usize = 5;

pub(crate) struct Origin {
    pub(crate) addresses: Vec<SocketAddr>,
    _process: Guarded,
}

impl Origin {
    pub(crate) fn start(place: &Place) -> Result<Origin, Fault> {
        let addresses: Vec<SocketAddr> =
            (0..SERVERS).map(|_| place.free_address()).collect::<Result<_, Fault>>()?;
        let folder = place.folder().join("origin");
        let bodies = folder.join("bodies");
        std::fs::create_dir_all(&bodies)
            .map_err(|error| Fault::new("cannot make the origin's folder").detail(error))?;
        open_to_workers(place)?;
        place.write("origin/bodies/10k", &[b'x'; 10_000])?;
        place.write("origin/bodies/1m", &vec![b'x'; 1_000_000])?;
        let text = recipes::origin(&addresses, &bodies, &folder);
        let file = place.write("origin.conf", text.as_bytes())?;

        let mut command = Command::new("nginx");
        command.arg("-p").arg(&folder).arg("-c").arg(file);
        let mut process = place.start(OTHER_CORE, "origin", command)?;
        for address in &addresses {
            wait_until_ready(&mut process, *address, || place.log_end("origin"))
                .map_err(|fault| fault.hint("this is the benchmark's own origin"))?;
        }
        Ok(Origin { addresses, _process: process })
    }
}

/// Started by root, nginx serves as another user, who may not enter a temporary folder.
fn open_to_workers(place: &Place) -> Result<(), Fault> {
    use std::os::unix::fs::PermissionsExt;
    let readable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(place.folder(), readable)
        .map_err(|error| Fault::new("cannot open the temporary folder to nginx").detail(error))
}
