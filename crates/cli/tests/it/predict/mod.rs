//! `evenkeel predict`, as its users call it.

mod asked;
mod real;
mod unread;
