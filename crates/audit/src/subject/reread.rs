//! Reads a configuration again, with other texts for some of its files.

use std::collections::BTreeMap;

use foreign::haproxy;
use foreign::nginx::syntax::{Disk, Files};

use super::kind::Subject;
use super::read::{Refusal, envoy_of, haproxy_of, nginx_of, own_of};
use crate::product::Product;

/// Reads all files of a subject as they were read, but for those of these names.
///
/// # Errors
/// As [`super::read`].
pub(crate) fn reread(
    subject: &Subject,
    changed: &BTreeMap<&str, &str>,
) -> Result<Subject, Refusal> {
    let sources = subject.sources();
    let texts = sources.files().map(|file| {
        let name = sources.name(file);
        (name, changed.get(name).copied().unwrap_or_else(|| sources.text(file)))
    });
    let texts: Vec<(&str, &str)> = texts.collect();
    let (name, text) = texts.first().copied().unwrap_or_default();
    match subject.product() {
        Product::Haproxy => {
            let variable = |name: &str| std::env::var(name).ok();
            let environment = haproxy::Environment::new(&variable);
            let texts: Vec<(&str, &[u8])> =
                texts.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
            Ok(haproxy_of(haproxy::read_texts(&texts, &environment)))
        }
        Product::Envoy => {
            let texts =
                texts.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().into()));
            envoy_of(texts.collect())
        }
        Product::Nginx => {
            nginx_of(name, text.as_bytes(), &Over { texts: &texts, disk: Disk::default() })
        }
        Product::Evenkeel => own_of(name, text.as_bytes()),
    }
}

/// Files that were read before, over those of the disk.
struct Over<'a> {
    texts: &'a [(&'a str, &'a str)],
    disk: Disk,
}

impl Files for Over<'_> {
    fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        match self.texts.iter().find(|(name, _)| *name == path) {
            Some((_, text)) => Ok(text.as_bytes().to_vec()),
            None => self.disk.bytes(path),
        }
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, String> {
        self.disk.matching(pattern)
    }
}
