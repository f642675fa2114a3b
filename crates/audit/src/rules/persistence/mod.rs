//! Who comes back to which server: cookies, stick tables, hashed addresses.

mod cacheable_cookie;
mod clients;
mod duplicate_key;
mod partial_key;
mod source_affinity;
mod source_envoy;
mod source_nginx;
mod sticky_to_dead;
mod unbounded;
mod unused_values;
mod whole_header;

pub(super) use cacheable_cookie::CacheableCookie;
pub(super) use duplicate_key::DuplicateKey;
pub(super) use partial_key::PartialKey;
pub(super) use source_affinity::SourceAffinity;
pub(super) use sticky_to_dead::StickyToDead;
pub(super) use unbounded::{Unbounded, table_of};
pub(super) use unused_values::UnusedValues;
pub(super) use whole_header::WholeHeader;
