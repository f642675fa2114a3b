//! The shortest whole way: a request through the balancer and back.

use crate::support::{Balancer, Origin, pool};

#[test]
fn a_request_reaches_an_endpoint_and_its_answer_comes_back() {
    let origin = Origin::named("web1");
    let balancer = Balancer::start("", "", &pool("p", "", &[("web1", origin.address)]));
    let mut client = balancer.connect();
    for _ in 0..3 {
        let response = client.get("/hello?x=1");
        assert_eq!((response.status, response.text().as_str()), (200, "web1"));
    }
    assert_eq!(origin.connections(), 1, "the upstream connection is kept");
    let received = origin.received();
    assert!(received.starts_with("GET /hello?x=1 HTTP/1.1\r\nhost: test\r\n"), "{received}");
    assert!(received.contains("x-forwarded-for: 127.0.0.1\r\n"), "{received}");
}
