//! The files of a collection: `PRODUCT/OWNER+NAME/PATH`, as its repository has them.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::fault::Fault;

/// Whose configuration a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Product {
    Haproxy,
    Nginx,
    Envoy,
}

impl Product {
    pub(super) const ALL: [Product; 3] = [Product::Haproxy, Product::Nginx, Product::Envoy];

    /// The folder's name.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Product::Haproxy => "haproxy",
            Product::Nginx => "nginx",
            Product::Envoy => "envoy",
        }
    }

    /// As people write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Product::Haproxy => "HAProxy",
            Product::Nginx => "nginx",
            Product::Envoy => "Envoy",
        }
    }
}

/// One file of the collection.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) product: Product,
    /// `owner/name`.
    pub(super) repository: String,
    /// Inside the repository.
    pub(super) path: String,
    /// On this machine.
    pub(super) file: PathBuf,
    /// SHA-256 of what it says, in hexadecimal digits.
    pub(super) sha256: String,
}

/// All files, sorted.
pub(super) fn read(folder: &Path) -> Result<Vec<Entry>, Fault> {
    let mut entries = Vec::new();
    for product in Product::ALL {
        let place = folder.join(product.folder());
        for repository in names(&place)? {
            let Some((owner, name)) = repository.split_once('+') else { continue };
            let root = place.join(&repository);
            let mut files = Vec::new();
            walk(&root, &mut files)?;
            files.sort();
            for file in files {
                let path = file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().into_owned();
                let bytes = std::fs::read(&file).map_err(|error| unreadable(&file, error))?;
                let sha256 = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
                let repository = format!("{owner}/{name}");
                entries.push(Entry { product, repository, path, file, sha256 });
            }
        }
    }
    if entries.is_empty() {
        let fault = Fault::new(format!("no files in {}", folder.display()));
        return Err(fault.hint("lay them out as haproxy/OWNER+NAME/PATH, nginx/…, envoy/…"));
    }
    Ok(entries)
}

fn names(folder: &Path) -> Result<Vec<String>, Fault> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let entry = entry.map_err(|error| unreadable(folder, error))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Fault> {
    for name in names(folder)? {
        let path = folder.join(name);
        match path.is_dir() {
            true => walk(&path, files)?,
            false => files.push(path),
        }
    }
    Ok(())
}

fn unreadable(path: &Path, error: std::io::Error) -> Fault {
    Fault::new(format!("cannot read {}", path.display())).detail(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_knows_where_it_is_from() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("nginx/some+one/conf/sites");
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join("a.conf"), "abc").unwrap();
        let entries = read(folder.path()).unwrap();
        let [entry] = entries.as_slice() else { panic!("{entries:?}") };
        assert_eq!((entry.product, entry.repository.as_str()), (Product::Nginx, "some/one"));
        assert_eq!(entry.path, "conf/sites/a.conf");
        assert!(entry.sha256.starts_with("ba7816bf8f01cfea"), "{}", entry.sha256);
    }
}
