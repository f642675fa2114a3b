//! Sessions stay where they are, as far as that is good for everybody.

mod cookie;
mod even;
mod moves;
mod session;
mod upgrade;
