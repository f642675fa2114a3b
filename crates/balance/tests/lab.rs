//! scratch
mod world;
use world::*;

fn run(name: &str, sc: &Scenario, d: &mut dyn Decider) -> Report {
    let r = play(sc.clone(), d);
    let sp = r.speeds.iter().skip(5).flatten();
    let (lo, hi) = sp.fold((9.0f64, 0.0f64), |(l, h), &s| (l.min(s), h.max(s)));
    println!("{name:28} mean {:7.2} p50 {:6.1} p99 {:7.1} p99.9 {:7.1} fail {} retry {} moved {:.2}% speeds {:.3}..{:.3} share {:?}",
        r.mean(), r.quantile(0.5), r.quantile(0.99), r.quantile(0.999), r.failed_at_ns.len(), r.retries, r.moved_ratio()*100.0, lo, hi,
        (0..sc.servers.len()).map(|i| (r.share(&[i],5,999)*1000.0).round()/10.0).collect::<Vec<_>>());
    println!("     slots {:?}", r.slots.iter().step_by(5).map(|x| (x*10.0).round()/10.0).collect::<Vec<_>>());
    r
}
fn all(name: &str, sc: &Scenario, seed: u64) {
    run(&format!("{name} jsq"), sc, &mut Ideal::new(Rule::Shortest, seed));
    run(&format!("{name} sed"), sc, &mut Ideal::new(Rule::Soonest, seed));
    run(&format!("{name} linear"), sc, &mut Ideal::new(Rule::Linear, seed));run(&format!("{name} mix2"), sc, &mut Ideal::new(Rule::Mixed, seed));
    for c in [4.0, 100.0] { run(&format!("{name} ours cap {c}"), sc, &mut Ours::new(defaults(sc.servers.len(), c), 1, seed)); }
}
fn sc(seed: u64, slow: &[f64], load: f64, dur: f64) -> Scenario {
    let cap: f64 = slow.iter().map(|s| 4.0 / 0.02 / s).sum();
    Scenario { servers: slow.iter().map(|&s| Server::new(4, s)).collect(), traffic: Traffic::new(seed, cap*load, 20.0), duration_s: dur, counted_from_s: 5.0, changes: vec![] }
}
#[test] fn s1() { for seed in 1..=3 { all("S1", &sc(seed, &[1.0;5], 0.7, 60.0), seed); } }
#[test] fn s2() { for seed in 1..=3 { all("S2", &sc(seed, &[1.0,1.0,1.0,3.0,3.0], 0.7, 60.0), seed); } }
#[test] fn s7() { for seed in 1..=3 { all("S7", &sc(seed, &[1.0,1.0,1.0,1.0,10.0], 0.6, 60.0), seed); } }
#[test] fn s4() { for seed in 1..=8 { let mut s = sc(seed, &[1.0;5], 0.65, 120.0); s.traffic = s.traffic.users(600, 1.1);
    for c in [4.0, 100.0] { let r = run(&format!("S4 cap {c}"), &s, &mut Ours::new(sticky(5, c), 600, seed)); 
      let p = r.peaks(0.0, 10.0); println!("    peak {:.2} {:?}", p.iter().fold(0.0f64,|a,&b|a.max(b)), p.iter().map(|x| (x*100.0).round()/100.0).collect::<Vec<_>>()); } } }
#[test] fn one() { let seed=7; let mut s = sc(seed, &[1.0;5], 0.65, 120.0); s.traffic = s.traffic.users(600, 1.1).exponential_demands();
  for c in [4.0] { let r = run("one", &s, &mut Ours::new(sticky(5, c), 600, seed));
   for w in (0..120).step_by(5) { println!("one {w:3} share {:?} inflight {:?} moved {}", (0..5).map(|i| (r.share(&[i],w,w+5)*1000.0).round()/10.0).collect::<Vec<_>>(),
     (0..5).map(|i| ((r.in_flight[w*10..w*10+50].iter().map(|x| x[i]).sum::<f64>()/50.0)*10.0).round()/10.0).collect::<Vec<_>>(), r.moved_within(w as f64, w as f64+5.0)); } } }
#[test] fn e4() { for seed in 1..=8 { let mut s = sc(seed, &[1.0;5], 0.65, 120.0); s.traffic = s.traffic.users(600, 1.1).exponential_demands();
    for c in [4.0, 100.0] { let r = run(&format!("SE4 cap {c}"), &s, &mut Ours::new(sticky(5, c), 600, seed)); 
      let p = r.peaks(0.0, 10.0); println!("    peak {:.2} {:?}", p.iter().fold(0.0f64,|a,&b|a.max(b)), p.iter().map(|x| (x*100.0).round()/100.0).collect::<Vec<_>>()); } } }
struct Peer { cap: usize, rng: balance::Rng, of: Vec<Option<usize>> }
impl Decider for Peer {
    fn pick(&mut self, user: usize, _t: &[u16], servers: &[Server], _now: u64) -> Option<Decision> {
        if let Some(i) = self.of[user] { if servers[i].in_flight < self.cap { return Some(Decision{index:i, lease:None, moved:false}); } }
        let least = servers.iter().map(|s| s.in_flight).min()?;
        let ties: Vec<usize> = (0..servers.len()).filter(|&i| servers[i].in_flight==least).collect();
        let i = ties[self.rng.below(ties.len())];
        let moved = self.of[user].is_some_and(|o| o != i);
        self.of[user] = Some(i);
        Some(Decision{index:i, lease:None, moved})
    }
    fn may_retry(&self) -> bool { true }
    fn tick(&mut self, _n: u64) {}
}
#[test] fn peers() { for seed in 1..=8 { let mut s = sc(seed, &[1.0;5], 0.65, 120.0); s.traffic = s.traffic.users(600, 1.1);
    for cap in [9999, 8, 6] { let r = run(&format!("P4 cap {cap}"), &s, &mut Peer{cap, rng: balance::Rng::new(seed), of: vec![None;600]});
      let p = r.peaks(0.0, 10.0); println!("    peak {:.2} {:?}", p.iter().fold(0.0f64,|a,&b|a.max(b)), p.iter().map(|x| (x*100.0).round()/100.0).collect::<Vec<_>>()); } } }
#[test] fn pinned() { for seed in 1..=8 { let mut s = sc(seed, &[1.0;5], 0.65, 120.0); s.traffic = s.traffic.users(600, 1.1);
      let mut load=[0.0f64;5]; let of=(0..600).map(|u| { let i=(0..5).min_by(|&a,&b| load[a].total_cmp(&load[b])).unwrap(); load[i]+=((u+1) as f64).powf(-1.1); Some(i)}).collect();
      let r = run("Spinned", &s, &mut Peer{cap:9999, rng: balance::Rng::new(seed), of});
      let p = r.peaks(0.0, 10.0); println!("    peak {:.2} {:?}", p.iter().fold(0.0f64,|a,&b|a.max(b)), p.iter().map(|x| (x*100.0).round()/100.0).collect::<Vec<_>>()); } }
#[test] fn epeers() { for seed in 1..=8 { let mut s = sc(seed, &[1.0;5], 0.65, 120.0); s.traffic = s.traffic.users(600, 1.1).exponential_demands();
    for cap in [9999, 8, 6] { let r = run(&format!("SP4 cap {cap}"), &s, &mut Peer{cap, rng: balance::Rng::new(seed), of: vec![None;600]});
      let p = r.peaks(0.0, 10.0); println!("    peak {:.2} {:?}", p.iter().fold(0.0f64,|a,&b|a.max(b)), p.iter().map(|x| (x*100.0).round()/100.0).collect::<Vec<_>>()); } } }
#[test] fn epinned() { for seed in 1..=8 { let mut s = sc(seed, &[1.0;5], 0.65, 120.0); s.traffic = s.traffic.users(600, 1.1).exponential_demands();
      let mut load=[0.0f64;5]; let of=(0..600).map(|u| { let i=(0..5).min_by(|&a,&b| load[a].total_cmp(&load[b])).unwrap(); load[i]+=((u+1) as f64).powf(-1.1); Some(i)}).collect();
      let r = run("Spinned", &s, &mut Peer{cap:9999, rng: balance::Rng::new(seed), of});
      let p = r.peaks(0.0, 10.0); println!("    peak {:.2} {:?}", p.iter().fold(0.0f64,|a,&b|a.max(b)), p.iter().map(|x| (x*100.0).round()/100.0).collect::<Vec<_>>()); } }
