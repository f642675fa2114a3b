//! A scenario file with one value changed.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::fault::Fault;

/// Copies of scenarios; they end with it.
pub(crate) struct Variants {
    folder: TempDir,
}

impl Variants {
    pub(crate) fn new() -> Result<Variants, Fault> {
        let folder = tempfile::tempdir();
        Ok(Variants { folder: folder.map_err(|error| Fault::new("no folder").detail(error))? })
    }

    /// The file with another value on the line of this key, which must be there once.
    pub(crate) fn with(&self, file: &Path, key: &str, value: &str) -> Result<PathBuf, Fault> {
        let unusable = |error| Fault::new(format!("cannot use {}", file.display())).detail(error);
        let text = std::fs::read_to_string(file).map_err(unusable)?;
        let changed = changed(&text, key, value)
            .ok_or_else(|| Fault::new(format!("{} has not one `{key}`", file.display())))?;
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let path = self.folder.path().join(format!("{stem}-{key}-{value}.toml"));
        std::fs::write(&path, changed).map_err(unusable)?;
        Ok(path)
    }
}

fn changed(text: &str, key: &str, value: &str) -> Option<String> {
    let is_it = |line: &str| line.split_once('=').is_some_and(|(name, _)| name.trim() == key);
    (text.lines().filter(|line| is_it(line)).count() == 1).then(|| {
        let line = |line: &str| {
            let kept = if is_it(line) { format!("{key} = {value}") } else { line.to_owned() };
            kept + "\n"
        };
        text.lines().map(line).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::changed;

    #[test]
    fn one_line_changes() {
        let text = "load = 0.7\n[pool]\nreload = 1\n";
        assert_eq!(
            changed(text, "load", "0.9").as_deref(),
            Some("load = 0.9\n[pool]\nreload = 1\n")
        );
        assert_eq!(changed(text, "x", "1"), None);
        assert_eq!(changed("a = 1\na = 2\n", "a", "3"), None);
    }
}
