//! The test stand of the tables: one balancer, one recording origin, and what is asserted.

use crate::support::{Balancer, Origin, Reply, until};

/// Requests by which a case betrays itself, should it get through.
pub(super) const POISON: &str = "GET /poison HTTP/1.1\r\nHost: test\r\n\r\n";

/// What the balancer adds to a request of a client on this machine.
pub(super) const ADDED: &str = "x-forwarded-for: 127.0.0.1\r\nx-forwarded-proto: http\r\n\
                                x-forwarded-host: test\r\n\r\n";

/// One request that is refused.
pub(super) struct Refused {
    name: &'static str,
    bytes: Vec<u8>,
    status: u16,
}

/// Refused with 400, as nearly everything is.
pub(super) fn bad(name: &'static str, bytes: impl AsRef<[u8]>) -> Refused {
    refused(name, bytes, 400)
}

pub(super) fn refused(name: &'static str, bytes: impl AsRef<[u8]>, status: u16) -> Refused {
    Refused { name, bytes: bytes.as_ref().to_vec(), status }
}

impl Refused {
    /// The same case behind `head`.
    pub(super) fn after(&self, head: &str) -> Refused {
        let bytes = [head.as_bytes(), &self.bytes].concat();
        Refused { name: self.name, bytes, status: self.status }
    }
}

/// One request that is passed on after cleaning: name, what is sent, what arrives.
pub(super) type Cleaned<'a> = (&'static str, &'a str, String);

/// A head as it arrives at the origin: request line, fields of the client, fields of ours.
pub(super) fn arrives(line: &str, fields: &str) -> String {
    format!("{line} HTTP/1.1\r\nhost: test\r\n{fields}{ADDED}")
}

/// Says which case was under way when a test panics.
struct Under(&'static str);

impl Drop for Under {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- in the case: {} ---", self.0);
        }
    }
}

/// One balancer with one worker, and one origin that answers everything with 200.
pub(super) struct Stand {
    balancer: Balancer,
    origin: Origin,
}

impl Stand {
    pub(super) fn new(listener: &str) -> Stand {
        let origin = Origin::start(|_| Reply::ok("fine"));
        let balancer = Balancer::single("", listener, "", origin.address);
        Stand { balancer, origin }
    }

    /// Each is refused before anything of it reaches the origin.
    pub(super) fn refuse(&self, cases: &[Refused]) {
        check_all(cases, |case| {
            let Refused { name, bytes, status } = case;
            (*name, Box::new(move || self.refuse_one(bytes, *status)))
        });
    }

    fn refuse_one(&self, bytes: &[u8], status: u16) -> Result<(), String> {
        self.origin.forget();
        is_refusal(&self.answer(bytes), status)?;
        self.next_is_clean("")
    }

    /// Each is a body that goes wrong after its head has reached the origin: nothing of what
    /// follows gets there, and the connection that carried the head carries nothing more.
    pub(super) fn refuse_bodies(&self, head: &str, cases: &[Refused]) {
        check_all(cases, |case| {
            let Refused { name, bytes, status } = case;
            (*name, Box::new(move || self.refuse_body(head, bytes, *status)))
        });
    }

    fn refuse_body(&self, head: &str, body: &[u8], status: u16) -> Result<(), String> {
        let mut client = self.balancer.connect();
        self.origin.forget();
        client.send(head);
        until("the head reaches the origin", || self.origin.received().ends_with("\r\n\r\n"));
        let before = self.origin.received();
        client.send_bytes(body);
        is_refusal(&String::from_utf8_lossy(&client.rest()), status)?;
        until("the upstream connection closes", || self.origin.open() == 0);
        let connections = self.origin.connections();
        self.next_is_clean(&before)?;
        match self.origin.connections() - connections {
            1 => Ok(()),
            more => Err(format!("the next request took {more} new connections")),
        }
    }

    /// A body that exceeds the limit on its way: the origin never sees its end.
    pub(super) fn refuse_oversize(&self, head: &str, case: &Refused) {
        let under = Under(case.name);
        let mut client = self.balancer.connect();
        client.send(head);
        client.send_bytes(&case.bytes);
        assert_eq!(is_refusal(&String::from_utf8_lossy(&client.rest()), case.status), Ok(()));
        until("the upstream connection closes", || self.origin.open() == 0);
        let received = self.origin.received();
        assert!(!received.ends_with("0\r\n\r\n"), "the whole body arrived");
        self.origin.forget();
        assert_eq!(self.next_is_clean(""), Ok(()));
        drop(under);
    }

    /// Each reaches the origin, in exactly the form that is stated.
    pub(super) fn clean(&self, cases: &[Cleaned<'_>]) {
        check_all(cases, |case| {
            let (name, sent, expected) = case;
            (*name, Box::new(move || self.clean_one(sent, expected)))
        });
    }

    fn clean_one(&self, sent: &str, expected: &str) -> Result<(), String> {
        self.origin.forget();
        let mut client = self.balancer.connect();
        client.send(sent);
        let response = client.response();
        if response.status != 200 {
            return Err(format!("answered with {}", response.head));
        }
        self.next_is_clean(expected)
    }

    /// Everything that the balancer answers until it closes.
    fn answer(&self, bytes: &[u8]) -> String {
        let mut client = self.balancer.connect();
        client.send_bytes(bytes);
        String::from_utf8_lossy(&client.rest()).into_owned()
    }

    /// The next client is served, and the origin has seen its request after `before` alone.
    fn next_is_clean(&self, before: &str) -> Result<(), String> {
        let response = self.balancer.connect().get("/next");
        let expected = before.to_owned() + &arrives("GET /next", "");
        let received = self.origin.received();
        if response.status != 200 {
            return Err(format!("the next request got {}", response.head));
        }
        if received != expected {
            return Err(format!("the origin saw {received:?}\n      instead of {expected:?}"));
        }
        Ok(())
    }
}

/// Runs every case, then fails with all that failed.
fn check_all<'c, C>(
    cases: &'c [C],
    run: impl Fn(&'c C) -> (&'static str, Box<dyn FnOnce() -> Result<(), String> + 'c>),
) {
    let mut failed = String::new();
    for case in cases {
        let (name, check) = run(case);
        let under = Under(name);
        if let Err(why) = check() {
            failed += &format!("\n  {name}: {why}");
        }
        drop(under);
    }
    assert!(failed.is_empty(), "{failed}");
}

/// One answer of the balancer itself, and the announcement that the connection closes.
fn is_refusal(answer: &str, status: u16) -> Result<(), String> {
    let start = format!("HTTP/1.1 {status} ");
    let marks = ["\r\nx-evenkeel-error: ", "\r\nconnection: close\r\n"];
    let marked = marks.iter().all(|mark| answer.contains(mark));
    if answer.starts_with(&start) && marked && answer.matches("HTTP/1.1 ").count() == 1 {
        return Ok(());
    }
    Err(format!("answered with {answer:?}"))
}
