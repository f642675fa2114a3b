//! What would settle it, and what to do.

use super::case::Case;
use crate::cause::Cause;
use crate::endpoints::beside;

/// What would tell the causes apart from each other, or prove them.
pub(super) fn checks(causes: &[Cause], runner_up: Option<Cause>) -> Vec<String> {
    let asked = causes.iter().copied().chain(runner_up);
    let mut checks: Vec<String> = asked.map(|cause| check(cause).to_owned()).collect();
    checks.dedup();
    checks
}

fn check(cause: Cause) -> &'static str {
    match cause {
        Cause::Weights => "weights: compare the weights in force with the approved ones",
        Cause::Persistence => {
            "persistence: count the distinct keys or sessions against the distinct clients"
        }
        Cause::Connections => "connections: compare their age with the time of the last scale-out",
        Cause::HeavyClient => "heavy client: look at what its address asks for, and whose it is",
        Cause::SickServer => "sick server: move 5 % of its traffic away and watch the others",
        Cause::RetryStorm => "retries: cut the retry budget to zero for a minute",
        Cause::CapacityLoss => "capacity: read the probes' and the servers' own logs",
        Cause::Surge => "surge: look at what is asked for, and where the visitors come from",
        Cause::Flood => "flood: challenge the busiest sources; read the firewall's logs",
        Cause::BalancerLimit => "balancer: raise the limit that is nearest, or add a balancer",
    }
}

/// What to do, the first thing first.
pub(super) fn actions(case: &Case<'_>, causes: &[Cause], amplified: Option<Cause>) -> Vec<String> {
    let mut actions: Vec<String> = causes.iter().map(|&cause| action(case, cause)).collect();
    match amplified {
        Some(Cause::BalancerLimit) => actions.push(action(case, Cause::BalancerLimit)),
        Some(_) => actions.push("limit retries meanwhile: they are load, not demand".to_owned()),
        None => {}
    }
    let uneven = [Cause::Weights, Cause::Persistence, Cause::Connections, Cause::HeavyClient];
    if causes.iter().any(|cause| uneven.contains(cause)) {
        let why = "what is there is not used evenly, and sessions stay where they are";
        actions.push(format!("adding servers will not fix this: {why}"));
    }
    if causes.contains(&Cause::Flood) {
        actions.push("adding servers feeds a flood; stop it before the balancer".to_owned());
    }
    if causes.is_empty() {
        actions
            .push("change nothing yet: no cause stands out; see what would settle it".to_owned());
    }
    actions
}

fn action(case: &Case<'_>, cause: Cause) -> String {
    let revert = |what: &str| {
        let change = case.change(cause);
        change.map(|change| {
            let number = match change.number {
                0 => "the change".to_owned(),
                number => format!("change {number}"),
            };
            let by = if change.who.is_empty() { "" } else { " by " };
            format!("revert {number} of {what}{by}{}: {}", change.who, change.what)
        })
    };
    match cause {
        Cause::Weights => revert("the weights")
            .unwrap_or_else(|| "set the weights to what capacity asks for".to_owned()),
        Cause::Persistence => revert("persistence").unwrap_or_else(|| {
            "let sessions be bound anew: shorten or clear the persistence that asks for few \
             servers"
                .to_owned()
        }),
        Cause::Connections => {
            "limit the age of connections, so that they are spread again".to_owned()
        }
        Cause::HeavyClient => case.now.clients.top_name().map_or_else(
            || "limit the busiest client's rate".to_owned(),
            |name| format!("limit the rate of {name}, the busiest client"),
        ),
        Cause::SickServer => match sickest(case) {
            Some(name) => format!("drain {name}, and tell its owner"),
            None => "drain the sick server, and tell its owner".to_owned(),
        },
        Cause::RetryStorm => "cut the retries, of clients too, until errors are gone".to_owned(),
        Cause::CapacityLoss => "bring the missing servers back, or add others".to_owned(),
        Cause::Surge => "add servers: these are users".to_owned(),
        Cause::Flood => "block or challenge the new sources".to_owned(),
        Cause::BalancerLimit => {
            let (what, used) = case.limits.unwrap_or_default().nearest();
            format!("raise the limit of {what}, {:.0} % of which are used", used * 100.0)
        }
    }
}

fn sickest(case: &Case<'_>) -> Option<String> {
    let ill = |e: &crate::endpoints::Beside| e.failed_ratio * 10.0 + e.cost_ratio;
    let all = beside(case.now).into_iter();
    all.max_by(|a, b| ill(a).total_cmp(&ill(b))).map(|e| e.name.to_string())
}
