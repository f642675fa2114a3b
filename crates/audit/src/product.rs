//! Whose configuration it is.

/// A balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Product {
    /// HAProxy.
    Haproxy,
    /// nginx.
    Nginx,
    /// Envoy.
    Envoy,
    /// This one.
    Evenkeel,
}

impl Product {
    /// All of them.
    pub const ALL: [Product; 4] =
        [Product::Haproxy, Product::Nginx, Product::Envoy, Product::Evenkeel];

    /// As commands and files name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Product::Haproxy => "haproxy",
            Product::Nginx => "nginx",
            Product::Envoy => "envoy",
            Product::Evenkeel => "evenkeel",
        }
    }

    /// As people write it.
    pub fn title(self) -> &'static str {
        match self {
            Product::Haproxy => "HAProxy",
            Product::Nginx => "nginx",
            Product::Envoy => "Envoy",
            Product::Evenkeel => "Evenkeel",
        }
    }
}
