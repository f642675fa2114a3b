//! Envoy of the Python package, with one worker.
