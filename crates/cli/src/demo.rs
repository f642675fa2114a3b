//! `evenkeel demo`: a website on this machine, its users, and one bad moment.

mod journal;
mod observed;
mod play;
mod site;
mod stage;
mod summary;
mod trouble;
mod view;

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use config::Span;
use drill::Load;

use crate::end::End;
use crate::{limits, output};
use play::play;
use stage::Stage;
use trouble::Trouble;
use view::View;

/// Watch a balancer at work, with nothing to set up.
///
/// Starts five simulated servers of different size and speed, the balancer in front of them and
/// a few hundred sticky users, all on real sockets of this machine. After a third of the time one
/// server is killed, after two thirds it comes back. The users send GET and HEAD, which may be
/// sent again: no request should fail. Exits with 0, with 1 when a request failed, with 2 when
/// the demo could not start. Ctrl-C ends it early, with the summary so far, and so does SIGTERM.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  evenkeel demo
  evenkeel demo --for 2m --rate 1000
  evenkeel demo --for 10s --format json | tail -n 1 | jq .failed_requests")]
pub(crate) struct Args {
    /// How long it runs, from 1s to 1d.
    #[arg(long = "for", value_name = "TIME", default_value = "30s", value_parser = length)]
    length: Span,

    /// Requests per second, from 10 to 5000. The servers are made as fast as the rate needs:
    /// they are used to about 60 % whatever it is.
    #[arg(long, value_name = "NUMBER", default_value = "400", value_parser = rate)]
    rate: f64,

    /// Port of the balancer on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Port of the admin listener on 127.0.0.1; 0 takes a free one.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    admin: u16,

    /// A live table for people, or one JSON object as the last line for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(args: Args) -> ExitCode {
    let files = limits::raise_file_limit();
    let done = runtime().and_then(|runtime| runtime.block_on(perform(&args, files)));
    match done {
        Ok(code) => code,
        Err(trouble) => trouble.report(),
    }
}

/// Origins and users share one thread: the balancer, with its own, is what should be busy.
fn runtime() -> Result<tokio::runtime::Runtime, Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error: io::Error| Trouble {
        message: "the demo's runtime cannot start".to_owned(),
        detail: error.to_string(),
        hint: "does this machine allow the process more threads and files (`ulimit -a`)?",
    })
}

async fn perform(args: &Args, files: Option<u64>) -> Result<ExitCode, Trouble> {
    // Before there is anything to clear away: the default is to leave it all behind.
    let mut end = End::take().map_err(|error| Trouble {
        message: "signals cannot be received".to_owned(),
        detail: error.to_string(),
        hint: "does this machine allow the process more files (`ulimit -n`)?",
    })?;
    let length: Duration = args.length.into();
    let load = Load::new(site::load(args.rate, length)).map_err(|error| Trouble {
        message: "the demo's users cannot start".to_owned(),
        detail: error.to_string(),
        hint: "try another --rate",
    })?;
    let stage = Stage::set(args.rate, args.port, args.admin).await?;
    let mut view = View::of(args.format, length);
    // Nobody who could read it has left yet; if they have, the first frame will tell.
    let _ = view.note(&stage.greeting());
    if let Some(warning) = files.and_then(|files| site::too_few(files, args.rate)) {
        let _ = view.note(&warning);
    }
    let played = play(&stage, load, length, &mut view, &mut end).await;
    stage.strike().await;
    let played = played?;
    let text = match args.format {
        Format::Text => summary::text(&played),
        Format::Json => summary::json(&played)? + "\n",
    };
    let printed = output::print(&text);
    Ok(if played.report.failed() > 0 { ExitCode::FAILURE } else { printed })
}

fn length(text: &str) -> Result<Span, String> {
    let span: Span = text.parse().map_err(|error: config::UnitError| error.to_string())?;
    if (Span::from_secs(1)..=Span::from_secs(24 * 3600)).contains(&span) {
        return Ok(span);
    }
    Err("write a time from 1s to 1d".to_owned())
}

fn rate(text: &str) -> Result<f64, String> {
    // People write what they mean: 400/s is 400 per second.
    let number = text.strip_suffix("/s").unwrap_or(text);
    match number.parse::<f64>() {
        Ok(rate) if (10.0..=5000.0).contains(&rate) => Ok(rate),
        _ => Err("write requests per second from 10 to 5000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_have_limits() {
        assert_eq!(length("90s"), Ok(Span::from_secs(90)));
        assert!(length("30").unwrap_err().contains("no unit"));
        assert!(length("0s").unwrap_err().contains("1s to 1d"));
        assert_eq!((rate("400"), rate("1000/s")), (Ok(400.0), Ok(1000.0)));
        for bad in ["", "9", "5001", "NaN", "many"] {
            assert!(rate(bad).is_err(), "{bad}");
        }
    }
}
