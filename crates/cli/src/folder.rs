//! A folder of a run's own among the temporary files, for configuration and state.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder; removed when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// A new one, its name telling what it is for.
    pub(crate) fn create(what: &str) -> io::Result<Folder> {
        let place = std::env::temp_dir();
        let mut attempt = 0;
        loop {
            let path = place.join(format!("evenkeel-{what}-{}-{attempt}", std::process::id()));
            match private().create(&path) {
                Ok(()) => return Ok(Folder(path)),
                // What a run before left, or what somebody put there: neither is used.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 99 => {
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // It lies among temporary files: what cannot be removed now is removed with them.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The key that signs cookies will lie there: for nobody else's eyes.
fn private() -> fs::DirBuilder {
    #[allow(unused_mut, reason = "only Unix has modes")]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}
