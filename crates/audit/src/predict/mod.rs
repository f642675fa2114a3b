//! Plays traffic through an imitation of a balancer, and says what every server gets.

mod again;
mod arrivals;
mod assumed;
mod batch;
mod conclude;
mod counts;
mod down;
mod envoy;
mod even;
mod failure;
mod files;
mod flight;
mod hand;
mod haproxy;
mod identity;
mod keys;
mod logs;
mod meter;
mod minutes;
mod nginx;
mod own;
mod own_routes;
mod paces;
mod pair;
mod past;
mod play;
mod pool;
mod prediction;
mod question;
mod read;
mod route;
mod run;
mod seats;
mod sessions;
mod synthetic;
mod variable;
mod views;

#[cfg(test)]
mod tests;

pub use failure::Failure;
pub use files::read_named;
pub use logs::Log;
pub use prediction::{
    Assumption, Capacity, Keys, LostServer, Minute, Open, PoolChange, PoolPrediction, Predicted,
    Prediction, Reason, ServerPrediction, Traffic,
};
pub use question::{Clients, Question};
pub use run::{predict_logs, predict_population};
