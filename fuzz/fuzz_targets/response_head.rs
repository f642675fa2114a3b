//! A response's head from an endpoint that is not to be trusted.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| proxy::fuzzing::response_head(bytes));
