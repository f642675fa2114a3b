//! Tells receivers, each in its own language: one file for each.

mod alertmanager;
mod deliver;
mod email;
mod exec;
mod failure;
mod heartbeat;
mod http;
mod message;
mod notice;
mod pagerduty;
#[cfg(test)]
pub(crate) mod sample;
mod secret;
mod slack;
#[cfg(test)]
pub(crate) mod tests;
mod text;
mod webhook;

pub(crate) use alertmanager::repeat;
pub(crate) use deliver::{Parcel, deliver, wants};
pub(crate) use failure::Failure;
pub(crate) use heartbeat::beat;
pub(crate) use http::Http;
pub(crate) use notice::{House, Notice};
