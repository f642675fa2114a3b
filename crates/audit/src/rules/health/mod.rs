//! What says that a server is well, and what follows when it is not.

mod eject_too_long;
mod hair_trigger;
mod no_check;
mod no_floor;
mod slow_to_notice;

pub(super) use eject_too_long::EjectTooLong;
pub(super) use hair_trigger::HairTrigger;
pub(super) use no_check::NoCheck;
pub(super) use no_floor::NoFloor;
pub(super) use slow_to_notice::SlowToNotice;
