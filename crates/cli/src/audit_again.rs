//! `evenkeel audit --schedule`: audits again and again, for who runs another balancer, and says
//! what is new and what has gone.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use audit::Policy;
use config::{Schedule, Settings};
use ledger::{AuditStatus, Store, rfc3339};
use ops::audits::{Changes, History, Looked};

use crate::audited::{self, Means, Target};
use crate::end::End;
use crate::moment::{length, now_s};
use crate::{audits, output};

/// Beside what a balancer keeps in the same folder.
const KEPT: &str = "audits-of-the-command";
/// Exit code when nothing can be audited.
const UNUSABLE: u8 = 2;
/// The clock may be set while one waits: so long is waited at most, and then looked at it again.
const LOOK: Duration = Duration::from_secs(30);

/// What is audited, and when.
pub(crate) struct Task {
    pub(crate) target: Target,
    pub(crate) schedule: Schedule,
    pub(crate) policy: Option<PathBuf>,
    /// Where what was found is kept from one process to the next.
    pub(crate) state_dir: Option<PathBuf>,
}

/// Audits at once and whenever the schedule says so, until a signal ends it.
pub(crate) fn run(task: &Task) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return fail(format_args!("no timer can be made: {error}")),
    };
    match runtime.block_on(go_on(task)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => fail(why),
    }
}

fn fail(why: impl std::fmt::Display) -> ExitCode {
    output::complain(why);
    ExitCode::from(UNUSABLE)
}

async fn go_on(task: &Task) -> Result<(), String> {
    let mut end = End::take().map_err(|error| format!("signals cannot be taken: {error}"))?;
    let store = task.state_dir.as_deref().map(open).transpose()?;
    let mut history = kept(store.as_ref())?;
    history.keep_only(&[&task.target.name]);
    // What cannot be read from the first is a slip of the hand; later it may be a file that is
    // being written.
    let mut looked = Ok(task.look()?);
    loop {
        let (at_s, next_s) = (now_s(), task.schedule.after(now_s()));
        let text = take(&mut history, &task.target.name, at_s, looked, next_s);
        output::print_or_end(&text);
        if let Some(store) = &store {
            keep(store, &history.status(next_s.map(|next_s| next_s as f64)));
        }
        let Some(next_s) = next_s else { return Ok(()) };
        while let Some(left_s) = next_s.checked_sub(now_s()).filter(|left_s| *left_s > 0) {
            tokio::select! {
                _ = end.told() => return Ok(()),
                () = tokio::time::sleep(LOOK.min(Duration::from_secs(left_s))) => {}
            }
        }
        looked = task.look();
    }
}

impl Task {
    fn look(&self) -> Result<Looked, String> {
        // Read anew: it may have been changed meanwhile.
        let policy = self.policy.as_deref().map(Policy::load).transpose();
        let policy = policy.map_err(|error| audited::first_line(&error))?.unwrap_or_default();
        let log_last = Settings::default().audit.log_last;
        audited::look_by(&self.target, &Means { policy: &policy, log_last, in_force: None })
    }
}

fn open(folder: &Path) -> Result<Store, String> {
    Store::open(folder).map_err(|error| format!("{error}\n  hint: {}", error.hint()))
}

fn kept(store: Option<&Store>) -> Result<History, String> {
    let Some(store) = store else { return Ok(History::default()) };
    let note = store.note(KEPT).map_err(|error| format!("{error}\n  hint: {}", error.hint()))?;
    let status: Option<AuditStatus> = note.and_then(|note| serde_json::from_slice(&note).ok());
    Ok(History::of(status.unwrap_or_default()))
}

fn keep(store: &Store, status: &AuditStatus) {
    let body = serde_json::to_vec(status).unwrap_or_default();
    if let Err(error) = store.put(KEPT, &body) {
        output::complain(format_args!("what was found cannot be kept: {error}"));
    }
}

/// Takes an audit in, and says what it changed.
fn take(
    history: &mut History,
    target: &str,
    at_s: u64,
    looked: Result<Looked, String>,
    next_s: Option<u64>,
) -> String {
    let at = at_s as f64;
    let (changes, missed) = match looked {
        Ok(looked) => (history.take(target, at, &looked), looked.missed),
        Err(why) => {
            history.fail(target, at, &why);
            (Changes::default(), Some(why))
        }
    };
    let found = history.standing().len();
    let (new, gone) = (changes.new.len(), changes.gone.len());
    let next = match next_s {
        Some(next_s) => format!("the next audit is in {}", length((next_s - at_s) as f64)),
        None => "no audit is planned".to_owned(),
    };
    let when = rfc3339(at);
    let mut text = format!("{when} {target}: {found} found, {new} new, {gone} gone; {next}\n");
    if let Some(why) = missed {
        text += &format!("not all of it could be audited: {why}\n");
    }
    changes.new.iter().for_each(|record| audits::line(&mut text, record, "new"));
    for record in &changes.gone {
        let stood = format!("gone after {}", length(at - record.since));
        audits::line(&mut text, record, &stood);
    }
    text
}
