//! A certificate, its key and parameters in one file, which stands for every one that is missing.

use std::process::Command;
use std::time::Duration;

use crate::fault::Fault;
use crate::process::keep;

const LIMIT: Duration = Duration::from_secs(60);

/// Made by OpenSSL, which Debian's HAProxy and nginx are linked with.
pub(super) fn make() -> Result<Vec<u8>, Fault> {
    let folder = tempfile::tempdir().map_err(unusable)?;
    let script = "openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=example.test \
                  -keyout key -out cert && openssl genpkey -genparam -algorithm DH \
                  -pkeyopt group:ffdhe2048 -out dh && cat cert key dh > all";
    let outcome = keep(Command::new("sh").args(["-c", script]).current_dir(folder.path()), LIMIT)?;
    if !outcome.success {
        return Err(Fault::new("cannot make a certificate").detail(outcome.output));
    }
    std::fs::read(folder.path().join("all")).map_err(unusable)
}

fn unusable(error: std::io::Error) -> Fault {
    Fault::new("cannot make a certificate").detail(error)
}
