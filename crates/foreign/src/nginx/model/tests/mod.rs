//! Goal: what a configuration says is what nginx does with it. Method: small files, and what was
//! read of them as lines.

mod passes;
mod rest;
mod show;
mod upstreams;
