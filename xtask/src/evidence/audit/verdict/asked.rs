//! Asks the program that a file is for.

use super::super::collection::{Entry, Product};
use super::super::room::Room;
use super::settle::{Bench, Verdict};
use super::{envoy, haproxy, nginx};
use crate::fault::Fault;

/// Asks the program, and leaves in the room what the file needed.
pub(crate) fn of(entry: &Entry, room: &Room, bench: &Bench<'_>) -> Result<Verdict, Fault> {
    match entry.product {
        Product::Haproxy => haproxy::verdict(entry, room, bench),
        Product::Nginx => nginx::verdict(entry, room, bench),
        Product::Envoy => envoy::verdict(entry, room, bench),
    }
}
