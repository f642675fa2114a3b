//! `evenkeel predict`: what every server will get of a log's traffic, before a file goes live.

mod html;
mod json;
mod text;

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use audit::Subject;
use audit::predict::{
    Clients, Failure, Predicted, Prediction, Question, predict_logs, predict_population,
};

use foreign::SyntaxError;

use crate::logs::LogFormat;
use crate::{logs, output};

/// Say what every server will get, with a configuration of HAProxy, nginx, Envoy or Evenkeel
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The log's requests are played through an imitation of the balancer. Without a log a made-up
population is played, and said to be.

Exit codes: 0 predicted, 2 usage, or a file that cannot be read or imitated.

Examples:
  evenkeel predict haproxy.cfg --log access.log
  evenkeel predict haproxy.cfg --log lb1.log --log lb2.log --log lb2.log.1.gz
  evenkeel predict haproxy.cfg --log access.log.gz --against haproxy.cfg.old
  evenkeel predict nginx.conf --log access.log --pool portal --down 10.0.0.3:8080
  evenkeel predict haproxy.cfg --log access.log --each > servers.jsonl")]
pub(crate) struct Args {
    /// The configuration; several files of HAProxy's or Envoy's are one
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// An access log, gzip and zstd are unpacked; several are played as one, by their times
    #[arg(long, value_name = "LOG")]
    log: Vec<PathBuf>,

    /// The log's format, where it is not found out: `combined`, `haproxy`, `envoy`, ...
    #[arg(long, value_name = "FORMAT", requires = "log", value_parser = logs::format())]
    log_format: Option<LogFormat>,

    /// Play the whole log through this pool
    #[arg(long, value_name = "POOL")]
    pool: Option<String>,

    /// A server that is down: `web3`, or `shop/web3` where several pools have one
    #[arg(long, value_name = "SERVER")]
    down: Vec<String>,

    /// Whose sessions --each follows
    #[arg(long, value_enum, default_value_t = Whose::Kept)]
    clients: Whose,

    /// The cookie that names users in the log, not servers; else one that servers commonly use, or
    /// address and program
    #[arg(long, value_name = "COOKIE", requires = "log")]
    session: Option<String>,

    /// The configuration from before: what changes against it
    #[arg(long, value_name = "OLD")]
    against: Option<PathBuf>,

    /// Print the predicted server of every line of the log, as JSON lines: those of pools that look
    /// at the requests under way in the order in which they came
    #[arg(long, requires = "log")]
    each: bool,

    /// Seconds that a request takes where the log does not say
    #[arg(long, value_name = "SECONDS", default_value_t = 0.1)]
    service_time: f64,

    /// How the result is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Whose {
    /// Sessions keep the server they had
    Kept,
    /// All sessions begin anew
    New,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For scripts: one object
    Json,
    /// For a browser: one page with charts
    Html,
}

/// Exit code of all that is no prediction.
const UNUSABLE: u8 = 2;

/// Lines are written in pieces of about so many bytes.
const PIECE: usize = 1 << 16;

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    let made = read(&args.files).and_then(|subject| predict(args, &subject));
    match made {
        Err(message) => {
            output::complain(message);
            ExitCode::from(UNUSABLE)
        }
        Ok(made) if args.each => {
            // The lines are for a script, and what is to be known of them is for people.
            output::say(text::beside(&made));
            ExitCode::SUCCESS
        }
        Ok(made) => match args.format {
            Format::Text => output::print(&text::render(&made)),
            Format::Html => {
                let file = name(&args.files);
                let against = args.against.as_ref().map(|path| path.display().to_string());
                output::print(&html::render(&made, &file, against.as_deref()))
            }
            Format::Json => output::print(&format!("{:#}\n", json::of(&made))),
        },
    }
}

fn name(files: &[PathBuf]) -> String {
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    names.join(" ")
}

/// What its own balancer would refuse takes no traffic, and so has no shares.
fn read(files: &[PathBuf]) -> Result<Subject, String> {
    let subject = audit::read(files, None).map_err(|refusal| refusal.to_string())?;
    if subject.errors.is_empty() {
        return Ok(subject);
    }
    let told = |error: &SyntaxError| error.told(subject.sources()).to_string();
    let errors: Vec<String> = subject.errors.iter().map(told).collect();
    Err(format!("nothing is predicted: the configuration is not valid\n{}", errors.join("\n")))
}

fn predict(args: &Args, subject: &Subject) -> Result<Prediction, String> {
    let against = match &args.against {
        Some(path) => Some(read(std::slice::from_ref(path))?),
        None => None,
    };
    if !(args.service_time.is_finite() && args.service_time > 0.0) {
        return Err("--service-time is a number of seconds above 0".to_owned());
    }
    let question = Question {
        pool: args.pool.as_deref(),
        down: &args.down,
        clients: match args.clients {
            Whose::Kept => Clients::Kept,
            Whose::New => Clients::New,
        },
        service_s: args.service_time,
        session: args.session.as_deref(),
        against: against.as_ref(),
    };
    let told = |failure: Failure| failure.to_string();
    match args.log.as_slice() {
        [] => predict_population(subject, &question).map_err(told),
        [_, _, ..] if args.each => Err("--each tells lines of one --log".to_owned()),
        paths => with_logs(args, subject, paths, &question),
    }
}

fn with_logs(
    args: &Args,
    subject: &Subject,
    paths: &[PathBuf],
    question: &Question<'_>,
) -> Result<Prediction, String> {
    let logs = logs::open(paths, args.log_format.as_ref(), subject)?;
    let mut piece = String::new();
    let mut each = |it: &Predicted<'_>| {
        if !args.each {
            return;
        }
        let server =
            it.server.map_or("null".to_owned(), |name| serde_json::json!(name).to_string());
        let pool = serde_json::json!(it.pool);
        let (line, reason) = (it.line, it.reason.as_str());
        let assumed = it
            .assumed
            .map_or(String::new(), |why| format!(",\"assumed\":{}", serde_json::json!(why)));
        let _ = writeln!(
            piece,
            "{{\"line\":{line},\"pool\":{pool},\"server\":{server},\
             \"reason\":\"{reason}\"{assumed}}}"
        );
        if piece.len() > PIECE {
            output::print_or_end(&piece);
            piece.clear();
        }
    };
    let made = predict_logs(subject, logs, question, &mut each).map_err(|it| it.to_string())?;
    output::print_or_end(&piece);
    if made.traffic.requests == 0 {
        return Err(text::nothing(&made));
    }
    Ok(made)
}
