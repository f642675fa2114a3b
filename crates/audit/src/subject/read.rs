//! Reads what is to be judged from files, or from a text.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use foreign::nginx::syntax::{Disk, Files, Kept};
use foreign::{FileId, Sources, Span, SyntaxError, envoy, haproxy, nginx};

use super::kind::{Own, Parsed, Subject};
use super::packaged::is_packaged;
use super::{detect, folder};
use crate::product::Product;

/// Why there is nothing to judge.
#[derive(Debug)]
pub enum Refusal {
    /// A file cannot be read.
    Unreadable(PathBuf, String),
    /// Nothing tells whose the file is.
    Unknown(PathBuf),
    /// Files that are given together are of different products, or are more than it can have.
    Mixed(PathBuf, Product),
    /// The text cannot be read at all. What is wrong is told, with places.
    Broken(Box<Subject>),
    /// The text is no valid configuration of this balancer.
    Invalid(config::Problems),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Unreadable(path, why) => write!(f, "cannot read {}: {why}", path.display()),
            Refusal::Unknown(path) => {
                write!(f, "nothing in {} tells whose configuration it is", path.display())
            }
            Refusal::Mixed(path, product) => {
                write!(f, "{} does not belong to a configuration of ", path.display())?;
                f.write_str(product.title())
            }
            Refusal::Broken(subject) => {
                let told = subject.errors.iter().map(|error| error.told(subject.sources()));
                let told = told.map(|told| told.to_string());
                f.write_str(&told.collect::<Vec<_>>().join("\n"))
            }
            Refusal::Invalid(problems) => problems.fmt(f),
        }
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    /// The text that was refused, with its errors and nothing else, for a report. `None` where
    /// there is no text.
    pub fn subject(self) -> Option<Subject> {
        match self {
            Refusal::Broken(subject) => Some(*subject),
            Refusal::Invalid(problems) => Some(invalid(&problems)),
            Refusal::Unreadable(..) | Refusal::Unknown(_) | Refusal::Mixed(..) => None,
        }
    }
}

/// A configuration of this balancer that is not valid.
fn invalid(problems: &config::Problems) -> Subject {
    let mut sources = Sources::default();
    let file = sources.add(problems.name(), problems.text().as_bytes());
    let errors = problems.iter().filter(|problem| problem.severity == config::Severity::Error);
    let errors = errors.map(|problem| {
        let span = Own::span_in(file, &problem.span);
        match &problem.hint {
            Some(hint) => SyntaxError::new(span, format!("{}: {hint}", problem.what)),
            None => SyntaxError::new(span, &problem.what),
        }
    });
    unread_own(file, errors.collect(), sources)
}

fn unread_own(file: FileId, errors: Vec<SyntaxError>, sources: Sources) -> Subject {
    let own = Own::new(config::Settings::default(), file, "");
    Subject::unread(Parsed::Evenkeel(Box::new(own)), errors, sources)
}

/// Reads files, and folders with files, that are one configuration. `product` says whose it is;
/// absent, the first file tells.
///
/// # Errors
/// When there is nothing to judge. What a balancer refuses and can be read past, is in the subject.
pub fn read(paths: &[PathBuf], product: Option<Product>) -> Result<Subject, Refusal> {
    let Some(first) = paths.first() else {
        return Err(Refusal::Unreadable(PathBuf::new(), "no file is named".to_owned()));
    };
    if let [path] = paths
        && let Ok(about) = fs::metadata(path)
        && !about.is_file()
        && !about.is_dir()
    {
        return read_stream(path, product);
    }
    let product = match product {
        Some(product) => product,
        None if first.is_dir() => folder::product(first).ok_or_else(|| empty(first, None))?,
        None => {
            let text = String::from_utf8_lossy(&bytes(first)?).into_owned();
            detect::product(&first.to_string_lossy(), &text)
                .ok_or_else(|| Refusal::Unknown(first.clone()))?
        }
    };
    let mut found = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => found.extend(folder::files(path, product)),
            false => found.push(path.clone()),
        }
    }
    let first = found.first().ok_or_else(|| empty(first, Some(product)))?;
    match (product, found.as_slice()) {
        (Product::Haproxy, paths) => read_haproxy(paths),
        (Product::Envoy, paths) => {
            let texts = paths.iter().map(|path| Ok((name(path), bytes(path)?)));
            envoy_of(texts.collect::<Result<_, Refusal>>()?)
        }
        (_, [_, second, ..]) => Err(Refusal::Mixed(second.clone(), product)),
        (Product::Nginx, _) => nginx_of(&name(first), &bytes(first)?, &Disk::default()),
        (Product::Evenkeel, _) => own_of(&name(first), &bytes(first)?),
    }
}

/// A folder in which no file looks like one of a configuration.
fn empty(folder: &Path, product: Option<Product>) -> Refusal {
    let haproxy = "no file in it ends in `.cfg`";
    let why = match product {
        Some(Product::Haproxy) => haproxy.to_owned(),
        Some(Product::Nginx) => "it has no `nginx.conf`: name the main file".to_owned(),
        Some(Product::Envoy) => "no file in it ends in `.yaml`, `.yml` or `.json`".to_owned(),
        Some(Product::Evenkeel) => "no file in it ends in `.toml`".to_owned(),
        None => format!("{haproxy}, `.yaml`, `.yml` or `.json`, and none is `nginx.conf`"),
    };
    Refusal::Unreadable(folder.to_owned(), why)
}

/// Reads a pipe or a terminal, which tells its text only once.
fn read_stream(path: &Path, product: Option<Product>) -> Result<Subject, Refusal> {
    of_bytes(&name(path), &bytes(path)?, product, &|name| std::env::var(name).ok())
}

/// Reads one text; `name` stands for its file.
///
/// # Errors
/// As [`read`].
pub fn read_text(name: &str, text: &str, product: Option<Product>) -> Result<Subject, Refusal> {
    of_bytes(name, text.as_bytes(), product, &|_| None)
}

fn of_bytes(
    name: &str,
    bytes: &[u8],
    product: Option<Product>,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Subject, Refusal> {
    let product = product.or_else(|| detect::product(name, &String::from_utf8_lossy(bytes)));
    match product.ok_or_else(|| Refusal::Unknown(PathBuf::from(name)))? {
        Product::Haproxy => {
            let environment = haproxy::Environment::new(variable);
            Ok(haproxy_of(haproxy::read_texts(&[(name, bytes)], &environment)))
        }
        Product::Envoy => envoy_of(vec![(name.to_owned(), bytes.to_vec())]),
        Product::Nginx => nginx_of(name, bytes, &Kept::default().with(name, bytes)),
        Product::Evenkeel => own_of(name, bytes),
    }
}

fn name(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn bytes(path: &Path) -> Result<Vec<u8>, Refusal> {
    foreign::read_file(path)
        .map_err(|error| Refusal::Unreadable(path.to_owned(), error.to_string()))
}

fn read_haproxy(paths: &[PathBuf]) -> Result<Subject, Refusal> {
    let variable = |name: &str| std::env::var(name).ok();
    let environment = haproxy::Environment::new(&variable);
    let config = haproxy::read(paths, &environment).map_err(|mut unreadable| {
        let first = unreadable.swap_remove(0);
        Refusal::Unreadable(first.path, first.why.to_string())
    })?;
    match config.files.is_empty() {
        // HAProxy would start, and do nothing.
        true => {
            let first = paths.first().cloned().unwrap_or_default();
            Err(empty(&first, Some(Product::Haproxy)))
        }
        false => Ok(haproxy_of(config)),
    }
}

pub(super) fn haproxy_of(config: haproxy::Config) -> Subject {
    let errors = config.errors.clone();
    Subject::new(Parsed::Haproxy(Box::new(config)), errors, Sources::default())
}

pub(super) fn envoy_of(texts: Vec<(String, Vec<u8>)>) -> Result<Subject, Refusal> {
    let mut sources = Sources::default();
    let (mut configs, mut errors, mut broken) = (Vec::new(), Vec::new(), Vec::new());
    for (name, bytes) in texts {
        match envoy::model::Config::read(&name, &bytes, &mut sources) {
            Ok(config) => {
                errors.extend(config.problems.iter().cloned());
                configs.push(config);
            }
            Err(error) => broken.push(error),
        }
    }
    if !broken.is_empty() {
        let subject = Subject::unread(Parsed::Envoy(Vec::new()), broken, sources);
        return Err(Refusal::Broken(Box::new(subject)));
    }
    Ok(Subject::new(Parsed::Envoy(configs), errors, sources))
}

pub(super) fn nginx_of(name: &str, bytes: &[u8], files: &dyn Files) -> Result<Subject, Refusal> {
    let mut sources = Sources::default();
    let is_json = bytes.trim_ascii_start().starts_with(b"{");
    let tree = match is_json && detect::is_crossplane(&String::from_utf8_lossy(bytes)) {
        true => nginx::syntax::read_crossplane(name, bytes, &mut sources),
        false => nginx::syntax::read(name, None, files, &mut sources),
    };
    let config = nginx::model::Config::read(&tree);
    let missing = tree.missing.iter().filter(|missing| !is_packaged(missing, &sources));
    let errors = tree.errors.iter().chain(missing).chain(&config.problems).cloned().collect();
    let mut subject = Subject::new(Parsed::Nginx(Box::new(config)), errors, sources);
    subject.tree = Some(Box::new(tree));
    Ok(subject)
}

/// The configuration of this balancer that was just read: what is judged is what will be in force,
/// whatever has become of the file since.
pub fn own(loaded: &config::Loaded) -> Subject {
    let name = name(&loaded.path);
    let mut sources = Sources::default();
    let file = sources.add(&name, loaded.text.as_bytes());
    let own = Own::new(loaded.settings.clone(), file, &loaded.text);
    Subject::new(Parsed::Evenkeel(Box::new(own)), Vec::new(), sources)
}

pub(super) fn own_of(name: &str, bytes: &[u8]) -> Result<Subject, Refusal> {
    let mut sources = Sources::default();
    let file = sources.add(name, bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = u32::try_from(error.valid_up_to()).unwrap_or(u32::MAX);
            let span = Span { file, start: at, end: at };
            let errors = vec![SyntaxError::new(span, "this is not UTF-8")];
            return Err(Refusal::Broken(Box::new(unread_own(file, errors, sources))));
        }
    };
    let settings = config::parse(text, name).map_err(Refusal::Invalid)?;
    let own = Own::new(settings, file, text);
    Ok(Subject::new(Parsed::Evenkeel(Box::new(own)), Vec::new(), sources))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: what comes with nginx is not missed where only its configuration is at hand.
    #[test]
    fn a_file_of_nginx_s_own_is_not_missed() {
        let check = |path: &str, count: usize| {
            let text = format!("events {{}}\nhttp {{\n  include {path};\n}}\n");
            let subject = read_text("nginx.conf", &text, Some(Product::Nginx)).unwrap();
            assert_eq!(subject.errors.len(), count, "{path}: {:?}", subject.errors);
        };
        check("mime.types", 0);
        check("/etc/nginx/mime.types", 0);
        check("\"/usr/local/etc/nginx/fastcgi_params\"", 0);
        check("upstreams.conf", 1);
        check("mime.types.d/all", 1);
    }
}
