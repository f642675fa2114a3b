//! `cookie … insert | prefix | rewrite`: a known value names the server, else the method picks.

use crate::pick::{Change, Outcome, Picker, Request, Server, State};

const PREFIX_END: char = '~';
const DATE_START: char = '|';

/// The options of persistence that matter to a pick.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CookieRule {
    /// The cookie's name.
    pub name: String,
    /// The server's value stands before a tilde, before a value of the application.
    pub prefix: bool,
    /// `option persist`: the cookie names its server even when that is down.
    pub persist: bool,
    /// `option redispatch`: when that server fails, the method picks another one.
    pub redispatch: bool,
}

/// Persistence over a method.
pub struct CookiePersistence {
    rule: CookieRule,
    servers: Vec<Server>,
    inner: Box<dyn Picker>,
}

impl CookiePersistence {
    /// `inner` is the backend's method over the same servers.
    pub fn new(rule: CookieRule, servers: &[Server], inner: Box<dyn Picker>) -> CookiePersistence {
        CookiePersistence { rule, servers: servers.to_vec(), inner }
    }

    fn known(&self, value: &str) -> Option<usize> {
        let end = if self.rule.prefix { PREFIX_END } else { DATE_START };
        let value = value.split(end).next().filter(|value| !value.is_empty())?;
        self.servers.iter().position(|server| {
            server.cookie.as_deref() == Some(value) && (server.up || self.rule.persist)
        })
    }
}

impl Picker for CookiePersistence {
    /// Dates within cookies (`maxidle`, `maxlife`) are not judged: a log line has them only when
    /// the whole cookie is logged.
    fn pick(&mut self, request: &Request<'_>, state: &State<'_>) -> Option<usize> {
        let mut values = request.cookie(&self.rule.name);
        let known = values.find_map(|value| self.known(value));
        match (known, state.tried.last()) {
            (Some(server), None) => Some(server),
            (Some(server), Some(_)) if !self.rule.redispatch => Some(server),
            _ => self.inner.pick(request, state),
        }
    }

    fn change(&mut self, server: usize, change: Change) {
        if let Some(server) = self.servers.get_mut(server) {
            match change {
                Change::Up => server.up = true,
                Change::Down => server.up = false,
                // One without weight keeps who it has.
                Change::Weight(_) => {}
            }
        }
        self.inner.change(server, change);
    }

    fn finish(&mut self, server: usize, outcome: Outcome, at_s: f64) {
        self.inner.finish(server, outcome, at_s);
    }

    fn settle(&mut self, state: &State<'_>) {
        self.inner.settle(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::haproxy::RoundRobin;
    use crate::pick::haproxy::samples::servers;

    fn picker(rule: CookieRule) -> CookiePersistence {
        let mut servers = servers(&[1, 1, 1]);
        servers[1].cookie = Some("b".to_owned());
        let inner = Box::new(RoundRobin::new(&servers, false));
        CookiePersistence::new(CookieRule { name: "ID".to_owned(), ..rule }, &servers, inner)
    }

    fn pick(picker: &mut CookiePersistence, cookie: &str) -> Option<usize> {
        let headers = [("cookie", cookie)];
        picker.pick(&Request { headers: &headers, ..Request::default() }, &State::default())
    }

    #[test]
    fn a_known_value_names_the_server() {
        let mut plain = picker(CookieRule::default());
        assert_eq!(pick(&mut plain, "ID=b"), Some(1));
        assert_eq!(pick(&mut plain, "a=1; ID=b|X12aa|Y12aa"), Some(1));
        assert_eq!(pick(&mut plain, "ID=c"), Some(0));
        let mut prefix = picker(CookieRule { prefix: true, ..CookieRule::default() });
        assert_eq!(pick(&mut prefix, "ID=b~session"), Some(1));
    }

    #[test]
    fn a_server_that_is_down_is_kept_only_when_told() {
        let mut plain = picker(CookieRule::default());
        plain.change(1, Change::Down);
        assert_eq!(pick(&mut plain, "ID=b"), Some(0));
        let mut persist = picker(CookieRule { persist: true, ..CookieRule::default() });
        persist.change(1, Change::Down);
        assert_eq!(pick(&mut persist, "ID=b"), Some(1));
    }
}
