//! An access log in any format, or in none, and the text of a format.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| foreign::logs::fuzzing::access_log(bytes));
