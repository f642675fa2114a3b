//! What happens in hours in which nothing is wrong.

use super::case::HEALTHY_S;
use super::draw::Draw;
use super::events::{event, servers};
use super::kind::Kind;
use super::world::{Keep, World};

/// Seconds between two deploys, and between two servers of one.
const DEPLOY_EVERY_S: u64 = 1200;
const NEXT_SERVER_S: u64 = 45;

/// The events of healthy hours; what traffic and pool are like goes into the world.
pub(super) fn events(kind: Kind, world: &mut World, draw: &mut Draw) -> String {
    match kind {
        Kind::Diurnal => day(world, draw),
        Kind::FlashCrowd => crowds(world, draw),
        Kind::Nats => {
            let (addresses, share) = (draw.whole(2, 8), draw.between(0.3, 0.6));
            world.traffic = format!("nats = [{{ addresses = {addresses}, share = {share:?} }}]\n");
        }
        Kind::Deploys => {
            spare(world);
            return deploys(world, draw, None);
        }
        Kind::SlowStart => {
            spare(world);
            world.pool = "slow_start = \"30s\"\n".to_owned();
            let cold = draw.between(1.3, 2.0);
            return deploys(world, draw, Some(cold));
        }
        Kind::Unequal => {
            world.servers = 5;
            world.slower = Some((2, draw.between(2.0, 4.0)));
            world.load = world.load.min(world.load_max());
        }
        Kind::Newcomers => {
            world.keep = Keep::Sessions(draw.between(0.4, 0.9));
            world.load = world.load.min(world.load_max());
        }
        _ => {}
    }
    String::new()
}

/// Without one of its servers the pool copes: who deploys with less room has a fault.
fn spare(world: &mut World) {
    let left = (world.servers - 1) as f64 / world.servers as f64;
    world.load = (world.load.min(world.load_max() * left) * 1000.0).floor() / 1000.0;
}

/// Two days' swings in the time of the play.
fn day(world: &mut World, draw: &mut Draw) {
    let peak = world.load_max().min(world.load * 1.5) / world.load;
    let trough = draw.between(0.2, 0.6);
    let quarter_s = HEALTHY_S / 4;
    let points: Vec<String> = (0..=4)
        .map(|at| {
            let factor = if at % 2 == 0 { trough } else { peak };
            format!("[\"{}s\", {factor:.3}]", at * quarter_s)
        })
        .collect();
    world.traffic = format!("curve = [{}]\n", points.join(", "));
}

/// Within a minute far more users than before, for ten minutes, twice; the pool can carry them.
fn crowds(world: &mut World, draw: &mut Draw) {
    world.load = draw.between(0.35, 0.55) * world.load_max();
    let mut points = vec!["[\"0s\", 1.0]".to_owned()];
    for at_s in [1800, 4500] {
        let most = world.load_max() / world.load;
        let (factor, rise_s) = (draw.between(1.5, most), draw.whole(5, 60));
        let ends_s = at_s + 600;
        for (at_s, factor) in
            [(at_s, 1.0), (at_s + rise_s, factor), (ends_s, factor), (ends_s + 120, 1.0)]
        {
            points.push(format!("[\"{at_s}s\", {factor:?}]"));
        }
    }
    world.traffic = format!("curve = [{}]\n", points.join(", "));
}

/// A reload, and then one server after the other leaves for some seconds: it is told by its probe
/// first, or it is just gone. `cold`: it is so much slower when it is back.
fn deploys(world: &World, draw: &mut Draw, cold: Option<f64>) -> String {
    let mut text = String::new();
    for deploy in 1..HEALTHY_S / DEPLOY_EVERY_S {
        let begins_s = deploy * DEPLOY_EVERY_S;
        text += &format!("\n[[events]]\nat = \"{begins_s}s\"\nreload = true\n");
        for server in 0..world.servers {
            let at_s = begins_s + 10 + server as u64 * NEXT_SERVER_S;
            let away_s = draw.whole(3, 6) as u64;
            let which = servers(&[server]);
            if draw.chance(0.7) {
                text += &event(at_s, away_s + 2, &format!("{which}\nprobe_fails = true"));
                text += &event(at_s + 1, away_s, &format!("{which}\nkilled = true"));
            } else {
                text += &event(at_s + 1, away_s, &format!("{which}\nkilled = true"));
            }
            if let Some(cold) = cold {
                let back_s = at_s + 1 + away_s;
                text += &event(back_s, 10, &format!("{which}\nslower = {cold:?}"));
            }
        }
    }
    text
}
