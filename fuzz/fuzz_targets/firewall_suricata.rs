//! Events of `eve.json`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ledger::fuzzing::suricata(bytes));
