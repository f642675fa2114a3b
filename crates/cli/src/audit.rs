//! `evenkeel audit`: what in a configuration is known to go wrong.

mod traffic;

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use audit::report::{self, View};
use audit::{Audit, Case, Day, Product, Refusal, Severity, Subject};

use crate::output;

/// Exit code when something at or above `--fail-level` was found.
const FOUND: u8 = 1;
/// Exit code of a file that cannot be read or is no configuration.
const UNUSABLE: u8 = 2;

/// Find in a configuration what is known to send traffic to too few servers
///
/// Reads configurations of HAProxy, nginx, Envoy and Evenkeel. Several files of HAProxy's, or
/// folders, are one configuration, as with its own `-f`; so are Envoy's files.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
A comment in the configuration allows what is right there, with a reason:
  # evenkeel: allow EKP104 until 2027-01-31 -- the portal keeps sessions for a day

Exit codes: 0 nothing found, 1 found at or above --fail-level, 2 usage, or a file cannot be read.

Examples:
  evenkeel audit /etc/haproxy/haproxy.cfg
  evenkeel audit --product nginx sites/portal --fail-level warning
  evenkeel audit haproxy.cfg --log access.log.1.gz --log access.log
  evenkeel audit envoy.yaml --format sarif > evenkeel.sarif")]
pub(crate) struct Args {
    /// Files and folders that are one configuration
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Whose configuration it is; what it says tells, unless given
    #[arg(long, value_enum)]
    product: Option<ProductName>,

    /// An access log, for the rules that need one; several are played as one, by their times
    #[arg(long, value_name = "LOG")]
    log: Vec<PathBuf>,

    /// Play the whole log through this pool
    #[arg(long, value_name = "POOL", requires = "log")]
    pool: Option<String>,

    /// The cookie that names users in the log
    #[arg(long, value_name = "COOKIE", requires = "log")]
    session: Option<String>,

    /// How the result is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// From which severity on what is found makes the exit code 1
    #[arg(long, value_enum, default_value_t = Level::Error)]
    fail_level: Level,
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
    Warning,
    Info,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    let subject = match audit::read(&args.files, args.product.map(ProductName::product)) {
        Ok(subject) => subject,
        Err(refusal) => return refuse(&refusal),
    };
    let prediction =
        match traffic::played(&args.log, args.pool.as_deref(), args.session.as_deref(), &subject) {
            Ok(prediction) => prediction,
            Err(why) => {
                output::complain(why);
                return ExitCode::from(UNUSABLE);
            }
        };
    let case = Case { prediction: prediction.as_ref(), ..Case::of(&subject) };
    let audit = audit::judge(&case, today());
    let root = std::env::current_dir().unwrap_or_default();
    let fails = args.fail_level.severity();
    let view = View { subject: &subject, audit: &audit, root: &root, fails };
    let shown = output::print(&args.format.show(&view));
    if shown != ExitCode::SUCCESS {
        return shown;
    }
    prediction.iter().for_each(traffic::tell);
    exit_code(&subject, &audit, fails)
}

fn refuse(refusal: &Refusal) -> ExitCode {
    match refusal {
        Refusal::Unknown(_) => {
            output::complain(refusal);
            output::say(
                "  hint: say it with `--product haproxy`, `nginx`, `envoy` or `evenkeel`\n",
            );
        }
        // These are told with their places.
        Refusal::Broken(..) | Refusal::Invalid(_) => output::say(format_args!("{refusal}\n")),
        _ => output::complain(refusal),
    }
    ExitCode::from(UNUSABLE)
}

/// What its own balancer refuses is told in any case, and outweighs what was found in the rest.
fn exit_code(subject: &Subject, audit: &Audit, fails: Severity) -> ExitCode {
    for error in &subject.errors {
        output::say(format_args!("{}\n", error.told(subject.sources())));
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

impl Format {
    fn show(self, view: &View<'_>) -> String {
        match self {
            Format::Text => {
                let asked = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
                report::text(view, asked && io::stdout().is_terminal())
            }
            Format::Json => report::json(view),
            Format::Sarif => report::sarif(view),
            Format::Junit => report::junit(view),
            Format::Github => report::github(view),
            Format::Markdown => report::markdown(view),
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
