//! The history on real files: what was measured comes back, whatever happened in between.

mod bounds;
mod damage;
mod demand;
mod encoding;
mod events;
mod reading;
mod restart;
mod rolling;
mod sample;
mod turnout;
mod writing;
