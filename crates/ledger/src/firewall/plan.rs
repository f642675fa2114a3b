//! Which logs are read, and how.

use std::path::PathBuf;

use config::FirewallFormat;

use super::zone::Zone;

/// Which logs of firewalls are read, and how.
#[derive(Clone, Debug)]
pub struct FirewallPlan {
    /// The logs.
    pub logs: Vec<FirewallLog>,
    /// Zone of times that do not name theirs.
    pub zone: Zone,
    /// How many seconds are kept; about 1 kB each.
    pub kept_s: u32,
    /// How far back reading begins in a log that is found, seconds.
    pub back_s: u32,
    /// How far back reading begins at most, bytes.
    pub back_bytes: u64,
}

/// One log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirewallLog {
    /// The file.
    pub file: PathBuf,
    /// Who writes it.
    pub format: FirewallFormat,
    /// Words in the log prefixes of rules that drop; empty: words of everyday.
    pub drop_prefixes: Vec<String>,
    /// Ports that are counted; empty: all.
    pub ports: Vec<u16>,
}

impl FirewallPlan {
    /// The usual plan for these logs: an hour is kept, reading begins ten minutes back, and at
    /// most 64 MiB back. Times without a zone are this machine's.
    pub fn new(logs: Vec<FirewallLog>) -> FirewallPlan {
        let (kept_s, back_s, back_bytes) = (3600, 600, 64 << 20);
        FirewallPlan { logs, zone: Zone::system(), kept_s, back_s, back_bytes }
    }

    /// The plan that a configuration asks for. A log that names no ports counts those of the
    /// listeners; where one of those is left to the system, all.
    pub fn of(settings: &config::Settings) -> FirewallPlan {
        let listeners: Vec<u16> =
            settings.listeners.iter().map(|listener| listener.address.port()).collect();
        let listeners = if listeners.contains(&0) { Vec::new() } else { listeners };
        let log = |firewall: &config::Firewall| FirewallLog {
            file: firewall.file.clone(),
            format: firewall.format,
            drop_prefixes: firewall.drop_prefixes.clone(),
            ports: firewall.ports.clone().unwrap_or_else(|| listeners.clone()),
        };
        FirewallPlan::new(settings.firewall.iter().map(log).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = r#"
        [[listeners]]
        name = "a"
        address = "0.0.0.0:8080"
        [[listeners]]
        name = "b"
        address = "0.0.0.0:8443"
        [[routes]]
        pool = "p"
        [[pools.p.endpoints]]
        name = "e"
        address = "127.0.0.1:1"
        [[firewall]]
        file = "/var/log/kern.log"
        drop_prefixes = ["DROP"]
        [[firewall]]
        file = "/var/log/eve.json"
        format = "suricata"
        ports = [80]
        [[firewall]]
        file = "/var/log/all.log"
        ports = []
    "#;

    #[test]
    fn ports_are_those_of_the_listeners_unless_named() {
        let ports = |text: &str| {
            let plan = FirewallPlan::of(&config::parse(text, "test").expect("valid"));
            plan.logs.into_iter().map(|log| log.ports).collect::<Vec<_>>()
        };
        assert_eq!(ports(SITE), [vec![8080, 8443], vec![80], vec![]]);
        assert_eq!(ports(&SITE.replace(":8080", ":0")), [vec![], vec![80], vec![]]);
    }

    #[test]
    fn a_log_keeps_what_was_written_about_it() {
        let plan = FirewallPlan::of(&config::parse(SITE, "test").expect("valid"));
        let expected = FirewallLog {
            file: "/var/log/kern.log".into(),
            format: FirewallFormat::Auto,
            drop_prefixes: vec!["DROP".into()],
            ports: vec![8080, 8443],
        };
        assert_eq!((plan.logs.len(), &plan.logs[0]), (3, &expected));
        assert_eq!(plan.logs[1].format, FirewallFormat::Suricata);
    }
}
