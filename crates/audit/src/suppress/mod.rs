//! Findings that a comment in the configuration allows, with a reason.

mod comment;
mod docs;
mod read;
mod settle;

pub(crate) use docs::{DOCS, EXPIRED};
pub(crate) use settle::{Ground, Settled, settle};
