//! What the page has, and what it never has.

use audit::predict::{LostServer, ServerPrediction};

use super::*;

/// The outage's weights, on a server whose name is markup and one whose name is none.
fn told() -> Prediction {
    let server = |name: &str, weight: f64, share: f64| ServerPrediction {
        name: name.to_owned(),
        weight,
        share_intended: share,
        share_kept: 0.5,
        share_new: share,
        share_steady: share,
        peak_pressure: share * 2.0,
        capacity: Capacity::Limit(40.0),
    };
    let lost = |down: &str, shares: [f64; 2]| LostServer {
        down: down.to_owned(),
        shares: shares.to_vec(),
        peak_pressure: shares.map(|share| share * 3.0).to_vec(),
    };
    let pool = PoolPrediction {
        name: "app & co".to_owned(),
        method: "balance roundrobin, cookie SRV insert".to_owned(),
        exact: true,
        requests: 6730,
        servers: vec![server("<b>", 100.0, 0.797), server("w2", 17.0, 0.203)],
        top2_share_new: 1.0,
        top2_sessions_new: 1.0,
        n_minus_one: vec![lost("<b>", [0.0, 1.0]), lost("w2", [1.0, 0.0])],
        share_reload: vec![0.61, 0.39],
        share_nat: vec![1.0, 0.0],
        keys: Keys {
            by: "session".to_owned(),
            distinct: 600,
            hottest_share: 0.012,
            room: Some(1000),
            ..Keys::default()
        },
        change: Some(PoolChange {
            moved_share: 0.297,
            moved_sessions: 178,
            servers: vec![("<b>".to_owned(), 0.5, 0.797), ("w2".to_owned(), 0.5, 0.203)],
        }),
        notes: vec!["maxconn is not imitated".to_owned()],
        ..PoolPrediction::default()
    };
    Prediction {
        traffic: Traffic {
            what: "haproxy log".to_owned(),
            requests: 6730,
            sessions: 600,
            addresses: 278,
            malformed: 2,
            bad: vec![(7, "no <time>".to_owned())],
            ..Traffic::default()
        },
        pools: vec![pool],
        notes: vec!["a note of all".to_owned()],
    }
}

/// Goal: every figure of the prediction is on the page, as text.
#[test]
fn the_page_has_what_is_predicted() {
    let page = render(&told(), "new.cfg", Some("old.cfg"));
    for wanted in [
        "<title>Prediction: new.cfg</title>",
        "Compared with old.cfg.",
        "haproxy log: 6730 requests, 600 sessions, 278 addresses.",
        "2 lines could not be read (line 7: no &lt;time&gt;).",
        "<h2>app &amp; co</h2>",
        "The two busiest servers have 100.0 % of new sessions, 100.0 % of their requests.",
        "told apart by session: 600 different ones, with room for 1000; the commonest has 1.2 %",
        "<td>100</td><td>79.7 %</td><td>50.0 %</td><td>79.7 %</td><td>79.7 %</td><td>61.0 %</td>\
         <td>100.0 %</td><td>1.59</td><td>40 at once</td>",
        "<h3>With one server down</h3>",
        "<tr><td>w2</td><td>100.0 %</td><td>0.0 %</td><td>3.00</td></tr>",
        "178 sessions, 29.7 % of all, go elsewhere",
        "<td>50.0 %</td><td>79.7 %</td><td>+29.7</td>",
        "<li>maxconn is not imitated</li>",
        "<li>a note of all</li>",
        "Peak pressure per minute",
    ] {
        assert!(page.contains(wanted), "{wanted} is not on the page:\n{page}");
    }
    assert_eq!(page.matches("<svg").count(), 3, "shares, pressure, before and after");
}

/// Goal: a name is text wherever it stands, and the page needs nothing and runs nothing.
#[test]
fn names_are_no_markup() {
    let page = render(&told(), "<script>alert(1)</script>.cfg", None);
    assert!(!page.contains("<b>") && page.contains("&lt;b&gt;"), "{page}");
    assert!(!page.contains("<script"), "{page}");
    assert!(page.contains("default-src 'none'"), "{page}");
    for outside in ["src=", "href=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside} is on the page");
    }
}

/// Goal: nobody takes made-up users for their own.
#[test]
fn a_made_up_population_is_told() {
    let mut told = told();
    told.traffic.synthetic = true;
    told.pools.clear();
    let page = render(&told, "new.cfg", None);
    assert!(page.contains("No log was given: these users are made up."), "{page}");
    assert!(page.contains("No pool gets a request."), "{page}");
}

/// Goal: every minute of a log is drawn, and a minute without traffic is a gap. Method: three
/// minutes, the second one missing, and more servers than can be told apart.
#[test]
fn minutes_are_drawn() {
    use audit::predict::Minute;
    let mut prediction = told();
    let minute = |minute: i64, share: f64| Minute {
        minute,
        shares: vec![share, 1.0 - share],
        pressure: vec![share * 2.0, 0.5],
    };
    let pool = &mut prediction.pools[0];
    (pool.minutes, pool.minutes_a_row) = (vec![minute(10, 0.5), minute(12, 0.75)], 1);
    let page = render(&prediction, "haproxy.cfg", None);
    assert!(page.contains("Share of every server, minute by minute"), "{page}");
    assert!(page.contains("Pressure, minute by minute") && !page.contains("are not drawn"));
    let pool = &mut prediction.pools[0];
    let server = pool.servers[0].clone();
    pool.servers.extend(std::iter::repeat_n(server, 8));
    pool.minutes_a_row = 4;
    let page = render(&prediction, "haproxy.cfg", None);
    assert!(page.contains("means of 4 minutes") && page.contains("2 servers under less pressure"));
    prediction.pools[0].minutes.truncate(1);
    assert!(!render(&prediction, "haproxy.cfg", None).contains("means of 4 minutes"));
}
