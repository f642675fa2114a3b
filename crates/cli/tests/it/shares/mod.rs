//! `evenkeel shares`: a history is written as a balancer would, and read by the real command.

mod history;
mod output;
mod questions;
