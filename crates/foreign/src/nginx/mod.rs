//! Configurations of nginx: their text as it stands, and what it says of balancing.

pub mod model;
pub mod syntax;
pub(crate) mod uri;
