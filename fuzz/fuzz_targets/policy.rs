//! An organisation's policy: read, or refused with places that are in the text.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| audit::fuzzing::policy(bytes));
