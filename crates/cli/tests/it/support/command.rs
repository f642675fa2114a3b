//! The command run to its end, in a folder of its own.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// A folder that is removed when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// An empty one.
    pub(crate) fn new() -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("evenkeel-it-folder-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    /// One with this configuration in it.
    pub(crate) fn with(config: &str) -> Folder {
        let folder = Folder::new();
        std::fs::write(folder.path().join("evenkeel.toml"), config).expect("the configuration");
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs `evenkeel` with these arguments until it ends.
pub(crate) fn evenkeel(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_evenkeel"))
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("EVENKEEL_ENVOY", envoy())
        .stdin(Stdio::null())
        .output()
        .expect("the command runs")
}

/// Where Envoy is: `cargo xtask test` has installed it below the target directory, where it is
/// not on the search path.
pub(crate) fn envoy() -> PathBuf {
    let named = std::env::var_os("EVENKEEL_ENVOY").map(PathBuf::from);
    let installed = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tools/envoy/bin/envoy");
    let installed = installed.is_file().then_some(installed);
    named.or(installed).unwrap_or_else(|| PathBuf::from("envoy"))
}

/// The object on the last line of what was said.
pub(crate) fn last_line(output: &Output) -> serde_json::Value {
    let text = String::from_utf8(output.stdout.clone()).expect("text");
    serde_json::from_str(text.lines().last().unwrap_or_default()).expect("an object")
}

/// An address that nobody listens on, and that no other test is given: programs that share their
/// port with others would answer for each other.
pub(crate) fn free_address() -> SocketAddr {
    static GIVEN: Mutex<BTreeSet<SocketAddr>> = Mutex::new(BTreeSet::new());
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
        if given.insert(address) {
            return address;
        }
    }
}
