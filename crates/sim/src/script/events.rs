//! What happens: changes of the world, and steps of the rate.

use config::Span;

use super::error::ScriptError;
use super::text::Event;
use crate::change::{Change, Mode};

/// Everything that a file's events come to.
#[derive(Debug, Default)]
pub(super) struct Happenings {
    pub(super) changes: Vec<(u64, Change)>,
    /// From, to, and the factor on the rate; seconds.
    pub(super) surges: Vec<(f64, f64, f64)>,
    /// From, to, and newcomers' requests per second.
    pub(super) floods: Vec<(f64, f64, f64)>,
}

/// Reads the events of a world with these servers.
pub(super) fn read(
    events: &[Event],
    names: &[String],
    slowness: &[f64],
    weights: &[f64],
) -> Result<Happenings, ScriptError> {
    let mut all = Happenings::default();
    for (number, event) in events.iter().enumerate() {
        let reader = Reader { event, names, slowness, weights };
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
}

impl Reader<'_> {
    fn read(&self, all: &mut Happenings) -> Result<(), ScriptError> {
        self.check_one()?;
        let event = self.event;
        let from = event.at.ok_or_else(|| ScriptError::new("when?", "write `at = \"10s\"`"))?;
        let seconds = |span: Span| span.0.as_secs_f64();
        let to_s = event.lasts.map_or(f64::INFINITY, |lasts| seconds(from) + seconds(lasts));
        if let Some(factor) = event.surge {
            all.surges.push((seconds(from), to_s, self.above_zero(factor)?));
        } else if let Some(rate) = event.flood {
            all.floods.push((seconds(from), to_s, self.above_zero(rate)?));
        } else {
            for (change, undone) in self.changes()? {
                all.changes.push((from.as_nanos(), change));
                if let Some(lasts) = event.lasts {
                    all.changes.push((from.as_nanos() + lasts.as_nanos(), undone));
                }
            }
        }
        Ok(())
    }

    fn above_zero(&self, value: f64) -> Result<f64, ScriptError> {
        let fits = value > 0.0 && value.is_finite();
        fits.then_some(value).ok_or_else(|| ScriptError::new(format!("{value} is not above 0"), ""))
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
            event.surge.is_some(),
            event.flood.is_some(),
        ];
        let kinds = "slower, fails_fast, errors, hangs, killed, probe_fails, weights, stick, \
                     surge, flood";
        match set.iter().filter(|&&set| set).count() {
            1 => Ok(()),
            0 => Err(ScriptError::new("nothing happens", format!("write one of {kinds}"))),
            _ => Err(ScriptError::new("two things happen", "write one event for each")),
        }
    }

    /// Each change, and what undoes it.
    fn changes(&self) -> Result<Vec<(Change, Change)>, ScriptError> {
        let event = self.event;
        if let Some(weights) = &event.weights {
            let mut wanted = self.weights.to_vec();
            for (name, &weight) in weights {
                wanted[self.position(name)?] = weight;
            }
            let before = Change::Weights(self.weights.to_vec());
            return Ok(vec![(Change::Weights(wanted), before)]);
        }
        if event.servers.is_empty() {
            return Err(ScriptError::new("to whom?", "write `servers = [\"web1\"]`"));
        }
        let servers = event.servers.iter().map(|name| self.position(name));
        servers.map(|server| self.change(server?)).collect()
    }

    fn change(&self, server: usize) -> Result<(Change, Change), ScriptError> {
        let event = self.event;
        let mode = |mode| Change::Mode { server, mode };
        let well = mode(Mode::Well);
        Ok(match () {
            () if event.slower.is_some() => {
                let factor = self.above_zero(event.slower.unwrap_or(1.0))?;
                let slowness = |factor| Change::Slowness { server, factor };
                (slowness(factor), slowness(self.slowness[server]))
            }
            () if event.fails_fast.is_some() => {
                let delay_ns = event.fails_fast.map_or(0, Span::as_nanos);
                (mode(Mode::FailsFast(delay_ns)), well)
            }
            () if event.errors.is_some() => (mode(Mode::Errors(event.errors.unwrap_or(0.0))), well),
            () if event.hangs.is_some() => (mode(Mode::Hangs), well),
            () if event.killed.is_some() => (mode(Mode::Dead), well),
            () if event.probe_fails.is_some() => {
                let probe = |down| Change::Probe { server, down };
                (probe(true), probe(false))
            }
            () => {
                let (share, one_session) =
                    event.stick.map_or((0.0, false), |stick| (stick.share, stick.one_session));
                let stick = Change::Stick { server, share, one_session };
                // A cookie that was handed out is not taken back.
                (stick, Change::Stick { server, share: 0.0, one_session })
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
