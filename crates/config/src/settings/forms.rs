//! The written forms that JSON Schema has no word for: addresses, networks, words for "none".

use schemars::{Schema, SchemaGenerator, json_schema};

/// An IP address and a port.
pub(super) fn address(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "address" })
}

/// An IP address and a port, or `off`.
pub(super) fn address_or_off(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "address-or-off" })
}

/// Networks in CIDR form.
pub(super) fn networks(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": { "type": "string", "format": "network" } })
}

/// The name of a file.
pub(super) fn file(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string" })
}
