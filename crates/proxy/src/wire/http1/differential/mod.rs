//! Our parser against hyper's, fed with the same random bytes: every difference has a reason.

mod compare;
mod cookbook;
mod lexer;
mod mutate;
mod ours;
mod reasons;
mod tests;
mod theirs;

pub(super) use mutate::case;
