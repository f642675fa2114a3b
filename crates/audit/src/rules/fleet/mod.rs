//! Several balancers of one role.

mod drift;

pub(crate) use drift::DOC as DRIFT;
pub(super) use drift::Drift;
