//! Gets pages of admin interfaces: within a time, up to a size, and from nowhere else.

use std::time::Duration;

use crate::admin::agent;

/// Ten thousand servers and more; anything longer is no such answer.
pub(super) const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;

const PATIENCE: Duration = Duration::from_secs(5);

/// A page's status and text.
pub(super) fn get(url: &str) -> Result<(u16, String), String> {
    let mut answer = agent(PATIENCE).get(url).call().map_err(|error| told(&error))?;
    let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
    Ok((answer.status().as_u16(), body.map_err(|error| told(&error))?))
}

fn told(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => format!("no answer within {} s", PATIENCE.as_secs()),
        error => error.to_string(),
    }
}
