//! Makes the figures of a pool out of its play.

use super::meter::Meter;
use super::play::Play;
use super::pool::{Lifetime, Persistence};
use super::prediction::{Capacity, Keys, LostServer, PoolPrediction, ServerPrediction};
use super::sessions::SESSIONS_MAX;

/// How fine the times of a log are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    Seconds,
    Fine,
}

/// The figures of a pool, of a log with such times or of a made-up population.
pub(super) fn conclude(mut play: Play, times: Option<Times>) -> PoolPrediction {
    let intended = play.pool.intended(&[]);
    let limits: Vec<Option<f64>> = play.pool.members.iter().map(|member| member.limit).collect();
    let pressure = play.meters.fresh.pressure(&limits, &intended);
    let (minutes, minutes_a_row) = play.meters.fresh.minutes(&limits, &intended);
    let fresh = play.shares();
    let shares = |meter: &Meter| if play.is_alike() { fresh.clone() } else { meter.shares() };
    let (kept, steady) = (shares(&play.meters.kept), shares(&play.meters.steady));
    let nat = shares(&play.meters.nat);
    let at = |shares: &[f64], place: usize| shares.get(place).copied().unwrap_or(0.0);
    let server = |(place, member): (usize, &super::pool::Member)| ServerPrediction {
        name: member.name.clone(),
        weight: member.weight,
        share_intended: at(&intended, place),
        share_kept: at(&kept, place),
        share_new: at(&fresh, place),
        share_steady: at(&steady, place),
        peak_pressure: at(&pressure, place),
        capacity: member.limit.map_or(Capacity::FairPart, Capacity::Limit),
    };
    let servers: Vec<_> = play.pool.members.iter().enumerate().map(server).collect();
    let mut about = notes(&play);
    about.extend(times.filter(|_| play.pool.by_load).map(|times| coarse(&play, times)));
    let mut lost = std::mem::take(&mut play.lost);
    if play.requests == 0 {
        lost.clear();
    }
    let one_in = play.one_in as f64;
    let lose = |lost: &mut super::play::Lost| {
        let without = play.pool.intended(&[lost.server]);
        let mut peak_pressure = lost.meter.pressure(&limits, &without);
        for (pressure, limit) in peak_pressure.iter_mut().zip(&limits) {
            *pressure *= if limit.is_some() { one_in } else { 1.0 };
        }
        let down = play.pool.members.get(lost.server).map_or("", |member| &member.name);
        LostServer { down: down.to_owned(), shares: lost.meter.shares(), peak_pressure }
    };
    let n_minus_one = lost.iter_mut().map(lose).collect();
    let survives = match &play.pool.persistence {
        Persistence::Stick { is_local, .. } => !is_local,
        _ => true,
    };
    PoolPrediction {
        name: play.pool.name.clone(),
        span: play.pool.span,
        method: play.pool.method.clone(),
        exact: play.pool.exact,
        requests: play.requests,
        servers,
        top2_share_new: top2(&fresh),
        top2_sessions_new: top2(&play.begun),
        n_minus_one,
        share_reload: if survives { kept } else { fresh },
        share_nat: nat,
        keys: keys(&mut play),
        minutes,
        minutes_a_row,
        change: None,
        notes: about,
    }
}

/// The part that the two largest have of all.
fn top2(parts: &[f64]) -> f64 {
    let mut sorted = parts.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (two, all): (f64, f64) = (sorted.iter().take(2).sum(), sorted.iter().sum());
    if all > 0.0 { two / all } else { 0.0 }
}

fn keys(play: &mut Play) -> Keys {
    let room = match &play.pool.persistence {
        Persistence::Stick { rule, .. } => Some(rule.size as u64),
        _ => None,
    };
    let by = match (&play.pool.key, &play.pool.persistence) {
        (Some((name, _)), _) => name.clone(),
        (None, Persistence::None) => return Keys::default(),
        (None, _) => "session".to_owned(),
    };
    let (distinct, hottest_share) = (play.keys.distinct(), play.keys.hottest_share());
    // By a cookie, sessions are not remembered by the keys that are counted here.
    let session = play.keys.hottest().and_then(|key| play.sessions.find(key));
    let place = session.map(|session| usize::from(session.fresh));
    let member = place.and_then(|place| play.pool.members.get(place));
    let hottest_server = member.map(|member| member.name.clone());
    let crowded_out = play.crowded_out.get();
    Keys { by, distinct, hottest_share, hottest_server, room, crowded_out }
}

/// How far shares may be from what is predicted, where they depend on moments.
fn coarse(play: &Play, times: Times) -> String {
    let (times, points) = match times {
        Times::Seconds => ("whole seconds", 3),
        Times::Fine => ("parts of a second", 2),
    };
    let so_far = format!(
        "the method looks at the requests under way, and the log's times are {times}: of a few \
         thousand requests a share may be {points} points off"
    );
    match play.is_paced {
        true => so_far,
        false => {
            so_far
                + ", and more where servers are not equally fast: the log does not say who had \
                   each request and how long it took"
        }
    }
}

fn notes(play: &Play) -> Vec<String> {
    let mut notes = play.pool.notes.clone();
    if play.requests == 0 {
        notes.push("no request leads here: there is nothing to predict from".to_owned());
        return notes;
    }
    let bound = !matches!(play.pool.persistence, Persistence::None);
    if bound && !play.has_prior {
        notes.push(
            "nothing tells where sessions were before: kept ones are played as new".to_owned(),
        );
    }
    if play.pool.lifetime() == Some(Lifetime::Endless) {
        notes.push(
            "bindings never end by themselves: a change reaches new sessions alone".to_owned(),
        );
    }
    if let Some(Lifetime::Idle(after_s)) = play.pool.lifetime() {
        notes.push(format!(
            "a binding ends when it is not used for {after_s} s: the steady state counts as ended \
             whoever paused for longer"
        ));
    }
    let takes = play.pool.intended(&[]).iter().filter(|share| **share > 0.0).count();
    if !play.lost.is_empty() && play.lost.len() < takes {
        notes.push(format!(
            "of {takes} servers the loss of {} was played, those of the most weight",
            play.lost.len()
        ));
    }
    if play.one_in > 1 {
        notes.push(format!("of {} clients one was played with servers lost", play.one_in));
    }
    if play.sessions.forgot {
        notes.push(format!(
            "more sessions than {SESSIONS_MAX} at once: those that were quiet for longest were \
             forgotten"
        ));
    }
    if !play.pool.exact {
        notes.push("the method begins or draws by chance: shares hold, single picks do not".into());
    }
    if play.pool.members.iter().all(|member| member.limit.is_none()) {
        notes.push(
            "no server says how much it takes: pressure is against its fair part of the worst \
             minute"
                .to_owned(),
        );
    }
    notes
}
