//! What an audit says, in the forms that people and programs read.

mod github;
mod json;
mod junit;
mod markdown;
mod place;
mod sarif;
mod text;
mod view;

pub use github::github;
pub use json::{json, object};
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::sarif;
pub use text::text;
pub use view::View;
