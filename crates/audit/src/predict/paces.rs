//! How long requests take at each server, as a log tells it.
//!
//! Who has the fewest requests under way is who is done soonest. A request that goes elsewhere than
//! it went when the log was written takes as long as that server takes, not as long as the other
//! one took: a slow server would else look as fast as all.

/// Requests that every server is taken to have had, each as long as all take: few tell little.
const PRIOR: f64 = 16.0;
/// Of a server that had more requests the older half counts half: servers change.
const MEMORY: f64 = 4096.0;
/// No server is taken to be more times faster or slower than another one.
const MOST: f64 = 100.0;

/// Seconds and requests of each server.
#[derive(Clone, Debug)]
pub(super) struct Paces {
    servers: Vec<Sum>,
    all: Sum,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    s: f64,
    count: f64,
}

/// How long a request takes, wherever it goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Took<'p> {
    s: f64,
    /// The server that took so long.
    there: Option<(usize, &'p Paces)>,
}

impl Sum {
    fn note(&mut self, took_s: f64) {
        self.s += took_s;
        self.count += 1.0;
        if self.count > MEMORY {
            (self.s, self.count) = (self.s / 2.0, self.count / 2.0);
        }
    }
}

impl Paces {
    pub(super) fn new(servers: usize) -> Paces {
        Paces { servers: vec![Sum::default(); servers], all: Sum::default() }
    }

    /// A request that a server had when the log was written.
    pub(super) fn note(&mut self, server: usize, took_s: f64) {
        if let Some(sum) = self.servers.get_mut(server) {
            sum.note(took_s);
            self.all.note(took_s);
        }
    }

    fn mean_s(&self, server: usize) -> f64 {
        let Sum { s, count } = self.servers.get(server).copied().unwrap_or_default();
        let all_s = self.all.s / self.all.count.max(1.0);
        (s + PRIOR * all_s) / (count + PRIOR)
    }
}

impl<'p> Took<'p> {
    /// The same at every server.
    pub(super) fn anywhere(s: f64) -> Took<'static> {
        Took { s, there: None }
    }

    /// So long at that server, and elsewhere as long as others take.
    pub(super) fn there(s: f64, server: usize, paces: &'p Paces) -> Took<'p> {
        Took { s, there: Some((server, paces)) }
    }

    /// The same, so much longer.
    pub(super) fn longer(self, by_s: f64) -> Took<'p> {
        Took { s: (self.s + by_s).max(0.0), ..self }
    }

    /// Seconds that it takes at a server.
    pub(super) fn at(self, server: usize) -> f64 {
        let Some((there, paces)) = self.there.filter(|(there, _)| *there != server) else {
            return self.s;
        };
        let ratio = paces.mean_s(server) / paces.mean_s(there);
        if ratio.is_finite() { self.s * ratio.clamp(1.0 / MOST, MOST) } else { self.s }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_elsewhere_takes_as_long_as_others_there() {
        let mut paces = Paces::new(3);
        let took = |paces: &Paces, server: usize| Took::there(0.3, 0, paces).at(server);
        assert_eq!([took(&paces, 0), took(&paces, 1)], [0.3, 0.3]);
        for _ in 0..20_000 {
            paces.note(0, 0.1);
            paces.note(1, 0.4);
        }
        assert_eq!(took(&paces, 0), 0.3);
        assert!((1.15..1.25).contains(&took(&paces, 1)));
        // Of whom nothing is known takes as long as all.
        assert!((0.7..0.8).contains(&took(&paces, 2)));
        assert_eq!(Took::anywhere(0.3).at(1), 0.3);
        assert!((0..9000).all(|_| {
            paces.note(2, 0.0);
            took(&paces, 2) >= 0.3 / MOST
        }));
    }
}
