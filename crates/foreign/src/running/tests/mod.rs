//! Answers as balancers give them, faults with their lines, and garbage.

mod faults;
mod garbage;
mod reading;
