//! What the log prefix of a kernel's line says about the packet.

use evenness::Ruling;
use memchr::memmem;

/// Words of people who name the rules that drop, in lower case.
const DROPS: [&str; 7] = ["drop", "reject", "deny", "denied", "block", "refuse", "banned"];
const ACCEPTS: [&str; 4] = ["accept", "allow", "pass", "permit"];

/// Which prefixes mean what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    drops: Vec<Vec<u8>>,
    /// The prefix before: rules are few, and their lines many.
    last: Vec<u8>,
    last_verdict: Option<Ruling>,
}

impl Words {
    /// Prefixes with one of `drops` in them are of rules that drop; with none given, those that
    /// say so in words of everyday.
    pub(crate) fn new(drops: &[String]) -> Words {
        let drops = drops.iter().map(|word| word.trim().as_bytes().to_vec()).collect();
        Words { drops, ..Words::default() }
    }

    pub(crate) fn verdict(&mut self, prefix: &[u8]) -> Ruling {
        match self.last_verdict {
            Some(verdict) if self.last == prefix => verdict,
            _ => {
                let verdict = self.judge(prefix);
                self.last.clear();
                self.last.extend_from_slice(prefix);
                self.last_verdict = Some(verdict);
                verdict
            }
        }
    }

    fn judge(&self, prefix: &[u8]) -> Ruling {
        let lower = prefix.to_ascii_lowercase();
        let has = |word: &&str| memmem::find(&lower, word.as_bytes()).is_some();
        let dropped = match self.drops.is_empty() {
            true => DROPS.iter().any(&has),
            false => self.drops.iter().any(|word| memmem::find(prefix, word).is_some()),
        };
        match dropped {
            true => Ruling::Dropped,
            false if ACCEPTS.iter().any(has) => Ruling::Accepted,
            false => Ruling::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(drops: &[&str], prefix: &str, expected: Ruling) {
        let drops: Vec<String> = drops.iter().map(|&word| word.to_owned()).collect();
        assert_eq!(Words::new(&drops).verdict(prefix.as_bytes()), expected, "{drops:?} {prefix}");
    }

    #[test]
    fn everyday_words_are_known() {
        check(&[], "DROP: ", Ruling::Dropped);
        check(&[], "FINAL_REJECT: ", Ruling::Dropped);
        check(&[], "iptables denied: ", Ruling::Dropped);
        check(&[], "Shorewall:net-fw:DROP:", Ruling::Dropped);
        check(&[], "[nft] accept ", Ruling::Accepted);
        check(&[], "new-connection ", Ruling::Unknown);
        check(&[], "", Ruling::Unknown);
    }

    #[test]
    fn given_words_stand_alone() {
        check(&["IN-7 "], "IN-7 ", Ruling::Dropped);
        check(&["IN-7"], "DROP: ", Ruling::Unknown);
        check(&["IN-7"], "allowed ", Ruling::Accepted);
        check(&["drop"], "DROP: ", Ruling::Unknown);
    }

    #[test]
    fn what_was_remembered_is_of_the_same_prefix() {
        let mut words = Words::new(&[]);
        for _ in 0..2 {
            assert_eq!(words.verdict(b"DROP"), Ruling::Dropped);
            assert_eq!(words.verdict(b"ACCEPT"), Ruling::Accepted);
        }
    }
}
