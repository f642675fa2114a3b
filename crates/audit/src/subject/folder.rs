//! Finds the files of a configuration in a folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::product::Product;

/// nginx's main file, below its folder or that of an installation.
const MAIN: [&str; 3] = ["nginx.conf", "conf/nginx.conf", "etc/nginx/nginx.conf"];

/// Whose the files of a folder are, by their names. `None` where no name tells.
pub(super) fn product(folder: &Path) -> Option<Product> {
    if !ending(folder, &["cfg"]).is_empty() {
        return Some(Product::Haproxy);
    }
    let products = [Product::Nginx, Product::Envoy];
    products.into_iter().find(|product| !files(folder, *product).is_empty())
}

/// The files to be named for all of a folder. HAProxy takes the folder itself.
pub(super) fn files(folder: &Path, product: Product) -> Vec<PathBuf> {
    match product {
        Product::Haproxy => vec![folder.to_owned()],
        Product::Nginx => {
            let main = MAIN.iter().map(|name| folder.join(name)).find(|path| path.is_file());
            main.into_iter().collect()
        }
        Product::Envoy => ending(folder, &["yaml", "yml", "json"]),
        Product::Evenkeel => ending(folder, &["toml"]),
    }
}

/// Its files with one of these ends, sorted, also those that cannot be read; hidden ones are left
/// out.
fn ending(folder: &Path, ends: &[&str]) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_one = |path: &PathBuf| {
        let end = path.extension().and_then(|end| end.to_str());
        let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes()[0] == b'.');
        end.is_some_and(|end| ends.contains(&end)) && !is_hidden && !path.is_dir()
    };
    let mut found: Vec<PathBuf> = entries.filter(is_one).collect();
    found.sort();
    found
}
