//! What an answer means, on real sockets.

use config::{Receiver, Secret, Webhook};
use ledger::alarm::Change;

use super::Taker;
use crate::notify::sample::{house, notice, parcel};
use crate::notify::{Failure, Http, deliver};

fn hook(url: String) -> Receiver {
    let webhook = Some(Webhook { url: Secret::new(url) });
    Receiver { name: "team".into(), webhook, ..Receiver::default() }
}

fn send(url: String) -> Result<(), Failure> {
    let (notice, house) = (notice(Change::Fired), house());
    deliver(&hook(url), &parcel(&notice, &house), &Http::new())
}

#[test]
fn a_notification_arrives_with_its_name() {
    let taker = Taker::new();
    assert_eq!(send(taker.url()), Ok(()));
    let got = taker.next();
    assert_eq!(got.line, "POST /take HTTP/1.1");
    assert_eq!(got.header("content-type"), Some("application/json"));
    for name in ["idempotency-key", "x-evenkeel-delivery"] {
        assert_eq!(got.header(name), Some("evenkeel-0a1b2c3d-A-17-4"));
    }
}

#[test]
fn some_refusals_are_for_good() {
    let taker = Taker::new();
    for (status, for_good) in [
        (400, true),
        (413, true),
        (422, true),
        (401, false),
        (403, false),
        (404, false),
        (408, false),
        (429, false),
        (500, false),
        (302, false),
    ] {
        taker.answer(&[status]);
        let failure = send(taker.url()).unwrap_err();
        assert_eq!(matches!(failure, Failure::Never(_)), for_good, "{status}");
        assert!(failure.why().starts_with(&format!("answered {status}")), "{failure:?}");
    }
}

#[test]
fn who_does_not_answer_is_asked_again_later_and_no_address_is_shown() {
    let taker = Taker::new();
    taker.answer(&[0]);
    assert!(matches!(send(taker.url()), Err(Failure::Later(_))));
    let nobody = "http://127.0.0.1:1/token-1234".to_owned();
    let failure = send(nobody).unwrap_err();
    assert!(matches!(&failure, Failure::Later(why) if !why.contains("token")), "{failure:?}");
    let nonsense = send("http://a b/token-1234".to_owned()).unwrap_err();
    assert!(!nonsense.why().contains("token"), "{nonsense:?}");
}
