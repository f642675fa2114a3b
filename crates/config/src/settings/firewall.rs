//! `[[firewall]]`: the logs of the firewall before the listeners.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::forms;

/// A log of a firewall before the listeners. Evenkeel reads it to tell a flood from a fault of
/// its own: what it shows, and what time it covers.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Firewall {
    /// The log file, e.g. `/var/log/kern.log`. It is followed through rotations; that it is
    /// missing is no coverage, not an error.
    #[schemars(schema_with = "forms::file")]
    pub file: PathBuf,
    /// Who writes it.
    #[serde(default)]
    pub format: FirewallFormat,
    /// Words in the log prefixes of rules that drop, e.g. `["DROP"]`; for kernel logs. Empty:
    /// words such as `drop`, `reject`, `deny` and `block` are known, in any case.
    #[serde(default)]
    pub drop_prefixes: Vec<String>,
    /// Only what was on its way to these ports is counted, and what has no port. Absent: the
    /// ports of the listeners. Empty: all ports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<Vec<u16>>,
}

/// Who writes a firewall's log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FirewallFormat {
    /// Found out from the first line that any of the others understands.
    #[default]
    Auto,
    /// The kernel, for `log` statements of nftables.
    Nftables,
    /// The kernel, for `LOG` targets of iptables and ip6tables.
    Iptables,
    /// The kernel, for ufw: `[UFW BLOCK]`, `[UFW ALLOW]`.
    Ufw,
    /// Amazon: VPC flow logs as text, in the default order or under a header line.
    VpcFlow,
    /// Suricata: `eve.json`.
    Suricata,
}

impl FirewallFormat {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            FirewallFormat::Auto => "auto",
            FirewallFormat::Nftables => "nftables",
            FirewallFormat::Iptables => "iptables",
            FirewallFormat::Ufw => "ufw",
            FirewallFormat::VpcFlow => "vpc_flow",
            FirewallFormat::Suricata => "suricata",
        }
    }

    /// Whether log prefixes tell the verdict.
    pub fn has_prefixes(self) -> bool {
        use FirewallFormat::{Auto, Iptables, Nftables};
        matches!(self, Auto | Nftables | Iptables)
    }
}
