//! How a balancer is set: as most people run it, as an expert would, or in one special way.

/// A way to run a balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The best that needs no knowledge of the scenario: fewest requests, failures tried again
    /// and held against the server, a cookie where users stick. Evenkeel has this one only: its
    /// defaults.
    Best,
    /// As most people run it: servers in turn, a cookie or a hash where users stick.
    Default,
    /// The less loaded of two servers drawn at random.
    Random2,
    /// The best, but the least loaded of all servers where the best looks at two of them.
    FullScan,
    /// Users hashed onto servers, none of which may have more than 1.25 times the mean.
    Bounded,
    /// A cookie that is ignored while its server has twice as many requests as slots.
    Spill,
    /// The best, and no server is sent more requests than it has slots: the others wait in the
    /// balancer's own queue.
    Queued,
    /// The best, and a request that takes longer than nearly every healthy one is given up and
    /// tried elsewhere.
    Timeout,
}

impl Setting {
    /// Its name on reports and command lines; nothing for the best one.
    pub fn name(self) -> &'static str {
        match self {
            Setting::Best => "",
            Setting::Default => "default",
            Setting::Random2 => "random2",
            Setting::FullScan => "fullscan",
            Setting::Bounded => "bounded",
            Setting::Spill => "spill",
            Setting::Queued => "queued",
            Setting::Timeout => "timeout",
        }
    }
}
