//! Alarms reach people: every kind of receiver, real processes and real sockets.

mod alertmanager;
mod delivery;
mod escalation;
mod heartbeat;
mod mailbox;
mod outage;
mod recorder;
mod stand;
