//! Suricata's `eve.json`: one object a line.
//!
//! `drop` events are dropped packets, `flow` events flows that were let in, `alert` events
//! signatures. Any other event, `stats` among them, shows that Suricata lives. Where a flow was
//! dropped, `drop` events tell of its packets, and it does not count twice; but these are turned
//! off in Suricata's own configuration, and where there are none, the flow tells of them.

use std::borrow::Cow;

use evenness::{AlertClass, Ruling, Sighting};
use serde::Deserialize;

use super::clock::Clock;
use super::kernel::address;
use super::line::{Entry, Line};

#[derive(Deserialize)]
struct Event<'l> {
    #[serde(borrow)]
    timestamp: Cow<'l, str>,
    #[serde(borrow)]
    event_type: Cow<'l, str>,
    src_ip: Option<Cow<'l, str>>,
    dest_port: Option<u16>,
    #[serde(borrow)]
    alert: Option<Alert<'l>>,
    drop: Option<Drop>,
    #[serde(borrow)]
    flow: Option<Flow<'l>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Alert<'l> {
    #[serde(borrow)]
    category: Cow<'l, str>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Drop {
    len: u64,
    syn: bool,
    ack: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Flow<'l> {
    pkts_toserver: u64,
    bytes_toserver: u64,
    #[serde(borrow)]
    action: Cow<'l, str>,
}

/// Reads a line of `eve.json`; `has_drops`: whether there was a `drop` event before.
pub(crate) fn read(line: &[u8], clock: &mut Clock, has_drops: &mut bool) -> Line {
    let Ok(event) = serde_json::from_slice::<Event<'_>>(line) else { return Line::Unknown };
    let Some((at_s, [])) = clock.read(event.timestamp.as_bytes()) else { return Line::Unknown };
    *has_drops |= event.event_type == "drop";
    let Some(seen) = event.seen(*has_drops) else { return Line::Alive(at_s) };
    Line::Entry(Entry { at_s, seen, port: event.dest_port })
}

impl Event<'_> {
    fn seen(&self, has_drops: bool) -> Option<Sighting> {
        let source = address(self.src_ip.as_deref()?.as_bytes())?;
        let seen =
            |verdict, packets, bytes, syn| Some(Sighting { verdict, source, packets, bytes, syn });
        match (&*self.event_type, &self.alert, &self.drop, &self.flow) {
            ("alert", alert, _, _) => {
                let category = alert.as_ref().map_or("", |alert| &*alert.category);
                seen(Ruling::Alert(AlertClass::of_category(category)), 1, 0, false)
            }
            ("drop", _, Some(drop), _) => seen(Ruling::Dropped, 1, drop.len, drop.syn && !drop.ack),
            ("flow", _, _, Some(flow)) => {
                let is_dropped = flow.action == "drop";
                let ruling = if is_dropped { Ruling::Dropped } else { Ruling::Accepted };
                let is_told = is_dropped && has_drops;
                seen(ruling, flow.pkts_toserver, flow.bytes_toserver, false).filter(|_| !is_told)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::firewall::zone::Zone;

    /// 2024-05-01T10:59:58Z
    const AT: u64 = 1_714_561_198;

    fn line(text: &str) -> Line {
        read(text.as_bytes(), &mut Clock::new(Zone::utc(), AT + 2), &mut false)
    }

    fn event(kind: &str, rest: &str) -> Line {
        line(&format!(
            "{{\"timestamp\":\"2024-05-01T10:59:58.112233+0000\",\"flow_id\":11,\
             \"event_type\":\"{kind}\",\"src_ip\":\"203.0.113.7\",\"src_port\":51515,\
             \"dest_ip\":\"198.51.100.2\",\"dest_port\":443,\"proto\":\"TCP\"{rest}}}"
        ))
    }

    fn check(line: Line, verdict: Ruling, packets: u64, bytes: u64, syn: bool) {
        let source = "203.0.113.7".parse().expect("an address");
        let seen = Sighting { verdict, source, packets, bytes, syn };
        assert_eq!(line, Line::Entry(Entry { at_s: AT, seen, port: Some(443) }));
    }

    #[test]
    fn alerts_drops_and_flows() {
        let alert = event(
            "alert",
            ",\"alert\":{\"action\":\"blocked\",\"signature_id\":1,\"signature\":\"\\u00e4 \\\"x\",\
             \"category\":\"Attempted Denial of Service\",\"severity\":2},\"flow\":{}",
        );
        check(alert, Ruling::Alert(AlertClass::DenialOfService), 1, 0, false);
        let drop =
            ",\"drop\":{\"len\":52,\"ttl\":51,\"syn\":true,\"ack\":false,\"reason\":\"rules\"}";
        check(event("drop", drop), Ruling::Dropped, 1, 52, true);
        let flow = ",\"flow\":{\"pkts_toserver\":12,\"bytes_toserver\":4000,\"state\":\"closed\"}";
        check(event("flow", flow), Ruling::Accepted, 12, 4000, false);
    }

    #[test]
    fn what_else_it_says_shows_that_it_lives() {
        let stats = "{\"timestamp\":\"2024-05-01T12:59:58.1+0200\",\"event_type\":\"stats\",\
            \"stats\":{\"uptime\":8}}";
        assert_eq!(line(stats), Line::Alive(AT));
        assert_eq!(event("http", ",\"http\":{\"url\":\"/\"}"), Line::Alive(AT));
    }

    /// Goal: packets that were dropped count once, with Suricata's own configuration and with
    /// `drop` events. Method: the same flow before and behind such an event.
    #[test]
    fn a_dropped_flow_counts_where_nothing_else_tells_of_it() {
        let flow = "{\"timestamp\":\"2024-05-01T10:59:58Z\",\"event_type\":\"flow\",\
                    \"src_ip\":\"203.0.113.7\",\"dest_port\":443,\
                    \"flow\":{\"pkts_toserver\":400,\"action\":\"drop\"}}";
        let (mut clock, mut has_drops) = (Clock::new(Zone::utc(), AT + 2), false);
        let mut read = |text: &str| read(text.as_bytes(), &mut clock, &mut has_drops);
        check(read(flow), Ruling::Dropped, 400, 0, false);
        let drop = flow.replace("\"flow\":{", "\"drop\":{}, \"flow\":{");
        let drop = drop.replace("\"event_type\":\"flow\"", "\"event_type\":\"drop\"");
        check(read(&drop), Ruling::Dropped, 1, 0, false);
        assert_eq!(read(flow), Line::Alive(AT));
    }

    #[test]
    fn what_is_no_event_is_not_understood() {
        for text in [
            "",
            "{",
            "[]",
            "{\"event_type\":\"stats\"}",
            "{\"timestamp\":\"yesterday\",\"event_type\":\"stats\"}",
            "{\"timestamp\":\"2024-05-01T10:59:58Z later\",\"event_type\":\"stats\"}",
            "{\"timestamp\":\"2024-05-01T10:59:58Z\",\"event_type\":\"d\",\"drop\":{\"len\":-1}}",
        ] {
            assert_eq!(line(text), Line::Unknown, "{text}");
        }
    }
}
