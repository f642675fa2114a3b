//! Lines of a kernel's log: those of a firewall, and whatever else the kernel writes.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ledger::fuzzing::kernel(bytes));
