//! What a running balancer answers, whichever it is.

#![no_main]

use foreign::running::{Address, envoy, haproxy, nginx};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().count() + 1;
    let faults = [
        haproxy::servers_state(&text).err(),
        haproxy::stat(&text).err(),
        envoy::clusters(&text).err(),
        nginx::upstreams(&text).err(),
    ];
    for fault in faults.into_iter().flatten() {
        // A header that is missing is missed on the second line.
        assert!((1..=lines + 1).contains(&fault.line), "{fault}");
    }
    let _ = (haproxy::info(&text), envoy::info(&text), nginx::newest(&text), nginx::info(&text));
    if let Some(address) = Address::read(&text) {
        let _ = address.to_string();
    }
});
