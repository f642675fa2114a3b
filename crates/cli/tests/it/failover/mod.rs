//! A server that dies, fails, or is full: nobody else's request suffers.

mod blame;
mod holding;
mod killed;
mod probe;
mod queue;
mod retry;
