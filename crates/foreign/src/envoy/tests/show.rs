//! Configurations out of short texts, and what is wrong with them.

use crate::envoy::model::{Cluster, Config};
use crate::source::Sources;

/// Reads a file; what is wrong and what is unknown comes as people see it.
pub(super) fn config(text: &str) -> (Config, Vec<String>) {
    let mut sources = Sources::default();
    let config = Config::read("envoy.yaml", text.as_bytes(), &mut sources)
        .unwrap_or_else(|error| panic!("{}", error.told(&sources)));
    let problems = config.problems.iter().map(|problem| problem.told(&sources).to_string());
    let unknown = config.unknown.iter().map(|unknown| {
        let place = sources.place(unknown.span);
        format!("{}:{}: unknown {}", place.line, place.column, unknown.value)
    });
    let told = problems.chain(unknown).collect();
    (config, told)
}

/// The error of a file that cannot be read.
pub(super) fn error(text: &str) -> String {
    let mut sources = Sources::default();
    let error = Config::read("envoy.yaml", text.as_bytes(), &mut sources).unwrap_err();
    error.told(&sources).to_string()
}

/// Reads a cluster from its fields, each on a line of its own.
pub(super) fn cluster(fields: &str) -> (Cluster, Vec<String>) {
    let fields = fields.replace('\n', "\n  ");
    let (config, told) = config(&format!("clusters:\n- name: c\n  {fields}\n"));
    (config.clusters[0].clone(), told)
}
