//! A `Forwarded` field that would like to speak for a trusted proxy.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| proxy::fuzzing::forwarded(bytes));
