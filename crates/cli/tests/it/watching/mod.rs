//! The watch of a running balancer: what it notices, what it is told, and what outlives it.

mod audits;
mod crowd;
mod damage;
mod events;
mod intent;
mod memory;
mod orders;
mod pause;
mod refusals;
mod restart;
mod shares;
mod unwatched;
