//! `evenkeel audit`: what in a configuration is known to go wrong.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use audit::predict::Prediction;
use audit::report::{self, View};
use audit::{Audit, Case, Day, Mending, Policy, PolicyError, Product, Refusal, Severity, Subject};
use config::{RunningAt, Schedule};
use foreign::Span;
use foreign::running::Running;

use crate::audited::Target;
use crate::logs::LogFormat;
use crate::{audit_again, logs, output, rewrite, running, traffic};

/// Exit code when something at or above `--fail-level` was found.
const FOUND: u8 = 1;
/// Exit code of a file that cannot be read or is no configuration.
const UNUSABLE: u8 = 2;
/// Unknown words that are told one by one: a file of somebody's module has hundreds.
const UNKNOWN_SHOWN: usize = 10;

/// Find in a configuration what is known to send traffic to too few servers
///
/// Reads configurations of HAProxy, nginx, Envoy and Evenkeel. Several files of HAProxy's, or
/// folders, are one configuration, as with its own `-f`; so are Envoy's files.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
A comment in the configuration allows what is right there, with a reason:
  # evenkeel: allow EKP104 until 2027-01-31 -- the portal keeps sessions for a day

Exit codes: 0 nothing found, 1 found at or above --fail-level, 2 usage, or a file cannot be read or
a running balancer asked.
With --fix they are about what is left in the files.

Examples:
  evenkeel audit /etc/haproxy/haproxy.cfg
  evenkeel audit --product nginx sites/portal --fail-level warning
  evenkeel audit haproxy.cfg --log access.log.1.gz --log access.log
  evenkeel audit haproxy.cfg --running unix:/run/haproxy/admin.sock
  evenkeel audit envoy.yaml eds.yaml --running http://127.0.0.1:9901
  evenkeel audit haproxy.cfg --schedule daily --state-dir /var/lib/evenkeel-audit
  evenkeel audit --fleet lb1.cfg lb2.cfg lb3.cfg
  evenkeel audit /etc/haproxy --policy policy.toml
  evenkeel audit envoy.yaml --format sarif > evenkeel.sarif
  evenkeel audit haproxy.cfg --fix --dry-run | patch -p0")]
pub(crate) struct Args {
    /// Files and folders that are one configuration
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Take each FILE as a configuration of its own, and tell what differs between them
    #[arg(long, conflicts_with = "fix")]
    fleet: bool,

    /// Whose configuration it is; what it says tells, unless given
    #[arg(long, value_enum)]
    product: Option<ProductName>,

    /// What the organisation asks of every configuration, beside the rules
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// An access log, for the rules that need one; several are played as one, by their times
    #[arg(long, value_name = "LOG", conflicts_with = "fleet")]
    log: Vec<PathBuf>,

    /// The log's format, where it is not found out: `combined`, `haproxy`, `envoy`, ...
    #[arg(long, value_name = "FORMAT", requires = "log", value_parser = logs::format())]
    log_format: Option<LogFormat>,

    /// Play the whole log through this pool
    #[arg(long, value_name = "POOL", requires = "log")]
    pool: Option<String>,

    /// The cookie that names users in the log
    #[arg(long, value_name = "COOKIE", requires = "log")]
    session: Option<String>,

    /// Where the balancer that runs this is asked what is in force, for the rules that need that:
    /// a socket's path, HOST:PORT, or http://HOST:PORT; several are looked at one by one
    #[arg(long, value_name = "SOURCE", value_parser = RunningAt::parse,
          conflicts_with_all = ["fleet", "fix"])]
    running: Vec<RunningAt>,

    /// Go on: audit now and whenever this says so, and tell what is new and what has gone;
    /// `hourly`, `daily`, `weekly`, or an expression of cron, in UTC unless a time zone stands
    /// behind it
    #[arg(long, value_name = "WHEN", value_parser = scheduled,
          conflicts_with_all = ["fleet", "fix", "pool", "session", "format", "fail_level"])]
    schedule: Option<Schedule>,

    /// Where what was found is kept for the next process, with --schedule
    #[arg(long, value_name = "DIR", requires = "schedule")]
    state_dir: Option<PathBuf>,

    /// How the result is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// From which severity on what is found makes the exit code 1
    #[arg(long, value_enum, default_value_t = Level::Error)]
    fail_level: Level,

    /// Mend in the files what an exact change of a word or a line mends, and show the changes; what
    /// is left is told on stderr
    #[arg(long, conflicts_with = "format")]
    fix: bool,

    /// Show the changes alone
    #[arg(long, requires = "fix")]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum ProductName {
    Haproxy,
    Nginx,
    Envoy,
    Evenkeel,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people: source lines underlined
    Text,
    /// For scripts: one JSON object
    Json,
    /// For code scanning: SARIF 2.1.0
    Sarif,
    /// For continuous integration: JUnit's XML
    Junit,
    /// For GitHub's runners: annotations
    Github,
    /// For a pull request's comment
    Markdown,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Level {
    Error,
    #[value(alias = "warn")]
    Warning,
    Info,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    if let Some(schedule) = &args.schedule {
        return again(args, schedule);
    }
    let policy = match args.policy.as_deref().map(Policy::load).transpose() {
        Ok(policy) => policy.unwrap_or_default(),
        Err(error) => return refuse_policy(&error),
    };
    let today = today();
    let judged = match args.fleet {
        true => fleet(args, &policy, today),
        false => one(args, &policy, today),
    };
    let Judged { subject, prediction, audit } = match judged {
        Ok(judged) => judged,
        Err(code) => return code,
    };
    let fails = args.fail_level.severity();
    if args.fix {
        return match audit::mend(&subject, &audit, &policy, today) {
            Ok(mending) if args.dry_run => show(&mending, exit_code(&subject, &audit, fails)),
            Ok(mending) => fix(&mending, fails),
            Err(why) => {
                exit_code(&subject, &audit, fails);
                output::complain(format_args!("nothing is changed: {why}"));
                ExitCode::from(UNUSABLE)
            }
        };
    }
    let shown = args.report(&subject, &audit);
    if shown != ExitCode::SUCCESS {
        return shown;
    }
    prediction.iter().for_each(traffic::tell);
    exit_code(&subject, &audit, fails)
}

/// What was audited, and what was found.
struct Judged {
    subject: Subject,
    prediction: Option<Prediction>,
    audit: Audit,
}

fn one(args: &Args, policy: &Policy, today: Day) -> Result<Judged, ExitCode> {
    let product = args.product.map(ProductName::product);
    let subject = audit::read(&args.files, product).map_err(|it| refuse(args, it))?;
    let unusable = |why: String| {
        output::complain(why);
        ExitCode::from(UNUSABLE)
    };
    let prediction = played(args, &subject).map_err(unusable)?;
    let running: Result<Vec<Running>, String> =
        args.running.iter().map(|source| running::ask(source, subject.product())).collect();
    let running = running.map_err(unusable)?;
    let prediction_of = prediction.as_ref();
    let case = Case { prediction: prediction_of, running: &running, ..Case::of(&subject) };
    let audit = audit::judge_by(&case, policy, today);
    Ok(Judged { subject, prediction, audit })
}

fn played(args: &Args, subject: &Subject) -> Result<Option<Prediction>, String> {
    if args.log.is_empty() {
        return Ok(None);
    }
    let logs = logs::open(&args.log, args.log_format.as_ref(), subject)?;
    let (pool, session) = (args.pool.as_deref(), args.session.as_deref());
    traffic::played(logs, pool, session, subject).map(Some)
}

fn fleet(args: &Args, policy: &Policy, today: Day) -> Result<Judged, ExitCode> {
    let product = args.product.map(ProductName::product);
    let members = args.files.iter().map(|path| {
        let subject = audit::read(std::slice::from_ref(path), product)?;
        Ok((path.clone(), subject))
    });
    let members: Result<Vec<_>, Refusal> = members.collect();
    let members = members.map_err(|it| refuse(args, it))?;
    let (subject, audit) = audit::fleet(members, policy, today).map_err(|unlike| {
        output::complain(&unlike);
        ExitCode::from(UNUSABLE)
    })?;
    Ok(Judged { subject, prediction: None, audit })
}

/// Shows the changes, which somebody else may make.
fn show(mending: &Mending, code: ExitCode) -> ExitCode {
    let files = mending.files.iter();
    let diffs = files.map(|file| audit::diff(&file.name, &file.before, &file.after));
    let text = diffs.collect::<String>();
    // `patch` needs them as they are.
    let is_read = io::stdout().is_terminal();
    match if is_read { output::print(&text) } else { output::print_exact(&text) } {
        ExitCode::SUCCESS => code,
        unwritten => unwritten,
    }
}

/// Makes the changes, and tells what they leave.
fn fix(mending: &Mending, fails: Severity) -> ExitCode {
    if let Err(why) = rewrite::all(&mending.files) {
        output::complain(why);
        return ExitCode::from(UNUSABLE);
    }
    let root = std::env::current_dir().unwrap_or_default();
    let (subject, audit) = (&mending.subject, &mending.audit);
    let view = View { subject, audit, root: &root, folder: &root, fails };
    let asked = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    output::say_coloured(report::text(&view, asked && io::stderr().is_terminal()));
    mending.done.iter().for_each(|done| output::say(format_args!("mended {done}\n")));
    if mending.later > 0 {
        let later = mending.later;
        output::say(format_args!("{later} more can be mended now: run it once more\n"));
    }
    show(mending, exit_code(subject, audit, fails))
}

/// Says why there is nothing to judge: on stderr, and where it has places, in the form that was
/// asked for, too.
fn refuse(args: &Args, refusal: Refusal) -> ExitCode {
    match &refusal {
        Refusal::Unknown(_) => {
            output::complain(&refusal);
            output::say(
                "  hint: say it with `--product haproxy`, `nginx`, `envoy` or `evenkeel`\n",
            );
        }
        // These are told with their places.
        Refusal::Broken(_) | Refusal::Invalid(_) => output::say(format_args!("{refusal}\n")),
        _ => output::complain(&refusal),
    }
    if !matches!(args.format, Format::Text)
        && let Some(subject) = refusal.subject()
    {
        args.report(&subject, &Audit::default());
    }
    ExitCode::from(UNUSABLE)
}

fn again(args: &Args, schedule: &Schedule) -> ExitCode {
    let (log, more) = (args.log.first().cloned(), args.log.len() > 1);
    if more {
        output::complain("the end of one log is read with --schedule: name the one that grows");
        return ExitCode::from(UNUSABLE);
    }
    let product = args.product.map(ProductName::product);
    audit_again::run(&audit_again::Task {
        target: Target::named(args.files.clone(), product, &args.running, log),
        schedule: schedule.clone(),
        policy: args.policy.clone(),
        state_dir: args.state_dir.clone(),
    })
}

fn scheduled(text: &str) -> Result<Schedule, String> {
    Schedule::parse(text).map_err(|why| why.to_string())
}

fn refuse_policy(error: &PolicyError) -> ExitCode {
    match error {
        // These are told with their places.
        PolicyError::Invalid(_) => output::say(error),
        PolicyError::Unreadable(..) => output::complain(error),
    }
    ExitCode::from(UNUSABLE)
}

/// What its own balancer refuses is told in any case, and outweighs what was found in the rest.
fn exit_code(subject: &Subject, audit: &Audit, fails: Severity) -> ExitCode {
    for error in &subject.errors {
        output::say(format_args!("{}\n", error.told(subject.sources())));
    }
    let not_judged = |(span, what)| (span, format!("{what}, and was not judged"));
    let unknown: Vec<(Span, String)> = subject
        .misread()
        .into_iter()
        .chain(subject.unknown().into_iter().map(not_judged))
        .collect();
    for (span, what) in unknown.iter().take(UNKNOWN_SHOWN) {
        let place = subject.sources().place(*span);
        let (file, line, column) = (place.file, place.line, place.column);
        output::say(format_args!("{file}:{line}:{column}: note: {what}\n"));
    }
    if let Some(more) = unknown.len().checked_sub(UNKNOWN_SHOWN).filter(|more| *more > 0) {
        output::say(format_args!("{more} more are not known; `--format json` lists all\n"));
    }
    if !subject.errors.is_empty() {
        return ExitCode::from(UNUSABLE);
    }
    match audit.worst() {
        Some(worst) if worst >= fails => ExitCode::from(FOUND),
        _ => ExitCode::SUCCESS,
    }
}

/// Today in UTC: a build must not depend on where it runs.
pub(crate) fn today() -> Day {
    let date = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    let year = u16::try_from(date.year()).unwrap_or(0);
    Day::new(year, part(date.month()), part(date.day())).unwrap_or(Day::FIRST)
}

impl Args {
    /// Shows what was found in the form that was asked for.
    fn report(&self, subject: &Subject, audit: &Audit) -> ExitCode {
        let folder = std::env::current_dir().unwrap_or_default();
        let root = self.format.root(&folder);
        let fails = self.fail_level.severity();
        self.format.print(&View { subject, audit, root, folder: &folder, fails })
    }
}

impl Format {
    fn print(self, view: &View<'_>) -> ExitCode {
        match self {
            Format::Text => {
                let asked = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
                let text = report::text(view, asked && io::stdout().is_terminal());
                output::print_coloured(&text)
            }
            Format::Json => output::print(&report::json(view)),
            Format::Sarif => output::print(&report::sarif(view)),
            Format::Junit => output::print(&report::junit(view)),
            Format::Github => output::print(&report::github(view)),
            Format::Markdown => output::print(&report::markdown(view)),
        }
    }

    /// The folder that its paths start from. What goes to whoever hosts the code names files as the
    /// repository does, wherever in it the audit runs; people and scripts go on where they are.
    fn root(self, folder: &Path) -> &Path {
        let is_repository = |folder: &&Path| folder.join(".git").exists();
        match self {
            Format::Text | Format::Json => folder,
            _ => folder.ancestors().find(is_repository).unwrap_or(folder),
        }
    }
}

impl ProductName {
    fn product(self) -> Product {
        match self {
            ProductName::Haproxy => Product::Haproxy,
            ProductName::Nginx => Product::Nginx,
            ProductName::Envoy => Product::Envoy,
            ProductName::Evenkeel => Product::Evenkeel,
        }
    }
}

impl Level {
    fn severity(self) -> Severity {
        match self {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Info => Severity::Info,
        }
    }
}
