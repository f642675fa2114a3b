//! What HTTP/1 offers, one feature after the other, both sides of the balancer in view.

mod bodies;
mod deadlines;
mod forwarding;
mod interim;
mod keep_alive;
mod leaving;
mod limits;
mod payload;
mod slow_clients;
mod tunnels;
mod versions;
