//! Everything at once, at random: what is left afterwards is what was there before.

mod client;
mod director;
mod origin;
mod rng;
mod stage;
