//! `evenkeel diagnose`: what is probably the matter, why, and what to do.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use evenness::diagnosis::Firewall;
use ledger::{DiagnosisRecord, EvidenceRecord, HypothesisRecord, Store, StoreError, Utc};
use ops::watch::Explained;

use crate::admin::{Admin, Failure};
use crate::moment::{Moment, now_s};
use crate::output;

/// Exit code when no cause stands out, or there was nothing to look at.
const NOTHING: u8 = 1;
/// Exit code when neither a balancer nor a history can be asked.
const UNREACHABLE: u8 = 2;
/// What the history keeps, seconds.
const KEPT_S: u64 = 35 * 86_400;

/// Say what is probably the matter, with the evidence for and against.
///
/// Evidence is weighed in decibans (dB): 10 are a likelihood ratio of ten. A cause is named from
/// 15 dB on and with 10 more than the next; two are where each has evidence of its own. What is
/// not known is said, and proves nothing.
/// A moment of the past is judged by the history: by seconds for an hour, by tens of them for a
/// day, by minutes for five weeks. Where no balancer answers, it is read from the state directory.
/// Exits with 0 when a cause stands out, with 1 when none does or nothing was measured then, and
/// with 2 when neither the admin listener nor the history gives an answer.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  evenkeel diagnose
  evenkeel diagnose --pool portal --at 10m
  evenkeel diagnose --at 2024-05-01T10:45:00Z --format json | jq '.[].causes'
  evenkeel diagnose --at 3h --state-dir /var/lib/evenkeel")]
pub(crate) struct Args {
    #[command(flatten)]
    admin: Admin,

    /// This pool alone.
    #[arg(long, value_name = "NAME")]
    pool: Option<String>,

    /// A moment of the past five weeks instead of now: so long ago (`10m`), or a time in UTC.
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    at: Option<Moment>,

    /// The configuration whose `server.state_dir` is read where no balancer answers.
    #[arg(short, long, value_name = "FILE", default_value = "evenkeel.toml")]
    config: PathBuf,

    /// The state directory itself, without asking a balancer.
    #[arg(long, value_name = "DIR", conflicts_with = "config", requires = "at")]
    state_dir: Option<PathBuf>,

    /// Sentences for people, or JSON for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(args: Args) -> ExitCode {
    let at = args.at.map(|moment| moment.before(now_s()));
    let asked = match &args.state_dir {
        Some(dir) => found(dir, &args, at.unwrap_or_default()),
        None => args.admin.diagnoses(args.pool.as_deref(), at).or_else(|failure| match at {
            Some(at_s) => without_balancer(&args, at_s, failure),
            None => Err(failure.report()),
        }),
    };
    let diagnoses = match asked {
        Ok(diagnoses) => diagnoses,
        Err(code) => return code,
    };
    if diagnoses.is_empty() {
        return nothing(&args, at);
    }
    let known = diagnoses.iter().any(DiagnosisRecord::is_known);
    let text = match args.format {
        Format::Text => diagnoses.iter().map(render).collect::<Vec<_>>().join("\n"),
        Format::Json => serde_json::to_string_pretty(&diagnoses).unwrap_or_default() + "\n",
    };
    let printed = output::print(&text);
    if known || printed != ExitCode::SUCCESS { printed } else { ExitCode::from(NOTHING) }
}

/// What the history has of a moment, of all pools or of one. `firewall` tells what it saw then.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn kept(
    dir: &Path,
    pool: Option<&str>,
    at_s: u64,
    firewall: &mut dyn FnMut(u64, u64) -> Firewall,
) -> Result<Vec<DiagnosisRecord>, StoreError> {
    let store = Store::open_read_only(dir)?;
    let mut found = Vec::new();
    for name in store.pools()?.iter().filter(|name| pool.is_none_or(|pool| pool == *name)) {
        found.extend(ops::diagnose_kept(&store, name, at_s, firewall)?);
    }
    Ok(found)
}

fn found(dir: &Path, args: &Args, at_s: u64) -> Result<Vec<DiagnosisRecord>, ExitCode> {
    kept(dir, args.pool.as_deref(), at_s, &mut unseen).map_err(|error| {
        output::complain(format!("{error}\n  hint: {}", error.hint()));
        ExitCode::from(UNREACHABLE)
    })
}

/// Nobody is there to be asked: the history of the configuration's state directory is, perhaps.
fn without_balancer(
    args: &Args,
    at_s: u64,
    failure: Failure,
) -> Result<Vec<DiagnosisRecord>, ExitCode> {
    let Ok(loaded) = config::load(&args.config) else { return Err(failure.report()) };
    let dir = &loaded.settings.server.state_dir;
    let found = kept(dir, args.pool.as_deref(), at_s, &mut unseen);
    let found = found.map_err(|_| failure.report())?;
    output::say(format!("{}: this is from {}\n", failure.line(), dir.display()));
    Ok(found)
}

/// What the firewall saw is not kept.
fn unseen(_: u64, _: u64) -> Firewall {
    Firewall::default()
}

/// There is nothing to tell: says why.
fn nothing(args: &Args, at_s: Option<u64>) -> ExitCode {
    if let Format::Json = args.format {
        output::print("[]\n");
    }
    let pools = match pools(args) {
        Ok(pools) => pools,
        Err(failure) => return failure.report(),
    };
    let pools: Vec<&str> = pools.iter().map(String::as_str).collect();
    if args.admin.alarms().is_ok_and(|alarms| alarms.judged_at.is_none()) {
        output::complain("nothing is watched: the balancer runs with `server.watch = false`");
        return ExitCode::from(NOTHING);
    }
    output::complain(why_nothing(args.pool.as_deref(), &pools, at_s, now_s()));
    ExitCode::from(NOTHING)
}

/// The pools that could be asked about.
fn pools(args: &Args) -> Result<Vec<String>, Failure> {
    let kept = |dir: &Path| Store::open_read_only(dir).and_then(|store| store.pools());
    if let Some(dir) = &args.state_dir {
        return Ok(kept(dir).unwrap_or_default());
    }
    let asked = args.admin.status();
    let of_file = || {
        let loaded = config::load(&args.config).ok()?;
        kept(&loaded.settings.server.state_dir).ok()
    };
    match asked {
        Ok(status) => Ok(status.pools.into_iter().map(|pool| pool.name).collect()),
        Err(failure) => of_file().ok_or(failure),
    }
}

fn why_nothing(pool: Option<&str>, known: &[&str], at_s: Option<u64>, now_s: u64) -> String {
    if let Some(pool) = pool.filter(|pool| !known.contains(pool)) {
        let list = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return format!("there is no pool `{pool}`\n  hint: there are {list}");
    }
    let Some(at_s) = at_s else {
        return "nothing has been measured yet\n  hint: ask again in a second".to_owned();
    };
    let at = format!("{} UTC", Utc::of(at_s));
    if at_s > now_s {
        return format!("{at} is still to come\n  hint: times are UTC unless they say +02:00");
    }
    if now_s - at_s > KEPT_S {
        return format!(
            "{at} is too long ago: the history keeps five weeks\n  \
             hint: `evenkeel predict` can play the access logs of that time"
        );
    }
    format!("nothing was measured at {at}\n  hint: did the balancer serve then?")
}

/// Diagnoses with the words for people.
pub(crate) fn explained(diagnoses: &[DiagnosisRecord]) -> Vec<Explained> {
    let all = diagnoses.iter();
    all.map(|found| Explained { text: render(found), found: found.clone() }).collect()
}

/// One pool's diagnosis, for people.
pub(crate) fn render(diagnosis: &DiagnosisRecord) -> String {
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{}: {}", diagnosis.pool, causes(diagnosis));
    if diagnosis.step_s > 1 {
        let at = Utc::of(diagnosis.at as u64);
        let _ = writeln!(text, "  at {at} UTC, kept in steps of {} s", diagnosis.step_s);
    }
    let named = |h: &&HypothesisRecord| {
        diagnosis.causes.contains(&h.cause) || Some(&h.cause) == diagnosis.runner_up.as_ref()
    };
    for hypothesis in diagnosis.hypotheses.iter().filter(named) {
        let runner_up = Some(&hypothesis.cause) == diagnosis.runner_up.as_ref();
        let role = if runner_up { "runner-up" } else { "cause" };
        let (cause, decibans) = (&hypothesis.cause, hypothesis.decibans);
        let _ = writeln!(text, "\n  {role} {cause}, {decibans:+.0} dB");
        evidence(&mut text, "for", &hypothesis.evidence_for);
        evidence(&mut text, "against", &hypothesis.evidence_against);
    }
    let _ = writeln!(text, "\n  denial of service: {}", diagnosis.ddos.replace('_', " "));
    lines(&mut text, "", &diagnosis.ddos_evidence);
    lines(&mut text, "what happened before", &diagnosis.before);
    lines(&mut text, "what to do", &diagnosis.actions);
    lines(&mut text, "what would settle it", &diagnosis.checks);
    text
}

fn causes(diagnosis: &DiagnosisRecord) -> String {
    let mut text = match diagnosis.causes.as_slice() {
        [] => "no cause stands out".to_owned(),
        [one] if one == "unknown" => "no cause stands out".to_owned(),
        causes => causes.join(" and "),
    };
    if let Some(amplified) = &diagnosis.amplified_by {
        text += &format!(", made worse by {amplified}");
    }
    text
}

fn evidence(text: &mut String, word: &str, all: &[EvidenceRecord]) {
    for one in all {
        let _ = writeln!(text, "    {word:<7} {:>+4.0} dB  {}", one.decibans, one.text);
    }
}

fn lines(text: &mut String, title: &str, all: &[String]) {
    if !title.is_empty() && !all.is_empty() {
        let _ = writeln!(text, "\n  {title}");
    }
    for line in all {
        let _ = writeln!(text, "    {line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: what is shown is what is known. Method: a made-up diagnosis, read as a person would.
    #[test]
    fn a_person_can_read_it() {
        let evidence = |decibans, text: &str| EvidenceRecord {
            decibans,
            text: text.to_owned(),
            ..EvidenceRecord::default()
        };
        let hypothesis = |cause: &str, decibans, text: &str| HypothesisRecord {
            cause: cause.to_owned(),
            decibans,
            evidence_for: vec![evidence(decibans, text)],
            evidence_against: Vec::new(),
        };
        let shown = render(&DiagnosisRecord {
            pool: "portal".to_owned(),
            causes: vec!["weights".to_owned()],
            amplified_by: Some("retry_storm".to_owned()),
            runner_up: Some("persistence".to_owned()),
            ddos: "ruled_out".to_owned(),
            ddos_evidence: vec!["against: nothing new".to_owned()],
            hypotheses: vec![
                hypothesis("weights", 25.0, "a script set them"),
                hypothesis("surge", 5.0, "not shown"),
                hypothesis("persistence", 3.0, "some come back"),
            ],
            actions: vec!["put them back".to_owned()],
            ..DiagnosisRecord::default()
        });
        let expected = "\
portal: weights, made worse by retry_storm

  cause weights, +25 dB
    for      +25 dB  a script set them

  runner-up persistence, +3 dB
    for       +3 dB  some come back

  denial of service: ruled out
    against: nothing new

  what to do
    put them back
";
        assert_eq!(shown, expected);
    }

    /// Goal: whoever gets no diagnosis is told why.
    #[test]
    fn nothing_is_explained() {
        let now_s = 1_714_557_600;
        let check = |pool: Option<&str>, at_s: Option<u64>, expected: &str| {
            let why = why_nothing(pool, &["portal", "shop"], at_s, now_s);
            assert!(why.starts_with(expected), "{expected}: {why}");
        };
        let unknown = "there is no pool `shpo`\n  hint: there are portal, shop";
        check(Some("shpo"), Some(now_s - 60), unknown);
        check(Some("shop"), None, "nothing has been measured yet");
        check(None, Some(now_s - 60), "nothing was measured at 2024-05-01T09:59:00 UTC");
        check(None, Some(now_s - KEPT_S - 1), "2024-03-27T09:59:59 UTC is too long ago");
        check(None, Some(now_s + 1), "2024-05-01T10:00:01 UTC is still to come");
    }
}
