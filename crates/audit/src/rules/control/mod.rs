//! Who may change what runs.

mod open_page;
mod open_socket;
mod stale_members;

pub(super) use open_socket::OpenSocket;
pub(super) use stale_members::StaleMembers;
