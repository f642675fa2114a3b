//! A body of any framing, in any pieces.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| proxy::fuzzing::body(bytes));
