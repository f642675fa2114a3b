//! Everything a chore starts or puts on disk ends with it: on return, on panic, on Ctrl-C.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::signal::unix::{SignalKind, signal};

use crate::fault::Fault;
use crate::process::not_started;

/// What has to be undone when a signal ends the process: there, nothing is dropped.
static LIVE: Mutex<Live> = Mutex::new(Live { groups: Vec::new(), folders: Vec::new() });

struct Live {
    groups: Vec<Pid>,
    folders: Vec<PathBuf>,
}

/// A panic elsewhere must not keep the clean-up from happening.
fn live() -> MutexGuard<'static, Live> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A child process in its own process group, killed with its group when dropped.
pub(crate) struct Guarded {
    child: Child,
    group: Pid,
}

impl Guarded {
    pub(crate) fn start(command: &mut Command) -> Result<Guarded, Fault> {
        // The lock spans the start, so that a signal never meets a child it does not know of.
        let mut live = live();
        let child =
            command.process_group(0).spawn().map_err(|error| not_started(command, &error))?;
        let group = Pid::from_child(&child);
        live.groups.push(group);
        Ok(Guarded { child, group })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How the child ended, or nothing while it runs.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>, Fault> {
        self.child.try_wait().map_err(|error| Fault::new("cannot wait for a child").detail(error))
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // Servers that fork leave workers behind when only their master is killed.
        // An error means that the group is gone already.
        let _ = kill_process_group(self.group, Signal::KILL);
        let _ = self.child.wait();
        live().groups.retain(|group| *group != self.group);
    }
}

/// A folder for configurations, bodies and logs, removed when dropped.
pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    pub(crate) fn new() -> Result<Scratch, Fault> {
        let folder = tempfile::Builder::new()
            .prefix("evenkeel-")
            .tempdir()
            .map_err(|error| Fault::new("cannot make a temporary folder").detail(error))?;
        live().folders.push(folder.path().to_owned());
        Ok(Scratch(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file in the folder and answers its path.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> Result<PathBuf, Fault> {
        let path = self.path().join(name);
        std::fs::write(&path, content).map_err(|error| {
            Fault::new(format!("cannot write {}", path.display())).detail(error)
        })?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        live().folders.retain(|folder| folder != self.0.path());
    }
}

/// From now on SIGINT, SIGTERM and SIGHUP kill all guarded children and remove all folders
/// before the process exits with status 130.
pub(crate) fn end_on_signals() -> Result<(), Fault> {
    let unusable = |error| Fault::new("cannot watch for Ctrl-C").detail(error);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unusable)?;
    let (mut interrupt, mut terminate, mut hang_up) = {
        let _context = runtime.enter();
        let on = |kind| signal(kind).map_err(unusable);
        (on(SignalKind::interrupt())?, on(SignalKind::terminate())?, on(SignalKind::hangup())?)
    };
    std::thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
        });
        let live = live();
        for group in &live.groups {
            let _ = kill_process_group(*group, Signal::KILL);
        }
        for folder in &live.folders {
            let _ = std::fs::remove_dir_all(folder);
        }
        eprintln!("\ninterrupted: everything that was started has been ended");
        // The lock is still held: no new child can start between the kill and the exit.
        std::process::exit(130);
    });
    Ok(())
}

/// A killed process is gone a moment later; one that was not killed makes the test hang and fail.
#[cfg(test)]
pub(crate) fn wait_until_dead(pid: &str) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let is_alive = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        !(stat.is_empty() || stat.contains(") Z "))
    };
    while is_alive() {
        assert!(std::time::Instant::now() < deadline, "process {pid} is still alive");
        std::thread::yield_now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_child_takes_its_group_along() {
        let scratch = Scratch::new().unwrap();
        let note = scratch.path().join("pid");
        let script = format!("sleep 600 & echo $! > {0}.new; mv {0}.new {0}; wait", note.display());
        let child = Guarded::start(Command::new("sh").args(["-c", &script])).unwrap();
        while !note.exists() {
            std::thread::yield_now();
        }
        let grandchild = std::fs::read_to_string(&note).unwrap();
        drop(child);
        wait_until_dead(grandchild.trim());
    }

    #[test]
    fn a_dropped_folder_is_gone() {
        let scratch = Scratch::new().unwrap();
        let file = scratch.write("a", b"b").unwrap();
        assert!(file.exists());
        drop(scratch);
        assert!(!file.exists());
    }
}
