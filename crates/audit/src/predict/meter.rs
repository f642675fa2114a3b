//! Counts what servers get, and how much of it in their worst minute.

use super::minutes::Minutes;
use super::paces::Took;
use super::prediction::Minute;

/// Counts of one play.
#[derive(Clone, Debug)]
pub(super) struct Meter {
    pub(super) counts: Vec<f64>,
    minute: i64,
    /// Requests in this minute, where minutes are kept.
    in_minute: Vec<f64>,
    minutes: Option<Minutes>,
    /// Seconds of requests in this minute.
    busy_s: Vec<f64>,
    worst_s: Vec<f64>,
    worst_total_s: f64,
}

impl Meter {
    pub(super) fn new(servers: usize) -> Meter {
        let zeros = vec![0.0; servers];
        Meter {
            counts: zeros.clone(),
            minute: i64::MIN,
            in_minute: Vec::new(),
            minutes: None,
            busy_s: zeros.clone(),
            worst_s: zeros,
            worst_total_s: 0.0,
        }
    }

    /// The same, which keeps every minute.
    pub(super) fn by_minute(servers: usize) -> Meter {
        let (in_minute, minutes) = (vec![0.0; servers], Some(Minutes::default()));
        Meter { in_minute, minutes, ..Meter::new(servers) }
    }

    /// A request that took so long, at a server.
    pub(super) fn note(&mut self, server: Option<usize>, minute: i64, took: Took<'_>) {
        // A line that comes late counts for the minute that is being counted.
        if minute > self.minute {
            self.close();
            self.minute = minute;
        }
        let Some(server) = server else { return };
        if let (Some(count), Some(busy)) =
            (self.counts.get_mut(server), self.busy_s.get_mut(server))
        {
            *count += 1.0;
            *busy += took.at(server);
        }
        if let Some(count) = self.in_minute.get_mut(server) {
            *count += 1.0;
        }
    }

    fn close(&mut self) {
        if let Some(minutes) = self.minutes.as_mut().filter(|_| self.minute != i64::MIN) {
            minutes.add(self.minute, &self.in_minute, &self.busy_s);
            self.in_minute.fill(0.0);
        }
        let mut total = 0.0;
        for (busy, worst) in self.busy_s.iter_mut().zip(&mut self.worst_s) {
            total += *busy;
            *worst = worst.max(*busy);
            *busy = 0.0;
        }
        self.worst_total_s = self.worst_total_s.max(total);
    }

    pub(super) fn shares(&self) -> Vec<f64> {
        let total: f64 = self.counts.iter().sum();
        self.counts.iter().map(|it| if total > 0.0 { it / total } else { 0.0 }).collect()
    }

    /// Concurrent requests of the worst minute over the limit, or over the fair part of the
    /// pool's worst minute where there is no limit.
    pub(super) fn pressure(&mut self, limits: &[Option<f64>], fair: &[f64]) -> Vec<f64> {
        self.close();
        let scale = self.scale(limits, fair);
        self.worst_s.iter().zip(scale).map(|(worst_s, scale)| worst_s * scale).collect()
    }

    /// What turns seconds of requests in a minute into pressure.
    fn scale(&self, limits: &[Option<f64>], fair: &[f64]) -> Vec<f64> {
        let scale = |(limit, fair): (&Option<f64>, &f64)| match limit {
            Some(limit) if *limit > 0.0 => 1.0 / (60.0 * limit),
            _ if *fair > 0.0 && self.worst_total_s > 0.0 => 1.0 / (fair * self.worst_total_s),
            _ => 0.0,
        };
        limits.iter().zip(fair).map(scale).collect()
    }

    /// Every minute, or row of minutes, and how many minutes a row stands for. To be asked after
    /// [`Meter::pressure`].
    pub(super) fn minutes(&self, limits: &[Option<f64>], fair: &[f64]) -> (Vec<Minute>, u32) {
        let scale = self.scale(limits, fair);
        let minutes = self.minutes.as_ref();
        minutes.map_or((Vec::new(), 1), |minutes| (minutes.told(&scale), minutes.step()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_minute_counts() {
        let mut meter = Meter::new(2);
        for (minute, server, took_s) in [(1, 0, 30.0), (1, 1, 30.0), (2, 0, 120.0), (1, 1, 6.0)] {
            meter.note(Some(server), minute, Took::anywhere(took_s));
        }
        meter.note(None, 2, Took::anywhere(60.0));
        assert_eq!(meter.shares(), [0.5, 0.5]);
        assert_eq!(meter.pressure(&[Some(4.0), None], &[0.5, 0.5]), [0.5, 30.0 / 63.0]);
    }
}
