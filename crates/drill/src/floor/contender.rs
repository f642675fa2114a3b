//! Who takes part in a drill: a balancer with a setting.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use sim::{Change, Script};

use super::balancer::Balancer;
use super::keeping;
use super::process;
use super::setting::Setting;
use super::site::Site;
use crate::error::Error;

/// A balancer in one of its settings, written `haproxy` or `haproxy:default`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contender {
    /// Which program.
    pub balancer: Balancer,
    /// How it is set.
    pub setting: Setting,
}

impl Contender {
    /// Everybody, in every setting; Evenkeel first.
    pub fn all() -> impl Iterator<Item = Contender> {
        Balancer::ALL.into_iter().flat_map(|balancer| {
            balancer.settings().iter().map(move |&setting| Contender { balancer, setting })
        })
    }

    /// Whether it can do what the scenario asks for.
    ///
    /// # Errors
    /// A setting that needs sticky users where there are none, or cannot keep any.
    pub fn fits(self, script: &Script) -> Result<(), Error> {
        if script.scenario.changes.iter().any(|(_, change)| matches!(change, Change::Limit(_))) {
            let why = "a balancer cannot be told that its own limits are used";
            return Err(Error::balancer(why.to_owned(), "`limit` is for `sim run --judge` alone"));
        }
        let key = keeping::key(script);
        let (balancer, setting) = (self.balancer, self.setting);
        let (why, hint) = match setting {
            Setting::Bounded if key.is_none() => {
                ("hashes users, and this scenario keeps nobody", "run it with another setting")
            }
            Setting::FullScan if key.is_some() && !keeping::by_cookie(script) => {
                ("chooses servers freely, and here addresses are hashed", "run it with `envoy`")
            }
            Setting::Spill if !keeping::by_cookie(script) => {
                ("is about cookies, and this scenario has none", "run it with another setting")
            }
            Setting::Timeout if key.is_some() => {
                ("gives servers up, and this scenario is sticky", "run it with another setting")
            }
            Setting::Random2 if balancer == Balancer::Nginx && key.is_some() => {
                ("keeps no users, and this scenario is sticky", "run it with `nginx`, which hashes")
            }
            _ => return Ok(()),
        };
        Err(Error::balancer(format!("{self} {why}"), hint))
    }

    /// Has the program itself check the configurations that it would get in this scenario, one
    /// after the other: who refuses one goes on as before, and a drill would not show why nothing
    /// changed.
    /// `folder` is for this check alone.
    ///
    /// # Errors
    /// What it says against it, or that it is not installed.
    pub fn check(self, script: &Script, folder: &Path) -> Result<(), Error> {
        let servers = Site::nowhere(script.scenario.servers.len());
        let mut site = Site::new(script, self.setting, &servers, folder)?;
        process::check(self, &site)?;
        for (_, change) in &script.scenario.changes {
            if let Change::Weights(weights) = change {
                site.weights.clone_from(weights);
                process::check(self, &site)?;
            }
        }
        Ok(())
    }

    /// Whether the users must come from addresses of their own.
    pub(super) fn tells_users_apart(script: &Script) -> bool {
        let traffic = &script.scenario.traffic;
        // Where more come than before, who they are is what is to be found out.
        let others_come = traffic.flood.most() + traffic.heavy.most() > 0.0
            || traffic.rate.most() > traffic.rate.at(0.0);
        others_come || keeping::key(script).is_some() || !traffic.nats.is_empty()
    }
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.balancer.name())?;
        match self.setting {
            Setting::Best => Ok(()),
            other => write!(f, ":{}", other.name()),
        }
    }
}

impl FromStr for Contender {
    type Err = Error;

    fn from_str(text: &str) -> Result<Contender, Error> {
        let found = Contender::all().find(|known| known.to_string() == text);
        found.ok_or_else(|| {
            let known: Vec<String> = Contender::all().map(|known| known.to_string()).collect();
            let what = format!("no balancer is called {text}; there are {}", known.join(", "));
            Error::balancer(what, "")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for contender in Contender::all() {
            assert_eq!(contender.to_string().parse::<Contender>().unwrap(), contender);
        }
        assert_eq!(Contender::all().count(), 17);
        for wrong in ["haproxy:", "haproxy:hope", "hope", "evenkeel:default", ""] {
            let error = wrong.parse::<Contender>().unwrap_err().to_string();
            assert!(error.contains("haproxy:default") && error.contains("envoy"), "{error}");
        }
    }
}
