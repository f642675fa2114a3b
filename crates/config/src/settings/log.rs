//! How the access log is written: a file, or `off` for none.

use std::path::PathBuf;

use serde::{Deserialize, Deserializer};

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    source: D,
) -> Result<Option<PathBuf>, D::Error> {
    let path = Option::<PathBuf>::deserialize(source)?;
    Ok(path.filter(|path| path.as_os_str() != "off"))
}
