//! Asks every question.

use super::{capacity, changes, claims, clients, demand, firewall, harm, intent, layer, limit};
use super::{pressure, retries, sick};
use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};

/// The answers that a case gives, in the order in which they are told.
pub(crate) fn read(case: &Case<'_>) -> Vec<Reading> {
    Term::ALL.into_iter().filter_map(|term| ask(term, case)).collect()
}

fn ask(term: Term, case: &Case<'_>) -> Option<Reading> {
    match term {
        Term::Demand => demand::read(case),
        Term::Pressure => pressure::read(case),
        Term::Layer => layer::read(case),
        Term::Intent => intent::read(case),
        Term::Claims => claims::read(case),
        Term::WeightsChange => changes::weights(case),
        Term::PersistenceChange => changes::persistence(case),
        Term::EndpointsChange => changes::endpoints(case),
        Term::ScaleOut => changes::scale_out(case),
        Term::NewClients => clients::new(case),
        Term::TopClient => clients::top(case),
        Term::Following => clients::following(case),
        Term::Sameness => clients::sameness(case),
        Term::Connections => clients::connections(case),
        Term::Retries => retries::read(case),
        Term::Harm => harm::read(case),
        Term::Sick => sick::read(case),
        Term::Capacity => capacity::read(case),
        Term::Limit => limit::read(case),
        Term::Firewall => firewall::read(case),
    }
}
