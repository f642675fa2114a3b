//! Rules of HAProxy and nginx that choose a pool, and one request.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| audit::fuzzing::routes(bytes));
