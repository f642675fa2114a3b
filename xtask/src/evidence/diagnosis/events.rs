//! What goes wrong in each kind of fault.

use super::case::FAULT_S;
use super::draw::Draw;
use super::kind::Kind;
use super::world::{Keep, World};

/// The events of a fault that begins at `at_s`.
pub(super) fn of(kind: Kind, at_s: u64, world: &mut World, draw: &mut Draw) -> String {
    let during = |what: &str| event(at_s, FAULT_S, what);
    match kind {
        Kind::Weights | Kind::WeightsUnbound => during(&weights(world, draw, 2.0)),
        Kind::Persistence | Kind::PersistenceUnbound => during(&stick(world, draw)),
        Kind::Both | Kind::BothUnbound => {
            during(&weights(world, draw, 3.0)) + &during(&stick(world, draw))
        }
        Kind::HeavyClient => {
            // One who does not fill the pool is no trouble.
            let least = (1.0 - world.load / 1.15).max(0.3);
            let share = draw.between(least, 0.8);
            during(&format!("heavy = {{ share = {share:?} }}"))
        }
        Kind::Slower => {
            let factor = draw.between(2.5, 10.0);
            during(&format!("{}\nslower = {factor:?}", one(world, draw)))
        }
        Kind::FailsFast => during(&format!("{}\nfails_fast = \"1ms\"", one(world, draw))),
        Kind::Errors => {
            let share = draw.between(0.2, 0.8);
            during(&format!("{}\nerrors = {share:?}", one(world, draw)))
        }
        Kind::RetryStorm => storm(at_s, world, draw),
        Kind::Killed => during(&format!("{}\nkilled = true", many(world, draw))),
        Kind::ProbeFails => during(&format!("{}\nprobe_fails = true", many(world, draw))),
        Kind::Surge => {
            // What the pool can carry is no fault; such crowds are among the healthy hours.
            let least = (1.1 / world.load).max(1.6);
            during(&format!("surge = {:?}", draw.factor(least, 5.0)))
        }
        Kind::Flood => {
            let rate = (world.rate() * draw.factor(2.0, 10.0)).round();
            during(&format!("flood = {rate:?}"))
        }
        Kind::Limit => {
            let what = if draw.chance(0.5) { "cpu" } else { "connections" };
            let used = draw.between(0.92, 1.0);
            during(&format!("limit = {{ {what} = {used:?} }}"))
        }
        _ => String::new(),
    }
}

/// One event as text.
pub(super) fn event(at_s: u64, for_s: u64, what: &str) -> String {
    format!("\n[[events]]\nat = \"{at_s}s\"\nfor = \"{for_s}s\"\n{what}\n")
}

/// `servers = […]` of these positions.
pub(super) fn servers(which: &[usize]) -> String {
    let names: Vec<String> = which.iter().map(|at| format!("\"web{}\"", at + 1)).collect();
    format!("servers = [{}]", names.join(", "))
}

fn one(world: &World, draw: &mut Draw) -> String {
    servers(&[draw.whole(0, world.servers - 1)])
}

/// A fifth to three fifths of the servers.
fn many(world: &World, draw: &mut Draw) -> String {
    let part = draw.between(0.2, 0.6);
    let count = ((world.servers as f64 * part).floor() as usize).max(1);
    servers(&draw.some(count, world.servers))
}

/// Up to three of the servers, and never all, weigh more.
fn weights(world: &World, draw: &mut Draw, least: f64) -> String {
    let count = draw.whole(1, 3.min(world.servers - 1));
    let factor = draw.factor(least, 10.0);
    let weigh = |at: &usize| format!("web{} = {factor:?}", at + 1);
    let all: Vec<String> = draw.some(count, world.servers).iter().map(weigh).collect();
    format!("weights = {{ {} }}", all.join(", "))
}

/// Users come back to one or two servers, far more of them than these have room for.
fn stick(world: &World, draw: &mut Draw) -> String {
    let one_session = draw.chance(0.3);
    let count = if one_session || world.servers < 5 { 1 } else { draw.whole(1, 2) };
    let share = draw.between(0.4, 1.0);
    let which = servers(&draw.some(count, world.servers));
    let session = if one_session { ", one_session = true" } else { "" };
    // The bound moves those who ask for too much at once, and whoever set the cookie wrongly does
    // it again.
    format!("every = \"1s\"\n{which}\nstick = {{ share = {share:?}{session} }}")
}

/// Errors that are soon over, and users who go on asking again: at the edge of what the pool can
/// do, their repetitions keep it over the edge.
fn storm(at_s: u64, world: &mut World, draw: &mut Draw) -> String {
    world.load = draw.between(0.8, 0.9);
    if matches!(world.keep, Keep::Sessions(_)) {
        world.keep = Keep::Cookie;
    }
    let most = draw.whole(3, 6);
    let after_ms = (world.mean_ms * draw.between(10.0, 15.0)).round();
    world.traffic = format!("retries = {{ most = {most}, after = \"{after_ms}ms\" }}\n");
    let errors = draw.between(0.6, 1.0);
    let burst_s = draw.whole(4, 8) as u64;
    let all: Vec<usize> = (0..world.servers).collect();
    event(at_s, burst_s, &format!("{}\nerrors = {errors:?}", servers(&all)))
}
