//! `evenkeel import`: turns another balancer's configuration into ours.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use audit::{Import, Product};

use crate::output;

/// Turn a configuration of HAProxy, nginx or Envoy into one of Evenkeel.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Wherever a meaning could not be kept, a comment names the file and line. What was kept,
changed and lost is counted on stderr.

Exit codes: 0 written, 1 there is nothing to write, 2 unreadable or it cannot be written.

Example:
  evenkeel import /etc/haproxy/haproxy.cfg -o evenkeel.toml")]
pub(crate) struct Args {
    /// The files, which are one configuration
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Whose it is; found out from the first file unless it is said
    #[arg(long, value_enum)]
    product: Option<Whose>,

    /// Where it is written; to stdout unless it is said
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write over a file that is there
    #[arg(long, requires = "output")]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Whose {
    Haproxy,
    Nginx,
    Envoy,
}

impl From<Whose> for Product {
    fn from(whose: Whose) -> Product {
        match whose {
            Whose::Haproxy => Product::Haproxy,
            Whose::Nginx => Product::Nginx,
            Whose::Envoy => Product::Envoy,
        }
    }
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> ExitCode {
    let subject = match audit::read(&args.files, args.product.map(Product::from)) {
        Ok(subject) => subject,
        Err(refusal) => {
            output::say(format!("{refusal}\n"));
            return ExitCode::from(2);
        }
    };
    let made = match audit::import(&subject) {
        Ok(made) => made,
        Err(nothing) => {
            output::say(format!("{nothing}\n"));
            return ExitCode::from(1);
        }
    };
    let done = match &args.output {
        None => output::print(&made.text),
        Some(path) => write(path, &made.text, args.force),
    };
    if done == ExitCode::SUCCESS {
        output::say(summary(&made));
    }
    done
}

fn write(path: &Path, text: &str, force: bool) -> ExitCode {
    let mut options = OpenOptions::new();
    options.write(true);
    match force {
        true => options.create(true).truncate(true),
        false => options.create_new(true),
    };
    match options.open(path).and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            output::say(format!("{} is there already; --force writes over it\n", path.display()));
            ExitCode::from(2)
        }
        Err(error) => {
            output::say(format!("cannot write {}: {error}\n", path.display()));
            ExitCode::from(2)
        }
    }
}

fn summary(made: &Import) -> String {
    let [listeners, routes, pools, endpoints] = made.kept;
    format!(
        "kept: {listeners} listeners, {routes} routes, {pools} pools, {endpoints} endpoints\n\
         changed: {}\nlost: {}\n",
        made.changed, made.lost
    )
}
