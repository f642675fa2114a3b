//! Reports: written into the tree, or shown.

use std::path::Path;

use crate::fault::Fault;

/// Writes a report to a file of the tree, or to standard output where that is `-`.
pub(crate) fn write(root: &Path, out: &Path, text: &str) -> Result<(), Fault> {
    if out == Path::new("-") {
        print!("{text}");
        return Ok(());
    }
    let path = root.join(out);
    let unwritable = |error| Fault::new(format!("cannot write {}", path.display())).detail(error);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    std::fs::write(&path, text).map_err(unwritable)?;
    eprintln!("wrote {}", out.display());
    Ok(())
}
