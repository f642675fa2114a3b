//! Who may change what runs.

mod open_page;
mod open_socket;

pub(super) use open_socket::OpenSocket;
