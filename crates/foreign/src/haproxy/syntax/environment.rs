//! Where a configuration is read: variables, the version, and what was compiled in.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::line::Text;
use super::truth::Truth;
use super::version::Version;

/// So many bytes of variables are filled in, at most, over all files.
const FILLED_MAX: usize = 16 << 20;

/// Looks up a variable of the environment.
pub type Lookup<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// Where a configuration is read.
pub struct Environment<'a> {
    lookup: &'a Lookup<'a>,
    version: Version,
    features: BTreeMap<String, bool>,
    /// What `setenv` and its like in `global` have said; `None` is a variable that they unset.
    set: RefCell<BTreeMap<Text, Option<Text>>>,
    /// Whether `resetenv` has dropped what is not in `set`.
    reset: Cell<bool>,
    left: Cell<usize>,
}

impl<'a> Environment<'a> {
    /// An environment with these variables, of the newest version that is maintained for long.
    pub fn new(lookup: &'a Lookup<'a>) -> Environment<'a> {
        Environment {
            lookup,
            version: Version::default(),
            features: BTreeMap::new(),
            set: RefCell::default(),
            reset: Cell::new(false),
            left: Cell::new(FILLED_MAX),
        }
    }

    /// States the version.
    pub fn with_version(mut self, version: Version) -> Environment<'a> {
        self.version = version;
        self
    }

    /// States whether a feature, such as `OPENSSL`, is compiled in.
    pub fn with_feature(mut self, name: &str, present: bool) -> Environment<'a> {
        self.features.insert(name.to_owned(), present);
        self
    }

    /// The stated version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Whether a feature is compiled in, as far as it was stated.
    pub(crate) fn feature(&self, name: &str) -> Truth {
        self.features.get(name).map_or(Truth::Unknown, |&present| Truth::from(present))
    }

    /// A variable's value at this point of the configuration.
    pub fn variable(&self, name: &str) -> Option<Text> {
        match self.set.borrow().get(name) {
            Some(value) => value.clone(),
            None if self.reset.get() => None,
            None => (self.lookup)(name).map(Text::from),
        }
    }

    /// `setenv`, or with no value `unsetenv`.
    pub(crate) fn set(&self, name: &Text, value: Option<&Text>) {
        self.set.borrow_mut().insert(name.clone(), value.cloned());
    }

    /// `resetenv`: drops every variable but these.
    pub(crate) fn reset<'t>(&self, kept: impl Iterator<Item = &'t Text>) {
        let kept = kept.map(|name| (name.clone(), self.variable(name))).collect();
        self.reset.set(true);
        self.set.replace(kept);
    }

    /// Whether so many bytes may still be filled in: each use of a long variable costs three bytes
    /// of a file.
    pub(crate) fn spend(&self, bytes: usize) -> bool {
        match self.left.get().checked_sub(bytes) {
            Some(left) => {
                self.left.set(left);
                true
            }
            None => false,
        }
    }
}

/// Variables that HAProxy sets itself: it knows them where this reader does not.
pub(crate) fn is_haproxys_own(name: &str) -> bool {
    name.starts_with("HAPROXY_")
}
