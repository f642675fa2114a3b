//! A `Cookie` field that would like to be a session of ours.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| proxy::fuzzing::cookie(bytes));
