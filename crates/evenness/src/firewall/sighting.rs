//! One thing that a firewall did, and what it thought of it.

use std::net::IpAddr;

/// What a firewall did with a packet or a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ruling {
    /// Thrown away or refused.
    Dropped,
    /// Let in.
    Accepted,
    /// Found suspicious by a signature; whether it was let in is told apart.
    Alert(AlertClass),
    /// Logged, and not said why.
    Unknown,
}

/// What kind of signature an alert comes from; the classes that rule sets share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertClass {
    /// An attempt to use something up.
    DenialOfService,
    /// Somebody looks around.
    Scan,
    /// An attack on a web application.
    WebAttack,
    /// An attempt to get rights.
    Intrusion,
    /// Software that somebody else commands.
    Malware,
    /// Any other.
    Other,
}

impl AlertClass {
    /// Every class, in the order of [`AlertClass::index`].
    pub const ALL: [AlertClass; 6] = [
        AlertClass::DenialOfService,
        AlertClass::Scan,
        AlertClass::WebAttack,
        AlertClass::Intrusion,
        AlertClass::Malware,
        AlertClass::Other,
    ];

    /// Position in [`AlertClass::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its name in labels and JSON.
    pub fn name(self) -> &'static str {
        match self {
            AlertClass::DenialOfService => "denial_of_service",
            AlertClass::Scan => "scan",
            AlertClass::WebAttack => "web_attack",
            AlertClass::Intrusion => "intrusion",
            AlertClass::Malware => "malware",
            AlertClass::Other => "other",
        }
    }

    /// The class of a signature category as rule sets word it, such as `Detection of a Denial of
    /// Service Attack`.
    pub fn of_category(category: &str) -> AlertClass {
        const WORDS: [(&str, AlertClass); 12] = [
            ("denial of service", AlertClass::DenialOfService),
            ("scan", AlertClass::Scan),
            ("information leak", AlertClass::Scan),
            ("web application", AlertClass::WebAttack),
            ("trojan", AlertClass::Malware),
            ("malware", AlertClass::Malware),
            ("exploit kit", AlertClass::Malware),
            ("command and control", AlertClass::Malware),
            ("privilege gain", AlertClass::Intrusion),
            ("executable code", AlertClass::Intrusion),
            ("shellcode", AlertClass::Intrusion),
            ("log in", AlertClass::Intrusion),
        ];
        let holds = |word: &str| {
            let windows = category.as_bytes().windows(word.len());
            windows.into_iter().any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
        };
        let found = WORDS.iter().find(|(word, _)| holds(word));
        found.map_or(AlertClass::Other, |(_, class)| *class)
    }
}

/// What one line of a firewall's log says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// What was done.
    pub verdict: Ruling,
    /// Who sent it.
    pub source: IpAddr,
    /// Packets; 1 where the log has a line for each.
    pub packets: u64,
    /// Bytes; 0 where the log does not tell.
    pub bytes: u64,
    /// Whether it asks for a new TCP connection.
    pub syn: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_have_classes() {
        let check = |category: &str, expected: AlertClass| {
            assert_eq!(AlertClass::of_category(category), expected, "{category}");
        };
        check("Attempted Denial of Service", AlertClass::DenialOfService);
        check("Detection of a Network Scan", AlertClass::Scan);
        check("Attempted Information Leak", AlertClass::Scan);
        check("Web Application Attack", AlertClass::WebAttack);
        check("A Network Trojan was detected", AlertClass::Malware);
        check("Attempted Administrator Privilege Gain", AlertClass::Intrusion);
        check("Misc Attack", AlertClass::Other);
        check("", AlertClass::Other);
    }

    #[test]
    fn an_index_finds_its_class() {
        let same = |class: &AlertClass| AlertClass::ALL[class.index()] == *class;
        assert!(AlertClass::ALL.iter().all(same));
    }
}
