//! A server as it stands in another balancer's configuration.

/// A server as it stands in another balancer's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// What the configuration calls it: HAProxy's name; nginx's whole word after `server`.
    pub name: String,
    /// Where it is, `ip:port`.
    pub address: String,
    /// HAProxy's number of it: `id` where it is given, else its place counted from 1.
    pub id: u32,
    /// Its weight, in the units of the configuration.
    pub weight: u32,
    /// Whether it takes requests at the start.
    pub up: bool,
    /// Whether it takes requests only when no other one does.
    pub backup: bool,
    /// The value that cookies name it by.
    pub cookie: Option<String>,
    /// Requests that it takes at once; 0: as many as there are.
    pub in_flight_max: u32,
    /// Failures after which nginx leaves it alone for a while (`max_fails`); 0: never.
    pub failures_max: u32,
    /// That while, and the time within which failures count (`fail_timeout`), in seconds.
    pub failure_s: u32,
}

impl Server {
    /// One that is up, of weight 1, with nothing else said of it. `place` counts from 0.
    pub fn new(place: usize, name: impl Into<String>, address: impl Into<String>) -> Server {
        Server {
            name: name.into(),
            address: address.into(),
            id: u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1),
            weight: 1,
            up: true,
            backup: false,
            cookie: None,
            in_flight_max: 0,
            failures_max: 1,
            failure_s: 10,
        }
    }

    /// Whether it has as many requests as it takes.
    pub(crate) fn is_full(&self, in_flight: u32) -> bool {
        self.in_flight_max > 0 && in_flight >= self.in_flight_max
    }
}
