//! The rules that no type can state: one file for each subject.

mod alarm_routes;
mod alarm_targets;
mod all;
mod audits;
mod clash;
mod cookies;
mod empty;
mod endpoints;
mod files;
mod firewall_file;
mod firewall_ports;
mod firewall_prefixes;
mod firewall_twice;
mod hash;
mod heartbeat;
mod hosts;
mod listeners;
mod names;
mod outcomes;
mod paths;
mod probe;
mod receivers;
mod routes;
mod site;
mod trust;
mod unheard;
mod unknown_pool;
mod unknown_receiver;
mod unused;
mod unwatched;
mod weights;

#[cfg(test)]
mod testing;

pub(crate) use all::check;
