//! Who comes back to which server: cookies, stick tables, hashed addresses.

mod duplicate_key;

pub(super) use duplicate_key::DuplicateKey;
