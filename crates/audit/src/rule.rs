//! What a rule is: its text for people, and its judgement.

use std::collections::BTreeSet;

use foreign::running::Running;

use crate::finding::Finding;
use crate::predict::Prediction;
use crate::product::Product;
use crate::severity::Severity;
use crate::subject::Subject;

/// A rule. Each is one file that holds its text, its code and its test.
pub trait Rule: Sync {
    /// Its text.
    fn doc(&self) -> &'static Doc;

    /// Adds what it finds. A rule that needs what is not there finds nothing.
    fn judge(&self, case: &Case<'_>, found: &mut Vec<Finding>);
}

/// What is judged, and what is known of it beside its text.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The configuration.
    pub subject: &'a Subject,
    /// What it does to the traffic of a log; absent without one.
    pub prediction: Option<&'a Prediction>,
    /// What balancers that run it say of themselves; none where nobody was asked.
    pub running: &'a [Running],
}

impl<'a> Case<'a> {
    /// A configuration of which nothing but its text is known.
    pub fn of(subject: &'a Subject) -> Case<'a> {
        Case { subject, prediction: None, running: &[] }
    }
}

/// A rule's page. `evenkeel explain` and the reference are made of it.
#[derive(Debug)]
pub struct Doc {
    /// Its number, which never changes: `EKP101`.
    pub id: &'static str,
    /// Its name: `duplicate-persistence-key`.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it needs beside the text.
    pub needs: Needs,
    /// What it finds.
    pub what: &'static str,
    /// Why that is bad.
    pub why: &'static str,
    /// How that is known: a measurement, an issue, an outage, a manual, or a judgement.
    pub source: &'static str,
    /// For each product that it judges, what it finds and what it does not.
    pub examples: &'static [Example],
    /// What to do instead.
    pub fix: &'static str,
}

/// What a rule needs beside the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Text,
    /// A log.
    Log,
    /// A balancer that runs the configuration.
    Running,
    /// Several configurations of one role.
    Fleet,
    /// A policy that asks for it.
    Policy,
}

/// A configuration that a rule finds fault with, and one that it does not.
#[derive(Debug)]
pub struct Example {
    /// Whose it is.
    pub product: Product,
    /// Found.
    pub bad: &'static str,
    /// Not found.
    pub good: &'static str,
}

impl Doc {
    /// The products that it judges.
    pub fn products(&self) -> BTreeSet<Product> {
        self.examples.iter().map(|example| example.product).collect()
    }
}
