//! `evenkeel drill check`: every balancer's program checks the configuration that it would get.

use std::path::PathBuf;
use std::process::ExitCode;

use drill::Contender;

use super::{balancer, chosen};
use crate::folder::Folder;
use crate::output;
use crate::scenario::{self, Choice};

/// Have balancers check the configurations that they would get in a scenario
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit codes: 0 all are accepted, 1 one is not, or its program is missing, 2 usage.

Example:
  evenkeel drill check drills/sticky.toml --balancer all")]
pub(super) struct Args {
    /// The scenario
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Balancers, each NAME or NAME:SETTING
    #[arg(
        long,
        value_name = "BALANCER,..",
        value_delimiter = ',',
        default_value = "all",
        value_parser = balancer
    )]
    balancer: Vec<Choice<Contender>>,
}

pub(super) fn run(args: &Args) -> ExitCode {
    match checked(args) {
        Ok(text) => output::print(&text),
        Err(message) => {
            output::complain(message);
            ExitCode::FAILURE
        }
    }
}

fn checked(args: &Args) -> Result<String, String> {
    let script = scenario::read(&args.file)?;
    let mut text = String::new();
    for contender in chosen(&args.balancer, &script) {
        let folder = Folder::create("drill").map_err(|error| error.to_string())?;
        contender.fits(&script).map_err(|error| error.to_string())?;
        contender.check(&script, folder.path()).map_err(|error| error.to_string())?;
        text += &format!("{contender}: accepted\n");
    }
    Ok(text)
}
