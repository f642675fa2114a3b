//! Open-loop traffic of sticky users: requests start when they are due, whatever came back.

mod answer;
mod client;
mod dial;
mod failure;
mod http1;
mod http2;
mod jar;
mod latency;
mod plan;
mod profile;
mod progress;
mod report;
mod request;
mod run;
mod schedule;
mod spec;
mod stream;
mod template;
#[cfg(test)]
mod tests;
mod timeline;
mod tls;
mod validity;

pub use latency::Latency;
pub use plan::{Planned, Recorded};
pub use profile::Stage;
pub use progress::{Progress, ProgressCounts};
pub use report::{Failures, OriginReport, Report};
pub use request::RequestKind;
pub(crate) use run::Jars;
pub use run::Load;
pub use spec::{Connections, LoadSpec, Pace, Protocol};
pub(crate) use template::WORK_US;
pub use timeline::{Second, Timeline};
pub use tls::{Tls, Trust};
