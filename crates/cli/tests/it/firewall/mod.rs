//! `evenkeel firewall`: logs as firewalls write them, and what the command says of them.

mod covered;
mod formats;
pub(crate) mod logs;
mod usage;
