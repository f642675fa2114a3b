//! `evenkeel load`: real servers, real sockets, and what the command says of them.

mod ended;
mod misbehaving;
mod replay;
mod report;
mod sent;
mod server;
mod sources;
mod timing;
mod transport;
mod usage;
mod verdict;
