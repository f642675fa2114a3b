//! How the admin address is written: an address, or `off` for none.

use std::net::SocketAddr;

use serde::{Deserialize, Deserializer, Serializer, de};

const OFF: &str = "off";

pub(super) fn serialize<S: Serializer>(
    admin: &Option<SocketAddr>,
    sink: S,
) -> Result<S::Ok, S::Error> {
    match admin {
        Some(address) => sink.collect_str(address),
        None => sink.serialize_str(OFF),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    source: D,
) -> Result<Option<SocketAddr>, D::Error> {
    match String::deserialize(source)?.as_str() {
        OFF => Ok(None),
        text => text.parse().map(Some).map_err(de::Error::custom),
    }
}
