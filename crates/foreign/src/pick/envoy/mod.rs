//! Envoy's methods, as of 1.30 and later.
