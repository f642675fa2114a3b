//! `evenkeel top`: what a running balancer does, live.

mod screen;

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use ledger::Status;

use crate::admin::{Admin, Failure};
use crate::output;
use crate::table::{self, Style};
use screen::{Screen, Wish};

const INTERVAL: Duration = Duration::from_secs(1);

/// Watch the pools and endpoints of a running balancer, with rates.
///
/// Redrawn every second until q or Ctrl-C. A narrow window shows fewer columns and says
/// which are missing. Off a terminal it prints one frame, as with --once.
/// A bar is an endpoint's share of its pool's requests; the mark in it is the share intended.
/// Exits with 0, or with 2 when the admin listener gives no answer at the start.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  evenkeel top
  evenkeel top --once --admin 10.0.0.5:9900")]
pub(crate) struct Args {
    #[command(flatten)]
    admin: Admin,

    /// Measure for one second, print one frame and leave.
    #[arg(long)]
    once: bool,
}

pub(crate) fn run(args: Args) -> ExitCode {
    let first = match args.admin.status() {
        Ok(status) => status,
        Err(failure) => return failure.report(),
    };
    if args.once || !io::stdout().is_terminal() {
        return once(&args.admin, first);
    }
    match watch(&args.admin, first) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(format_args!(
                "the terminal cannot be drawn on\n  detail: {error}\n  \
                 hint: `evenkeel top --once` needs no terminal"
            ));
            ExitCode::FAILURE
        }
    }
}

fn once(admin: &Admin, first: Status) -> ExitCode {
    thread::sleep(INTERVAL);
    let mut view = View::new(first);
    view.update(admin.status());
    match view.trouble {
        Some(failure) => failure.report(),
        None => output::print_coloured(&view.frame(Style::of_stdout())),
    }
}

fn watch(admin: &Admin, first: Status) -> io::Result<()> {
    let mut view = View::new(first);
    let mut screen = Screen::open()?;
    loop {
        // Asked each time: the window may have changed.
        screen.draw(&view.frame(Style::of_stdout()))?;
        match screen.wish(INTERVAL)? {
            Wish::Quit => return Ok(()),
            Wish::Redraw => {}
            Wish::Next => view.update(admin.status()),
        }
    }
}

/// What is on the screen: the latest status, the one before it, and the latest failure.
struct View {
    now: Status,
    before: Option<Status>,
    trouble: Option<Failure>,
}

impl View {
    fn new(first: Status) -> Self {
        Self { now: first, before: None, trouble: None }
    }

    /// Takes what came. After a failure the last known numbers stay, marked as old: a balancer
    /// that restarts is when they are looked at most.
    fn update(&mut self, next: Result<Status, Failure>) {
        match next {
            Ok(next) => {
                self.before = Some(std::mem::replace(&mut self.now, next));
                self.trouble = None;
            }
            Err(failure) => self.trouble = Some(failure),
        }
    }

    fn frame(&self, style: Style) -> String {
        // The process's own clock: the time that the answer took on its way is not in it.
        let previous =
            self.before.as_ref().map(|before| (before, self.now.uptime_s - before.uptime_s));
        let table = table::render(&self.now, previous, style);
        match &self.trouble {
            Some(failure) => format!("OLD NUMBERS: {}\n{table}", failure.line()),
            None => table,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(uptime_s: f64, requests: u64) -> Status {
        let endpoint = ledger::EndpointStatus { requests, ..Default::default() };
        let pool = ledger::PoolStatus { requests, endpoints: vec![endpoint], ..Default::default() };
        Status { uptime_s, pools: vec![pool], ..Status::default() }
    }

    // Goal: rates follow the server's clock. Method: two frames 2 s apart.
    #[test]
    fn frames_show_rates() {
        let mut view = View::new(at(10.0, 100));
        assert!(!view.frame(Style::PLAIN).contains("/s"));
        view.update(Ok(at(12.0, 700)));
        assert!(view.frame(Style::PLAIN).contains(" · 300/s · "));
    }
}
