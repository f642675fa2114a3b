//! Who asks: new clients, one that asks for much, and whether they behave as users do.

use super::names::busiest;
use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};
use crate::window::{Clients, PoolWindow};

/// Requests from which on parts of them say something.
const REQUESTS_MIN: u64 = 100;
/// Growth over the usual that is much.
const MUCH: f64 = 3.0;
/// Part of the requests that few connections carry, and its growth, from which on they matter.
const FEW: f64 = 0.5;
const GROWN: f64 = 1.3;
/// Growth of the requests, over one, from which on those that came in addition are looked at.
const GROWN_BY: f64 = 0.3;
/// Nothing below such a part is one client's doing.
const TOP_MIN: f64 = 0.1;

pub(super) fn new(case: &Case<'_>) -> Option<Reading> {
    let (now, usual) = both(case)?;
    let (now, usual) = (now.new_share(REQUESTS_MIN)?, usual.new_share(REQUESTS_MIN)?.max(0.02));
    // Where nearly everybody is new, as in the first hours, that they are says nothing.
    if usual > 0.5 {
        return None;
    }
    let ratio = now / usual;
    let level = match ratio {
        // A part cannot be three times one half.
        _ if ratio >= MUCH || now > 1.0 - (1.0 - usual) / MUCH => "many",
        _ if ratio >= 1.5 => "more",
        _ => "usual",
    };
    let text = format!(
        "{:.0} % of the requests come from clients never seen before, usual are {:.0} %",
        now * 100.0,
        usual * 100.0
    );
    Some(Reading::new(Term::NewClients, level, text))
}

pub(super) fn top(case: &Case<'_>) -> Option<Reading> {
    let (now, usual) = both(case)?;
    let who = now.clients.top_name().map_or(String::new(), |name| format!(", {name},"));
    let (now, usual) = (now.clients.top_share, usual.clients.top_share);
    // Where all come from one address, as from a proxy's, nobody stands out.
    if MUCH * usual > 1.0 {
        return None;
    }
    let level = if now >= TOP_MIN && now >= MUCH * usual { "one" } else { "flat" };
    let text = format!(
        "the busiest client{who} sends {:.1} % of the requests, usual are {:.1} %",
        now * 100.0,
        usual * 100.0
    );
    Some(Reading::new(Term::TopClient, level, text))
}

pub(super) fn following(case: &Case<'_>) -> Option<Reading> {
    let (now, usual) = both(case)?;
    let users_do = |w: &PoolWindow| (w.clients.followed + w.clients.assets) as f64;
    let before = users_do(usual) / usual.requests as f64;
    // Where nobody ever brings a cookie back or fetches an asset, that they do not says nothing.
    if before < 0.1 {
        return None;
    }
    // Of those who came in addition, what is usual says nothing.
    let times = now.length_s / usual.length_s.max(f64::MIN_POSITIVE);
    let more = now.requests as f64 - usual.requests as f64 * times;
    let (whose, part) = match more > GROWN_BY * usual.requests as f64 * times {
        true => (" more than usual", (users_do(now) - users_do(usual) * times).max(0.0) / more),
        false => ("", users_do(now) / now.requests as f64),
    };
    let level = if part / before < 0.6 { "halved" } else { "usual" };
    let text = format!(
        "a hundred requests{whose} bring {:.0} cookies back or fetch parts of pages, usual are \
         {:.0}",
        part * 100.0,
        before * 100.0
    );
    Some(Reading::new(Term::Following, level, text))
}

pub(super) fn sameness(case: &Case<'_>) -> Option<Reading> {
    let (now, usual) = both(case)?;
    let grown = |of: fn(&Clients) -> f64| {
        let (now, usual) = (of(&now.clients), of(&usual.clients));
        (now > 0.3 && now > 2.0 * usual).then_some((now, usual))
    };
    let told = |what: String, (now, usual): (f64, f64)| {
        let (now, usual) = (now * 100.0, usual * 100.0);
        let text = format!("{what} makes {now:.0} % of the requests, usual are {usual:.0} %");
        Reading::new(Term::Sameness, "same", text)
    };
    let names = &now.turnout;
    let path = grown(|clients| clients.top_path_share)
        .map(|grown| told(busiest(&names.paths, "path"), grown));
    let agent = || {
        let grown = grown(|clients| clients.top_agent_share)?;
        Some(told(busiest(&names.agents, "user agent"), grown))
    };
    let text = "paths and user agents are as mixed as usual".to_owned();
    Some(path.or_else(agent).unwrap_or_else(|| Reading::new(Term::Sameness, "mixed", text)))
}

pub(super) fn connections(case: &Case<'_>) -> Option<Reading> {
    let (now, usual) = both(case)?;
    let (now, usual) = (now.clients.top_connections_share, usual.clients.top_connections_share);
    // Where few have always carried much, that they do is not what is new.
    let level = if now > FEW && now >= GROWN * usual { "few" } else { "many" };
    let text = format!(
        "the ten busiest client connections carry {:.0} % of the requests, usual are {:.0} %",
        now * 100.0,
        usual * 100.0
    );
    Some(Reading::new(Term::Connections, level, text))
}

/// What was not there before cannot be new, nor can what is too little to tell.
fn both<'a>(case: &Case<'a>) -> Option<(&'a PoolWindow, &'a PoolWindow)> {
    let usual = case.usual?;
    let enough = case.now.requests >= REQUESTS_MIN && usual.requests >= REQUESTS_MIN;
    enough.then_some((case.now, usual))
}
