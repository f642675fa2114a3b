//! One notification on its way to one receiver.

use serde::{Deserialize, Serialize};

use crate::notify::Notice;

/// One notification on its way to one receiver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Job {
    /// Its name, the same however often it is sent.
    pub(crate) delivery: String,
    pub(crate) notice: Notice,
    /// When it was written, seconds since the Unix epoch.
    pub(crate) since: f64,
    /// It may be sent once a state of this generation is on the disk.
    #[serde(skip)]
    pub(crate) generation: u64,
}
