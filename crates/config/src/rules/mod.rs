//! The rules that no type can state: one file for each subject.

mod all;
mod clash;
mod cookies;
mod empty;
mod endpoints;
mod files;
mod hash;
mod hosts;
mod listeners;
mod names;
mod outcomes;
mod paths;
mod probe;
mod routes;
mod site;
mod trust;
mod unknown_pool;
mod unused;
mod weights;

#[cfg(test)]
mod testing;

pub(crate) use all::check;
