//! Configurations of HAProxy, 1.5 to 3.x: first lines and words, then what they mean.

pub mod model;
mod section;
pub mod syntax;

#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;

pub use model::{Config, read, read_texts};
pub use section::SectionKind;
pub use syntax::{Environment, Version};
