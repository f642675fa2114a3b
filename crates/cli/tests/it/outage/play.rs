//! Sends a day to HAProxy: browsers that keep their connections and their cookies.

use std::collections::HashMap;

use super::haproxy::{Haproxy, SERVERS};
use super::people::Hit;
use crate::support::Client;

/// The cookie that each user has of the balancer.
pub(super) type Cookies = HashMap<usize, String>;

/// Shares of the servers in percent. Users without a cookie take the one that they are given.
pub(super) fn play(haproxy: &Haproxy, day: &[Hit], cookies: &mut Cookies) -> Vec<f64> {
    let mut browsers: HashMap<usize, Client> = HashMap::new();
    let mut counts = [0u32; SERVERS];
    for Hit { user, from, path } in day {
        let browser = browsers.entry(*user).or_insert_with(|| {
            let mut client = Client::connect(haproxy.address);
            client.send(&format!("PROXY TCP4 {from} 192.0.2.1 40000 80\r\n"));
            client
        });
        let cookie = cookies.get(user).map_or(String::new(), |cookie| format!("; {cookie}"));
        browser.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: h\r\nCookie: uid=u{user}{cookie}\r\n\r\n"
        ));
        let answer = browser.response();
        let server: usize = answer.field("x-server").expect("a server").parse().expect("a number");
        counts[server - 1] += 1;
        if let Some(given) = answer.field("set-cookie") {
            let pair = given.split(';').next().unwrap_or_default();
            cookies.insert(*user, pair.to_owned());
        }
    }
    let percent = |count: &u32| f64::from(*count) * 100.0 / day.len() as f64;
    counts.iter().map(percent).collect()
}
