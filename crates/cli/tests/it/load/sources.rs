//! Users come from addresses of their own, or share one.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};

use super::server::{listen, load};

/// A server that notes who comes.
fn door() -> (SocketAddr, Arc<Mutex<BTreeSet<IpAddr>>>) {
    let seen: Arc<Mutex<BTreeSet<IpAddr>>> = Arc::default();
    let noted = Arc::clone(&seen);
    let address = listen(move |mut stream: TcpStream| {
        noted.lock().expect("a note").insert(stream.peer_addr().expect("a peer").ip());
        let mut head = [0; 4096];
        while stream.read(&mut head).is_ok_and(|read| read > 0) {
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
            if stream.write_all(answer).is_err() {
                return;
            }
        }
    });
    (address, seen)
}

fn come(args: &[&str]) -> BTreeSet<IpAddr> {
    let (address, seen) = door();
    let all = [&["--rate", "300/s", "--for", "1s", "--users", "20"][..], args].concat();
    load(&format!("http://{address}/"), &all).went_well();
    seen.lock().expect("a note").clone()
}

#[test]
fn users_come_from_addresses_of_their_own() {
    let home: IpAddr = [127, 0, 0, 1].into();
    assert_eq!(come(&["--connections", "per-user"]), [home].into());
    let own = come(&["--connections", "per-address"]);
    assert_eq!(own.len(), 20, "{own:?}");
    assert!(!own.contains(&home));
}

/// Goal: a part of the users shares two addresses. Method: nine of ten, then all of them.
#[test]
fn users_share_addresses_behind_a_nat() {
    let some = come(&["--nat", "2:0.5"]);
    assert!((6..=17).contains(&some.len()), "{some:?}");
    let all = come(&["--nat", "2:100%"]);
    assert_eq!(all, [[127, 1, 0, 0].into(), [127, 1, 1, 0].into()].into());
}
