//! What happens: changes of the world, and steps of the rate.

use std::time::Duration;

use config::Span;
use evenness::diagnosis::Limits;

use super::error::ScriptError;
use super::text::{Event, LimitText};
use crate::change::{Change, Mode, Turn};

/// Everything that a file's events come to.
#[derive(Debug, Default)]
pub(super) struct Happenings {
    pub(super) changes: Vec<(u64, Change)>,
    /// From, to, and the factor on the rate; seconds.
    pub(super) surges: Vec<(f64, f64, f64)>,
    /// From, to, and newcomers' requests per second.
    pub(super) floods: Vec<(f64, f64, f64)>,
    /// From, to, and one user's requests per request of all others.
    pub(super) heavies: Vec<(f64, f64, f64)>,
}

/// Reads the events of a world with these servers.
pub(super) fn read(
    events: &[Event],
    names: &[String],
    slowness: &[f64],
    weights: &[f64],
    duration_ns: u64,
) -> Result<Happenings, ScriptError> {
    let mut all = Happenings::default();
    for (number, event) in events.iter().enumerate() {
        let reader = Reader { event, names, slowness, weights, duration_ns };
        reader.read(&mut all).map_err(|mut error| {
            error.message = format!("events[{number}]: {}", error.message);
            error
        })?;
    }
    Ok(all)
}

struct Reader<'a> {
    event: &'a Event,
    names: &'a [String],
    slowness: &'a [f64],
    weights: &'a [f64],
    duration_ns: u64,
}

/// More would be a mistake of units.
const TIMES_MAX: u64 = 10_000;
const WEIGHT_MAX: f64 = 1000.0;
const SURGE_MAX: f64 = 1000.0;
const FLOOD_MAX: f64 = 1e7;
const HEAVY_MAX: f64 = 0.99;
const SLOWER_MAX: f64 = 10_000.0;
const DELAY_MAX: Duration = Duration::from_secs(3600);

fn above_zero(value: f64, most: f64) -> Result<f64, ScriptError> {
    let fits = value > 0.0 && value <= most;
    let why = || ScriptError::new(format!("{value} is not above 0 and at most {most}"), "");
    fits.then_some(value).ok_or_else(why)
}

/// A part of a whole.
fn part(value: f64) -> Result<f64, ScriptError> {
    let fits = (0.0..=1.0).contains(&value);
    fits.then_some(value).ok_or_else(|| ScriptError::new(format!("{value} is not from 0 to 1"), ""))
}

fn limits(text: LimitText) -> Result<Limits, ScriptError> {
    Ok(Limits {
        connections: part(text.connections)?,
        cpu: part(text.cpu)?,
        queue: part(text.queue)?,
    })
}

impl Reader<'_> {
    fn read(&self, all: &mut Happenings) -> Result<(), ScriptError> {
        self.check_one()?;
        let event = self.event;
        let from = event.at.ok_or_else(|| ScriptError::new("when?", "write `at = \"10s\"`"))?;
        let seconds = |span: Span| span.0.as_secs_f64();
        let to_s = event.lasts.map_or(f64::INFINITY, |lasts| seconds(from) + seconds(lasts));
        let is_traffic = event.surge.is_some() || event.flood.is_some() || event.heavy.is_some();
        if is_traffic && event.every.is_some() {
            let hint = "write an event for each time";
            return Err(ScriptError::new("traffic cannot come `every` so often", hint));
        }
        if let Some(factor) = event.surge {
            all.surges.push((seconds(from), to_s, above_zero(factor, SURGE_MAX)?));
        } else if let Some(rate) = event.flood {
            all.floods.push((seconds(from), to_s, above_zero(rate, FLOOD_MAX)?));
        } else if let Some(heavy) = event.heavy {
            let share = above_zero(heavy.share, HEAVY_MAX)?;
            all.heavies.push((seconds(from), to_s, share / (1.0 - share)));
        } else {
            let times = self.times(from.as_nanos())?;
            for (change, undone) in self.changes()? {
                all.changes.extend(times.iter().map(|&at_ns| (at_ns, change.clone())));
                if let Some(lasts) = event.lasts {
                    all.changes
                        .extend(undone.map(|undone| (from.as_nanos() + lasts.as_nanos(), undone)));
                }
            }
        }
        Ok(())
    }

    /// When it happens: once, or every so often until it ends.
    fn times(&self, from_ns: u64) -> Result<Vec<u64>, ScriptError> {
        let Some(every) = self.event.every else { return Ok(vec![from_ns]) };
        let lasts_ns = self.event.lasts.map_or(u64::MAX, Span::as_nanos);
        let to_ns = from_ns.saturating_add(lasts_ns).min(self.duration_ns);
        let every_ns = every.as_nanos();
        let times = to_ns.saturating_sub(from_ns).checked_div(every_ns);
        if times.is_none_or(|times| times > TIMES_MAX) {
            let hint = format!("at most {TIMES_MAX} times; write `every = \"2s\"`");
            return Err(ScriptError::new("`every` is too often", hint));
        }
        Ok((from_ns..to_ns).step_by(every_ns as usize).collect())
    }

    fn check_one(&self) -> Result<(), ScriptError> {
        let event = self.event;
        let set = [
            event.slower.is_some(),
            event.fails_fast.is_some(),
            event.errors.is_some(),
            event.hangs.is_some(),
            event.killed.is_some(),
            event.probe_fails.is_some(),
            event.weights.is_some(),
            event.stick.is_some(),
            event.reload.is_some(),
            event.surge.is_some(),
            event.flood.is_some(),
            event.heavy.is_some(),
            event.limit.is_some(),
        ];
        let kinds = "slower, fails_fast, errors, hangs, killed, probe_fails, weights, stick, \
                     reload, surge, flood, heavy, limit";
        let plain = [event.hangs, event.killed, event.probe_fails, event.reload];
        if plain.contains(&Some(false)) {
            let hint = "leave the event out; `for` ends one";
            return Err(ScriptError::new("nothing happens with `false`", hint));
        }
        match set.iter().filter(|&&set| set).count() {
            1 => Ok(()),
            0 => Err(ScriptError::new("nothing happens", format!("write one of {kinds}"))),
            _ => Err(ScriptError::new("two things happen", "write one event for each")),
        }
    }

    /// Each change, and what undoes it where it can be undone.
    fn changes(&self) -> Result<Vec<(Change, Option<Change>)>, ScriptError> {
        let event = self.event;
        if event.reload.is_some() {
            return Ok(vec![(Change::Reload, None)]);
        }
        if let Some(limit) = event.limit {
            let undone = Change::Limit(Limits::default());
            return Ok(vec![(Change::Limit(limits(limit)?), Some(undone))]);
        }
        if let Some(weights) = &event.weights {
            let mut wanted = self.weights.to_vec();
            for (name, &weight) in weights {
                if !(0.0..=WEIGHT_MAX).contains(&weight) {
                    let hint = format!("from 0 to {WEIGHT_MAX}");
                    return Err(ScriptError::new(format!("{weight} is no weight"), hint));
                }
                wanted[self.position(name)?] = weight;
            }
            let before = Change::Weights(self.weights.to_vec());
            return Ok(vec![(Change::Weights(wanted), Some(before))]);
        }
        if event.servers.is_empty() {
            return Err(ScriptError::new("to whom?", "write `servers = [\"web1\"]`"));
        }
        let of = event.servers.len();
        if of > 1 && event.stick.is_some_and(|stick| stick.one_session) {
            let hint = "name one server, or leave `one_session` out";
            return Err(ScriptError::new("one session has one server", hint));
        }
        let servers = event.servers.iter().enumerate();
        servers.map(|(nth, name)| self.change(self.position(name)?, Turn { nth, of })).collect()
    }

    fn change(&self, server: usize, turn: Turn) -> Result<(Change, Option<Change>), ScriptError> {
        let event = self.event;
        let mode = |mode| Change::Mode { server, mode };
        let well = Some(mode(Mode::Well));
        Ok(match () {
            () if event.slower.is_some() => {
                let factor = above_zero(event.slower.unwrap_or(1.0), SLOWER_MAX)?;
                let slowness = |factor| Change::Slowness { server, factor };
                (slowness(factor), Some(slowness(self.slowness[server])))
            }
            () if event.fails_fast.is_some() => {
                let delay = event.fails_fast.unwrap_or_default();
                if delay.0 > DELAY_MAX {
                    return Err(ScriptError::new(
                        "that is not fast",
                        "write `fails_fast = \"200us\"`",
                    ));
                }
                let delay_ns = delay.as_nanos();
                (mode(Mode::FailsFast(delay_ns)), well)
            }
            () if event.errors.is_some() => {
                (mode(Mode::Errors(part(event.errors.unwrap_or(0.0))?)), well)
            }
            () if event.hangs.is_some() => (mode(Mode::Hangs), well),
            () if event.killed.is_some() => (mode(Mode::Dead), well),
            () if event.probe_fails.is_some() => {
                let probe = |down| Change::Probe { server, down };
                (probe(true), Some(probe(false)))
            }
            () => {
                let (share, one_session) =
                    event.stick.map_or((0.0, false), |stick| (stick.share, stick.one_session));
                // A cookie that was handed out is not taken back.
                (Change::Stick { server, share: part(share)?, turn, one_session }, None)
            }
        })
    }

    fn position(&self, name: &str) -> Result<usize, ScriptError> {
        self.names.iter().position(|own| own == name).ok_or_else(|| {
            let known = self.names.join(", ");
            ScriptError::new(format!("no server is called `{name}`"), format!("there are {known}"))
        })
    }
}
