//! A new configuration takes effect at once and whole, or not at all; nobody is disturbed.

mod change;
mod load;
mod refusal;
