//! `evenkeel predict`, as its users call it.

mod asked;
mod unread;
