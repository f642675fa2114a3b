//! Runs the traffic, kills and revives a server, and writes down what happens.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use drill::{Load, Progress, Report, Stop};
use tokio::time::MissedTickBehavior;

use super::journal::{Event, Journal};
use super::observed::Observed;
use super::site::VICTIM;
use super::stage::Stage;
use super::trouble::Trouble;
use super::view::{Moment, View};
use crate::end::End;

/// Ten samples a second make steady means of what changes within milliseconds.
const SAMPLING: Duration = Duration::from_millis(100);

/// A demo that has been.
pub(super) struct Played {
    pub(super) report: Report,
    pub(super) events: Vec<Event>,
    pub(super) observed: Observed,
    /// Ended by the user, before its time.
    pub(super) interrupted: bool,
}

/// Runs the traffic for `length`, or until somebody ends it or nobody reads any more.
pub(super) async fn play(
    stage: &Stage,
    load: Load,
    length: Duration,
    view: &mut View,
    end: &mut End,
) -> Result<Played, Trouble> {
    let start = Instant::now();
    let stop = Stop::new();
    let progress = load.progress();
    let mut scene = Scene::new(stage, start, progress, view);
    let mut traffic = tokio::spawn(load.run(stage.address, stop.clone()));
    let mut ticks = tokio::time::interval(SAMPLING);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut acts = [(length / 3, Act::Kill), (length * 2 / 3, Act::Revive)].into_iter().peekable();
    let report = loop {
        let next = acts.peek().map(|(at, _)| start + *at);
        let shown = tokio::select! {
            biased;
            ended = &mut traffic => break ended,
            signal = end.told(), if !stop.tripped() => scene.leave(signal, &stop),
            () = until(next), if !stop.tripped() => match acts.next() {
                Some((_, act)) => scene.act(act).await,
                None => Ok(()),
            },
            _ = ticks.tick() => scene.look(),
        };
        if shown.is_err() {
            // Whoever looked on has left, as `head` does: nobody waits for the rest.
            stop.trip();
        }
    };
    let report = report.map_err(|error| Trouble {
        message: "the demo's users have broken down".to_owned(),
        detail: error.to_string(),
        hint: "this is a defect of the demo; please report it with the detail",
    })?;
    let Scene { journal, observed, .. } = scene;
    // Nothing but an early end gives the signal.
    Ok(Played { report, events: journal.into_events(), observed, interrupted: stop.tripped() })
}

/// Ends at `at`; without a time it does not end.
async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}

#[derive(Clone, Copy)]
enum Act {
    Kill,
    Revive,
}

/// What goes on, and how it is seen.
struct Scene<'a> {
    stage: &'a Stage,
    start: Instant,
    progress: Arc<Progress>,
    journal: Journal,
    observed: Observed,
    view: &'a mut View,
}

impl<'a> Scene<'a> {
    fn new(
        stage: &'a Stage,
        start: Instant,
        progress: Arc<Progress>,
        view: &'a mut View,
    ) -> Scene<'a> {
        let journal = Journal::begin(start);
        Scene { stage, start, progress, journal, observed: Observed::default(), view }
    }

    fn tell(&mut self, what: String) -> io::Result<()> {
        let event = self.journal.note(what);
        self.view.event(event)
    }

    fn leave(&mut self, signal: &str, stop: &Stop) -> io::Result<()> {
        stop.trip();
        self.tell(format!("{signal}: the demo ends here"))
    }

    /// Takes a sample and shows it.
    fn look(&mut self) -> io::Result<()> {
        let status = self.stage.status();
        for change in self.observed.sample(&status) {
            self.tell(change)?;
        }
        let moment = Moment { at: self.start.elapsed(), status, counts: self.progress.now() };
        self.view.frame(moment)
    }

    async fn act(&mut self, act: Act) -> io::Result<()> {
        let Some(victim) = self.stage.origins.get(VICTIM) else { return Ok(()) };
        let name = victim.name();
        match act {
            Act::Kill => {
                let in_flight = victim.in_flight();
                victim.kill().await;
                self.tell(format!("{name} is killed ({in_flight} requests in flight)"))
            }
            Act::Revive => match victim.revive().await {
                Ok(()) => self.tell(format!("{name} is started again")),
                Err(error) => self.tell(format!("{name} cannot be started again: {error}")),
            },
        }
    }
}
