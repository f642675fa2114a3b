//! Whether a load's figures say something about the target, or about the generator only.

use super::report::Report;

/// More late requests than this part make a run invalid.
const LATE_SHARE_MAX: f64 = 0.02;

impl Report {
    /// Why nothing can be concluded; `None` when the load was sent as it was asked for.
    pub fn invalid(&self) -> Option<String> {
        if self.requests == 0 && self.dropped == 0 {
            return Some("no request was counted".to_owned());
        }
        if self.dropped > 0 {
            return Some(format!("{} requests were due and not sent", self.dropped));
        }
        if self.failures.local > 0 {
            return Some(format!(
                "{} connections were more than this machine has files, ports or memory for",
                self.failures.local
            ));
        }
        let late = self.late as f64 / self.requests.max(1) as f64;
        (late > LATE_SHARE_MAX)
            .then(|| format!("{:.1} % of the requests were sent late", late * 100.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generator_that_fell_behind_proves_nothing() {
        let report = |late, dropped| Report { requests: 1000, late, dropped, ..Report::default() };
        assert_eq!(Report::default().invalid().unwrap(), "no request was counted");
        assert_eq!(report(20, 0).invalid(), None);
        assert_eq!(report(21, 0).invalid().unwrap(), "2.1 % of the requests were sent late");
        let mut short = report(0, 0);
        short.failures.local = 3;
        assert!(short.invalid().unwrap().starts_with("3 connections"));
        assert_eq!(report(0, 1).invalid().unwrap(), "1 requests were due and not sent");
    }
}
