//! What is said to be the output of `crossplane parse`.

#![no_main]

use foreign::Sources;
use foreign::nginx::model::Config;
use foreign::nginx::syntax::read_crossplane;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut sources = Sources::default();
    Config::read(&read_crossplane("output.json", bytes, &mut sources));
});
