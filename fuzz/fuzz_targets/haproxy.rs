//! A configuration of HAProxy: no byte of it is lost, and none makes the reader fall over.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| foreign::haproxy::fuzzing::config(bytes));
