//! A machine of its own for one file: an overlay over this one, without a network.
//!
//! A configuration names certificates, users and hosts that are elsewhere. Here they can be put in
//! place without a change of its text, and nothing of it is left when the room is gone.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::fault::Fault;
use crate::process::keep;

/// Far above what any of the programs needs for a file.
const LIMIT: Duration = Duration::from_secs(60);

/// Enters the overlay and runs what it is told. Addresses of other machines can be listened at, as
/// nginx tries to even when it only tests. Nothing is started: each program is told to test.
const ENTER: &str = r#"set -e
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/room"
mount --rbind /dev "$1/room/dev"
mount --rbind /proc "$1/room/proc"
mount --rbind "$1/told" "$1/room/mnt"
ip link set lo up
echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind
echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind || true
room="$1/room"; shift
exec chroot "$room" sh -c 'cd "$1"; shift; "$@" >/mnt/out 2>/mnt/err </dev/null
echo $? >/mnt/code; times >/mnt/times' sh "$@""#;

pub(super) struct Room(TempDir);

/// How a program ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// Its exit code; nothing where it was ended for taking too long.
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
    /// Time of a processor that it took.
    pub(super) took: Duration,
}

impl Room {
    pub(super) fn new() -> Result<Room, Fault> {
        let folder = tempfile::tempdir().map_err(unusable)?;
        for name in ["upper", "work", "room", "told"] {
            std::fs::create_dir(folder.path().join(name)).map_err(unusable)?;
        }
        Ok(Room(folder))
    }

    /// Whether a path is there, in the room or on this machine.
    pub(super) fn has(&self, path: &Path) -> bool {
        path.exists() || self.above(path).exists()
    }

    /// Puts a file in place, with the folders above it. Answers whether there was room for it:
    /// a path below a file has none.
    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> Result<bool, Fault> {
        let place = self.above(path);
        let above = place.parent().map_or(Ok(()), std::fs::create_dir_all);
        match above.and_then(|()| std::fs::write(&place, bytes)) {
            Ok(()) => Ok(true),
            Err(error) if is_in_the_way(&error) => Ok(false),
            Err(error) => Err(unusable(error)),
        }
    }

    /// Puts a folder in place; see [`Room::write`].
    pub(super) fn folder(&self, path: &Path) -> Result<bool, Fault> {
        match std::fs::create_dir_all(self.above(path)) {
            Ok(()) => Ok(true),
            Err(error) if is_in_the_way(&error) => Ok(false),
            Err(error) => Err(unusable(error)),
        }
    }

    /// Adds a line to a file of this machine.
    pub(super) fn add(&self, path: &Path, line: &str) -> Result<bool, Fault> {
        let place = self.above(path);
        let file = if place.exists() { &place } else { path };
        let mut text = std::fs::read_to_string(file).unwrap_or_default();
        text += line;
        text.push('\n');
        self.write(path, text.as_bytes())
    }

    /// Runs a program in a folder of the room.
    pub(super) fn run(&self, folder: &Path, command: &[&str]) -> Result<Told, Fault> {
        let told = self.0.path().join("told");
        for name in ["out", "err", "code", "times"] {
            let _ = std::fs::remove_file(told.join(name));
        }
        let mut enter = Command::new("unshare");
        enter.args(["--mount", "--net", "sh", "-c", ENTER, "sh"]).arg(self.0.path());
        let outcome = keep(enter.arg(folder).args(command), LIMIT)?;
        let text = |name: &str| {
            let bytes = std::fs::read(told.join(name)).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let code = text("code").trim().parse().ok();
        if code.is_none() && !outcome.output.contains("ended: still running") {
            let fault = Fault::new("cannot make a room for a file").detail(outcome.output);
            return Err(fault.hint("root is needed, for namespaces and mounts"));
        }
        let took = text("times").lines().next_back().map(seconds).unwrap_or_default();
        Ok(Told { code, out: text("out"), err: text("err"), took })
    }

    /// Where a path's file is kept. Links of this machine are followed: a folder in a link's place
    /// would hide what it leads to.
    fn above(&self, path: &Path) -> PathBuf {
        let mut known = path;
        let mut rest = Vec::new();
        while let (false, Some(parent)) = (known.exists(), known.parent()) {
            rest.extend(known.file_name());
            known = parent;
        }
        let mut place = known.canonicalize().unwrap_or_else(|_| known.to_owned());
        place.extend(rest.iter().rev());
        let inside = place.components().filter(|part| matches!(part, Component::Normal(_)));
        self.0.path().join("upper").join(inside.collect::<PathBuf>())
    }
}

/// What the shell's `times` says of its children: in user's and in system's code, `0m1.5s 0m0.2s`.
fn seconds(line: &str) -> Duration {
    let one = |word: &str| {
        let (minutes, seconds) = word.strip_suffix('s')?.split_once('m')?;
        let minutes: f64 = minutes.parse().ok()?;
        Duration::try_from_secs_f64(minutes * 60.0 + seconds.parse::<f64>().ok()?).ok()
    };
    line.split_whitespace().filter_map(one).sum()
}

/// A name that is too long, or a file where a folder would have to be.
fn is_in_the_way(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotADirectory
            | ErrorKind::AlreadyExists
            | ErrorKind::IsADirectory
            | ErrorKind::InvalidFilename
    )
}

fn unusable(error: std::io::Error) -> Fault {
    Fault::new("cannot furnish a room").detail(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_s_times_are_read() {
        assert_eq!(seconds("0m0.250000s 1m0.500000s"), Duration::from_millis(60_750));
        assert_eq!(seconds("nothing"), Duration::ZERO);
    }

    /// Goal: a link is followed, since a folder in its place would hide what is behind it.
    #[test]
    fn what_is_written_is_there_and_no_link_is_hidden() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("real")).unwrap();
        std::os::unix::fs::symlink("real", folder.path().join("link")).unwrap();
        let room = Room::new().unwrap();
        let [link, real] = ["link", "real"].map(|name| folder.path().join(name).join("a/b"));
        assert!(!room.has(&link));
        assert!(room.write(&link, b"x").unwrap());
        assert!(room.has(&real) && !real.exists());
        assert!(!room.write(&link.join("below"), b"x").unwrap(), "a file has nothing below it");
    }
}
