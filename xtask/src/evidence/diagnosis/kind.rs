//! The kinds of cases, and what is to be named in each.

/// A kind of fault, or of healthy hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Weights,
    WeightsUnbound,
    Persistence,
    PersistenceUnbound,
    Both,
    BothUnbound,
    HeavyClient,
    Slower,
    FailsFast,
    Errors,
    RetryStorm,
    Killed,
    ProbeFails,
    Surge,
    Flood,
    Limit,
    Flat,
    Diurnal,
    FlashCrowd,
    Nats,
    Deploys,
    SlowStart,
    Unequal,
    Newcomers,
}

impl Kind {
    /// Whether it can be done to a balancer that serves: its limits cannot be used up at will.
    pub(super) fn is_for_the_floor(self) -> bool {
        self != Kind::Limit
    }

    /// Faults.
    pub(super) const FAULTS: [Kind; 16] = [
        Kind::Weights,
        Kind::WeightsUnbound,
        Kind::Persistence,
        Kind::PersistenceUnbound,
        Kind::Both,
        Kind::BothUnbound,
        Kind::HeavyClient,
        Kind::Slower,
        Kind::FailsFast,
        Kind::Errors,
        Kind::RetryStorm,
        Kind::Killed,
        Kind::ProbeFails,
        Kind::Surge,
        Kind::Flood,
        Kind::Limit,
    ];

    /// Hours in which nothing is wrong.
    pub(super) const HEALTHY: [Kind; 8] = [
        Kind::Flat,
        Kind::Diurnal,
        Kind::FlashCrowd,
        Kind::Nats,
        Kind::Deploys,
        Kind::SlowStart,
        Kind::Unequal,
        Kind::Newcomers,
    ];

    /// Its name on the page and on the command line.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Weights => "weights",
            Kind::WeightsUnbound => "weights-unbound",
            Kind::Persistence => "persistence",
            Kind::PersistenceUnbound => "persistence-unbound",
            Kind::Both => "both",
            Kind::BothUnbound => "both-unbound",
            Kind::HeavyClient => "heavy-client",
            Kind::Slower => "slower",
            Kind::FailsFast => "fails-fast",
            Kind::Errors => "errors",
            Kind::RetryStorm => "retry-storm",
            Kind::Killed => "killed",
            Kind::ProbeFails => "probe-fails",
            Kind::Surge => "surge",
            Kind::Flood => "flood",
            Kind::Limit => "limit",
            Kind::Flat => "flat",
            Kind::Diurnal => "diurnal",
            Kind::FlashCrowd => "flash-crowd",
            Kind::Nats => "nats",
            Kind::Deploys => "deploys",
            Kind::SlowStart => "slow-start",
            Kind::Unequal => "unequal",
            Kind::Newcomers => "newcomers",
        }
    }

    /// The kind of that name.
    pub(super) fn by_name(name: &str) -> Option<Kind> {
        let mut all = Kind::FAULTS.into_iter().chain(Kind::HEALTHY);
        all.find(|kind| kind.name() == name)
    }

    /// What is to be named; nothing in healthy hours.
    pub(super) fn label(self) -> &'static [&'static str] {
        match self {
            Kind::Weights | Kind::WeightsUnbound => &["weights"],
            Kind::Persistence | Kind::PersistenceUnbound => &["persistence"],
            Kind::Both | Kind::BothUnbound => &["weights", "persistence"],
            Kind::HeavyClient => &["heavy_client"],
            Kind::Slower | Kind::FailsFast | Kind::Errors => &["sick_server"],
            Kind::RetryStorm => &["retry_storm"],
            Kind::Killed | Kind::ProbeFails => &["capacity_loss"],
            Kind::Surge => &["surge"],
            Kind::Flood => &["flood"],
            Kind::Limit => &["balancer_limit"],
            _ => &[],
        }
    }

    /// The balancer is told to follow weights and sessions whatever comes of it.
    pub(super) fn is_unbound(self) -> bool {
        matches!(self, Kind::WeightsUnbound | Kind::PersistenceUnbound | Kind::BothUnbound)
    }

    /// Sessions are part of what goes wrong.
    pub(super) fn needs_sessions(self) -> bool {
        self.label().contains(&"persistence")
    }
}
