//! What a person may choose of the HTTP/1.1 benchmark.

use std::path::PathBuf;

use clap::Args;

use crate::bench::contender::Contender;
use crate::bench::scenario::Part;

pub(crate) const EXAMPLES: &str = "Examples:
  cargo xtask bench http1                                    all of it, about 20 minutes
  cargo xtask bench http1 --quick                            fewer and shorter rounds, 6 minutes
  cargo xtask bench http1 --only small,1m --proxies evenkeel,haproxy --out -";

/// Options of `cargo xtask bench http1`.
#[derive(Args, Clone)]
pub(crate) struct Http1Options {
    /// Three short rounds instead of five long ones.
    #[arg(long)]
    quick: bool,
    /// Parts to measure; all when absent.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART,..")]
    only: Vec<Part>,
    /// Proxies to measure; all when absent.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PROXY,..")]
    proxies: Vec<Contender>,
    /// Rounds of every measurement.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: Option<u32>,
    /// Seconds of every measurement of CPU time.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: Option<u32>,
    /// Where the report goes; `-` is standard output.
    #[arg(long, value_name = "FILE", default_value = "docs/evidence/http1.md")]
    pub(crate) out: PathBuf,
    /// The evenkeel program to measure; a release build of this tree when absent.
    #[arg(long, value_name = "PATH")]
    pub(crate) evenkeel: Option<PathBuf>,
}

/// How much is measured, every choice made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) parts: Vec<Part>,
    pub(crate) contenders: Vec<Contender>,
    pub(crate) rounds: u32,
    pub(crate) seconds: u32,
    pub(crate) warm_up_seconds: u32,
    pub(crate) latency_rounds: u32,
    pub(crate) latency_seconds: u32,
}

/// About 20 minutes.
const FULL: Extent = Extent {
    parts: Vec::new(),
    contenders: Vec::new(),
    rounds: 5,
    seconds: 6,
    warm_up_seconds: 1,
    latency_rounds: 3,
    latency_seconds: 5,
};

/// About 6 minutes. Without a warm-up, opening the connections counts too: some per cent where
/// there are 2,000, the same for everybody.
const QUICK: Extent = Extent {
    parts: Vec::new(),
    contenders: Vec::new(),
    rounds: 3,
    seconds: 3,
    warm_up_seconds: 0,
    latency_rounds: 1,
    latency_seconds: 3,
};

impl Http1Options {
    pub(crate) fn extent(&self) -> Extent {
        let mut extent = if self.quick { QUICK } else { FULL };
        extent.parts = chosen(&self.only, &Part::ALL);
        extent.contenders = chosen(&self.proxies, &Contender::ALL);
        if let Some(rounds) = self.rounds {
            (extent.rounds, extent.latency_rounds) = (rounds, rounds);
        }
        extent.seconds = self.seconds.unwrap_or(extent.seconds);
        extent
    }
}

/// The wanted ones in their usual order, or all of them.
fn chosen<T: Copy + PartialEq>(wanted: &[T], all: &[T]) -> Vec<T> {
    all.iter().copied().filter(|one| wanted.is_empty() || wanted.contains(one)).collect()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Http1Options,
    }

    fn extent(line: &str) -> Extent {
        Line::try_parse_from(line.split(' ')).unwrap().options.extent()
    }

    #[test]
    fn all_is_measured_unless_chosen() {
        let all = extent("x");
        assert_eq!((all.parts.as_slice(), all.rounds, all.seconds), (&Part::ALL[..], 5, 6));
        let some = extent("x --quick --only 1m,small --proxies haproxy,evenkeel --seconds 2");
        assert_eq!(some.parts, [Part::Small, Part::Large]);
        assert_eq!(some.contenders, [Contender::Evenkeel, Contender::Haproxy]);
        assert_eq!((some.rounds, some.seconds), (3, 2));
    }

    #[test]
    fn mistakes_are_refused() {
        for line in ["x --only 1k", "x --proxies squid", "x --rounds 0"] {
            assert!(Line::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
