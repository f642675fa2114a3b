//! A configuration file that somebody wrote, or that half a write left behind.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| proxy::fuzzing::config(bytes));
