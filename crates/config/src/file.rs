//! Reads a file that somebody named, whatever it is: no device without end, no pipe for ever.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread::Builder;
use std::time::Duration;

/// So long somebody may take to begin to write into a pipe that is to be read.
const PATIENCE: Duration = Duration::from_secs(5);

/// All bytes of a file, or of a pipe or a device, which tell theirs only once.
///
/// # Errors
/// When it cannot be read, is larger than so many MiB, or is a pipe into which nobody writes.
pub fn read_file(path: &Path, mib_max: u64) -> io::Result<Vec<u8>> {
    let (mut bytes, most) = (Vec::new(), mib_max << 20);
    open_file(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let what = format!("larger than {mib_max} MiB");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
    }
    Ok(bytes)
}

/// Opens a file to read it.
///
/// # Errors
/// When it cannot be opened, or is a pipe into which nobody writes. A thread that still waits for
/// somebody ends with the process.
pub fn open_file(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.file_type().is_fifo() {
        return File::open(path);
    }
    let (to, from) = sync_channel(1);
    let named = path.to_owned();
    // Opening a named pipe waits until somebody else opens it, too.
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
        let read = |path: &Path| read_file(path, 1);
        assert!(read(&here.join("Cargo.toml")).is_ok_and(|bytes| !bytes.is_empty()));
        assert_eq!(read(Path::new("/dev/null")).unwrap(), b"");
        let check = |path: &Path, kind: io::ErrorKind| {
            assert_eq!(read(path).unwrap_err().kind(), kind, "{path:?}");
        };
        check(Path::new("/dev/zero"), io::ErrorKind::FileTooLarge);
        check(&here.join("absent"), io::ErrorKind::NotFound);
        check(here, io::ErrorKind::IsADirectory);
    }
}
