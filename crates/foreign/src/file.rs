//! Reads a file that somebody named, whatever it is: no device without end, no pipe for ever.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread::Builder;
use std::time::Duration;

/// Larger than any configuration; a device has no end.
const FILE_MAX: u64 = 64 << 20;

/// So long somebody may take to begin to write into a pipe that is to be read.
const PATIENCE: Duration = Duration::from_secs(5);

/// All bytes of a file, or of a pipe or a device, which tell theirs only once.
///
/// # Errors
/// When it cannot be read, is larger than 64 MiB, or is a pipe into which nobody writes.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(FILE_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_MAX {
        let what = format!("larger than {} MiB", FILE_MAX >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
    }
    Ok(bytes)
}

/// Opening a named pipe waits until somebody else opens it, too. A thread that still waits ends
/// with the process.
fn open(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.file_type().is_fifo() {
        return File::open(path);
    }
    let (to, from) = sync_channel(1);
    let named = path.to_owned();
    Builder::new().name("open".into()).spawn(move || {
        let _ = to.send(File::open(named));
    })?;
    let late = || {
        let seconds = PATIENCE.as_secs();
        let what = format!("it is a pipe, and within {seconds} s nobody writes into it");
        Err(io::Error::new(io::ErrorKind::TimedOut, what))
    };
    from.recv_timeout(PATIENCE).unwrap_or_else(|_| late())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: nothing that has a name in a file system keeps a reader. Method: a file, a device
    /// without end, and nothing at all.
    #[test]
    fn every_read_ends() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(read_file(&here.join("Cargo.toml")).is_ok_and(|bytes| !bytes.is_empty()));
        assert_eq!(read_file(Path::new("/dev/null")).unwrap(), b"");
        let check = |path: &Path, kind: io::ErrorKind| {
            assert_eq!(read_file(path).unwrap_err().kind(), kind, "{path:?}");
        };
        check(Path::new("/dev/zero"), io::ErrorKind::FileTooLarge);
        check(&here.join("absent"), io::ErrorKind::NotFound);
        check(here, io::ErrorKind::IsADirectory);
    }
}
