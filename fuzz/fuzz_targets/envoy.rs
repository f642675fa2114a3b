//! A configuration of Envoy, in YAML or JSON.

#![no_main]

use foreign::Sources;
use foreign::envoy::model::Config;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut sources = Sources::default();
    if let Err(error) = Config::read("envoy.yaml", bytes, &mut sources) {
        let _ = error.told(&sources).to_string();
    }
});
