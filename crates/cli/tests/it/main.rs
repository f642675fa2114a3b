//! The product as its users meet it: the real binary, real sockets, free ports.

mod smoke;
mod support;
