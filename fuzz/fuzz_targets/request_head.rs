//! A request's head from a client that means no good.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| proxy::fuzzing::request_head(bytes));
