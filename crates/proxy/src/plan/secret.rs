//! The key that signs session cookies: made once, kept in the state directory.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

const FILE: &str = "affinity.key";
const LEN: usize = 32;

/// Reads the key, or makes one readable by its owner only.
///
/// Every balancer that serves the same users must have the same file.
pub(crate) fn load_or_make(state_dir: &Path) -> io::Result<Vec<u8>> {
    let path = state_dir.join(FILE);
    match fs::read(&path) {
        Ok(key) if key.len() >= LEN => return Ok(key),
        Ok(_) => {
            let why = format!("{} is shorter than {LEN} bytes", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    fs::create_dir_all(state_dir)?;
    let mut key = vec![0; LEN];
    fs::File::open("/dev/urandom")?.read_exact(&mut key)?;
    // Written aside and renamed: a crash or a full disk leaves no half key behind.
    let draft = state_dir.join(format!("{FILE}.{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let written = file.write_all(&key).and_then(|()| file.sync_all());
    let placed = written.and_then(|()| fs::rename(&draft, &path));
    if placed.is_err() {
        let _ = fs::remove_file(&draft);
    }
    placed.map(|()| key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_key_is_made_once_and_private() {
        let dir = std::env::temp_dir().join(format!("evenkeel-secret-{}", std::process::id()));
        let first = load_or_make(&dir).expect("made");
        assert_eq!(load_or_make(&dir).expect("read"), first);
        let mode = fs::metadata(dir.join(FILE)).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(dir.join(FILE), b"short").expect("written");
        assert!(load_or_make(&dir).is_err());
        let _ = fs::remove_dir_all(dir);
    }
}
