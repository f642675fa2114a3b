//! Questions that evidence answers, and the answers that each may have.

/// A question. Its answers are independent of other questions' as far as can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// How many users want something, against what is expected.
    Demand,
    /// Whether some endpoints carry more than their part.
    Pressure,
    /// Which layer makes the busiest endpoint busy.
    Layer,
    /// Whether the settings in force are the approved ones.
    Intent,
    /// Whether sessions or keys ask for few endpoints.
    Claims,
    /// Whether weights were changed just before.
    WeightsChange,
    /// Whether persistence was changed just before.
    PersistenceChange,
    /// Whether endpoints were changed just before.
    EndpointsChange,
    /// Whether endpoints joined just before.
    ScaleOut,
    /// How many clients were never seen before.
    NewClients,
    /// Whether one client sends much.
    TopClient,
    /// Whether clients bring cookies back and fetch what pages consist of.
    Following,
    /// How many requests are repetitions.
    Retries,
    /// Where it hurts.
    Harm,
    /// Whether an endpoint is slow or fails though it is not busier than others.
    Sick,
    /// How much of the capacity can be used.
    Capacity,
    /// Whether a few connections carry much.
    Connections,
    /// What the firewall saw.
    Firewall,
    /// Whether the balancer itself is at a limit.
    Limit,
    /// Whether one path or one user agent is asked for far more than usual.
    Sameness,
}

impl Term {
    /// Every question, in the order in which evidence is told.
    pub const ALL: [Term; 20] = [
        Term::Intent,
        Term::WeightsChange,
        Term::PersistenceChange,
        Term::EndpointsChange,
        Term::ScaleOut,
        Term::Pressure,
        Term::Layer,
        Term::Claims,
        Term::Demand,
        Term::NewClients,
        Term::TopClient,
        Term::Following,
        Term::Sameness,
        Term::Connections,
        Term::Retries,
        Term::Harm,
        Term::Sick,
        Term::Capacity,
        Term::Limit,
        Term::Firewall,
    ];

    /// Its name in JSON and in the table of weights.
    pub fn name(self) -> &'static str {
        match self {
            Term::Demand => "demand",
            Term::Pressure => "pressure",
            Term::Layer => "layer",
            Term::Intent => "intent",
            Term::Claims => "claims",
            Term::WeightsChange => "weights_change",
            Term::PersistenceChange => "persistence_change",
            Term::EndpointsChange => "endpoints_change",
            Term::ScaleOut => "scale_out",
            Term::NewClients => "new_clients",
            Term::TopClient => "top_client",
            Term::Following => "following",
            Term::Retries => "retries",
            Term::Harm => "harm",
            Term::Sick => "sick",
            Term::Capacity => "capacity",
            Term::Connections => "connections",
            Term::Firewall => "firewall",
            Term::Limit => "limit",
            Term::Sameness => "sameness",
        }
    }
}

/// An answer to a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The question.
    pub term: Term,
    /// The answer, one of the question's own few.
    pub level: &'static str,
    /// The figures, as a sentence.
    pub text: String,
}

impl Reading {
    pub(crate) fn new(term: Term, level: &'static str, text: String) -> Reading {
        Reading { term, level, text }
    }
}
