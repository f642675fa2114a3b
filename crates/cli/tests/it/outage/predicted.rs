//! The same site as it is predicted: from the log and the configuration, and from nothing that
//! HAProxy answers.

use std::collections::HashMap;

use foreign::logs::{Asked, Line, Reader};
use foreign::pick::haproxy::{
    CookiePersistence, CookieRule, Expression, KeyType, RoundRobin, StickRule, StickTable,
};
use foreign::pick::{Change, Picker, Request, Server, State};

use super::haproxy::{Keeps, SERVERS};

/// An imitation, with the sessions that it keeps from one step to the next.
pub(super) struct Predicted {
    kept: Kept,
}

enum Kept {
    /// The server of each user's cookie.
    Cookie(Box<CookiePersistence>, HashMap<Vec<u8>, usize>),
    Table(Box<StickTable>),
}

impl Predicted {
    pub(super) fn new(keeps: Keeps, weights: [u32; SERVERS]) -> Predicted {
        let server = |(place, weight): (usize, &u32)| {
            let name = format!("w{}", place + 1);
            let cookie = Some(name.clone());
            Server { weight: *weight, cookie, ..Server::new(place, name, "") }
        };
        let servers: Vec<Server> = weights.iter().enumerate().map(server).collect();
        let inner = Box::new(RoundRobin::new(&servers, false));
        let kept = match keeps {
            Keeps::Cookie => {
                let rule = CookieRule { name: "SRV".to_owned(), ..CookieRule::default() };
                let picker = CookiePersistence::new(rule, &servers, inner);
                Kept::Cookie(Box::new(picker), HashMap::new())
            }
            Keeps::Address => {
                let key = Expression::parse("src").expect("an expression");
                let (size, expire_s) = (100 << 10, Some(8.0 * 3600.0));
                let rule = StickRule {
                    key,
                    size,
                    expire_s,
                    no_purge: false,
                    key_type: KeyType::Ip,
                    key_len_max: 4,
                };
                Kept::Table(Box::new(StickTable::new(rule, &servers, inner)))
            }
        };
        Predicted { kept }
    }

    pub(super) fn weigh(&mut self, weights: [u32; SERVERS]) {
        for (place, weight) in weights.into_iter().enumerate() {
            match &mut self.kept {
                Kept::Cookie(picker, _) => picker.change(place, Change::Weight(weight)),
                Kept::Table(table) => table.change(place, Change::Weight(weight)),
            }
        }
    }

    /// Nobody has a cookie, or is in the table.
    pub(super) fn forget(&mut self) {
        match &mut self.kept {
            Kept::Cookie(_, cookies) => cookies.clear(),
            Kept::Table(table) => table.clear(),
        }
    }

    /// Shares of the servers in percent.
    pub(super) fn play(&mut self, log: &str) -> Vec<f64> {
        let mut counts = [0u32; SERVERS];
        let bytes = std::io::Cursor::new(log.as_bytes().to_vec());
        let reader = Reader::new(bytes, &Asked::default()).expect("a log");
        let summary = reader.each(|_, line| counts[self.pick(line)] += 1);
        assert_eq!((summary.malformed, summary.read), (0, log.lines().count() as u64));
        let percent = |count: &u32| f64::from(*count) * 100.0 / summary.read as f64;
        counts.iter().map(percent).collect()
    }

    fn pick(&mut self, line: &Line<'_>) -> usize {
        let request = Request { source: line.client, uri: "/", ..Request::default() };
        let picked = match &mut self.kept {
            Kept::Table(table) => table.pick(&request, &State::default()),
            Kept::Cookie(picker, cookies) => {
                let user = line.cookie(b"uid").expect("a user").to_vec();
                let cookie = cookies.get(&user).map(|server| format!("SRV=w{}", server + 1));
                let headers: Vec<(&str, &str)> =
                    cookie.iter().map(|value| ("cookie", value.as_str())).collect();
                let request = Request { headers: &headers, ..request };
                let picked = picker.pick(&request, &State::default());
                cookies.extend(picked.map(|server| (user, server)));
                picked
            }
        };
        picked.expect("a server")
    }
}
