//! The command run to its end, in a folder of its own.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

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

/// Ports that no program is given which asks for any: those are from 32768 on.
const PORTS: Range<u32> = 20_000..32_000;

/// An address that nobody listens on, and that no other test is given: programs that share their
/// port with others would answer for each other.
pub(crate) fn free_address() -> SocketAddr {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id().wrapping_mul(97);
    loop {
        let number = first.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed));
        let port = PORTS.start + number % (PORTS.end - PORTS.start);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port as u16));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}
