//! `geo`: values by network, the narrowest first.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::nginx::model::Geo;

/// A `geo`, ready to be asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Networks {
    /// The narrowest first.
    networks: Vec<(IpNet, String)>,
    default: String,
}

impl Networks {
    /// `None` where it has what is not known here: ranges, proxies that are believed.
    pub(super) fn new(geo: &Geo) -> Option<Networks> {
        if !geo.options.is_empty() {
            return None;
        }
        let mut made = Networks::default();
        for entry in &geo.entries {
            let (key, value) = (entry.key.value.as_str(), entry.value.value.clone());
            match key {
                "default" => made.default = value,
                "proxy" | "delete" | "include" => return None,
                _ => {
                    let alone = || key.parse::<IpAddr>().ok().map(IpNet::from);
                    let network = key.parse::<IpNet>().ok().or_else(alone)?;
                    made.networks.push((network.trunc(), value));
                }
            }
        }
        made.networks.sort_by_key(|(network, _)| std::cmp::Reverse(network.prefix_len()));
        Some(made)
    }

    pub(super) fn find(&self, address: IpAddr) -> &str {
        let found = self.networks.iter().find(|(network, _)| network.contains(&address));
        found.map_or(&self.default, |(_, value)| value)
    }
}
