//! Tells what came of a case, to whoever names a file for it.

use std::fs::OpenOptions;
use std::io::Write;

use serde_json::{Value, json};

/// Names the file that gets a line of JSON per case; without it nobody is told.
const VARIABLE: &str = "EVENKEEL_AGREEMENT";

/// A method of a balancer, as its users call it.
#[derive(Clone, Debug)]
pub(crate) struct Method {
    product: &'static str,
    name: String,
}

impl Method {
    pub(crate) fn haproxy(name: impl Into<String>) -> Method {
        Method { product: "haproxy", name: name.into() }
    }

    pub(crate) fn nginx(name: impl Into<String>) -> Method {
        Method { product: "nginx", name: name.into() }
    }

    pub(crate) fn envoy(name: impl Into<String>) -> Method {
        Method { product: "envoy", name: name.into() }
    }

    /// So many requests of a case reached the server that was predicted.
    pub(crate) fn tell_agreed(&self, servers: usize, requests: usize, agreed: usize) {
        self.tell(servers, requests, &json!({ "agreed": agreed }));
    }

    /// No server's share is further from the predicted one than that; shares are parts of 1.
    pub(crate) fn tell_distance(&self, servers: usize, requests: usize, distance: f64) {
        self.tell(servers, requests, &json!({ "points": distance * 100.0 }));
    }

    fn tell(&self, servers: usize, requests: usize, found: &Value) {
        let Some(file) = std::env::var_os(VARIABLE).filter(|file| !file.is_empty()) else { return };
        let mut told = json!({
            "product": self.product, "method": self.name, "servers": servers, "requests": requests,
        });
        for (name, value) in found.as_object().into_iter().flatten() {
            told[name] = value.clone();
        }
        let mut file = OpenOptions::new().create(true).append(true).open(file).expect("a file");
        // One write: lines of tests that run at the same time stay whole.
        file.write_all(format!("{told}\n").as_bytes()).expect("a file");
    }
}
