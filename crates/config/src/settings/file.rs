//! The whole file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Alarms, Audit, Firewall, Listener, Pool, Route, Server};

/// A whole configuration file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// What concerns the process as a whole.
    pub server: Server,
    /// The addresses on which clients are served.
    pub listeners: Vec<Listener>,
    /// Which requests go to which pool. The longest matching `path_prefix` of the most
    /// specific host wins, whatever the order in the file.
    pub routes: Vec<Route>,
    /// The groups of servers, by name.
    pub pools: BTreeMap<String, Pool>,
    /// The logs of the firewall before the listeners. Evenkeel reads them to tell a flood from a
    /// fault of its own, and says what time they cover.
    pub firewall: Vec<Firewall>,
    /// Who is told when something is wrong. Without it alarms only show on the status.
    pub alarms: Alarms,
    /// Audits of this file, and of other balancers' files, at times of their own.
    pub audit: Audit,
}
