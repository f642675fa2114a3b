//! Plays traffic through an imitation of a balancer, and says what every server gets.

mod prediction;

pub use prediction::{
    Capacity, Keys, LostServer, PoolChange, PoolPrediction, Predicted, Prediction, Reason,
    ServerPrediction, Traffic,
};
