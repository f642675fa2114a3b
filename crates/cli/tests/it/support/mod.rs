//! What the tests share: the process under test, a raw client, a recording origin.

mod balancer;
mod command;
mod hand;
mod origin;
mod patience;
mod raw;
mod site;
mod weighted;

pub(crate) use balancer::{Balancer, pool};
pub(crate) use command::{Folder, envoy, evenkeel, free_address, last_line};
pub(crate) use hand::HandOrigin;
pub(crate) use origin::{Origin, Reply};
pub(crate) use patience::{PATIENCE, until, until_within};
pub(crate) use raw::{Client, Response};
pub(crate) use site::{Site, constant_ms};
pub(crate) use weighted::{Weighted, alarm, has_state};
