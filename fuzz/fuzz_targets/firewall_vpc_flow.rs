//! Records of a VPC flow log, under a header or under none.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ledger::fuzzing::vpc_flow(bytes));
