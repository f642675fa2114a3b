//! The verdict: asks again, until nothing more can be put in place.

use std::path::Path;

use super::super::room::Told;
use super::pem;
use crate::fault::Fault;

/// The files of a verdict: programs, and certificates that stand for others.
pub(crate) struct Bench<'a> {
    pub(crate) envoy: &'a Path,
    pub(crate) pem: Vec<u8>,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(envoy: &'a Path) -> Result<Bench<'a>, Fault> {
        Ok(Bench { envoy, pem: pem::make()? })
    }
}

/// Whether the program accepts it, and its last words where it does not.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) accepted: bool,
    pub(crate) words: String,
}

/// Each try puts in place what the one before missed; a file names more of that only by mistake.
const TRIES_MAX: usize = 80;

/// Runs a program until it accepts, or until nothing more can be put in place.
pub(super) fn settle(
    mut ask: impl FnMut() -> Result<Told, Fault>,
    accepts: impl Fn(&Told) -> bool,
    mut amend: impl FnMut(&str) -> Result<bool, Fault>,
) -> Result<Verdict, Fault> {
    let mut words = String::new();
    for _ in 0..TRIES_MAX {
        let told = ask()?;
        words = told.out.clone() + &told.err;
        if accepts(&told) {
            return Ok(Verdict { accepted: true, words });
        }
        if !amend(&words)? {
            break;
        }
    }
    Ok(Verdict { accepted: false, words })
}
