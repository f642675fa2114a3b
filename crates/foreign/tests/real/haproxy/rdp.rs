//! `rdp-cookie`: connections that begin as those of Microsoft's remote desktop.

use std::net::SocketAddr;
use std::process::Command;

use balance::Rng;
use foreign::pick::haproxy::{Balance, HashType};
use foreign::pick::{Picker, Request, Server, State};

use super::program::server_line;
use crate::client::Client;
use crate::evidence::Method;
use crate::folder::Folder;
use crate::process::{Process, free_address};
use crate::traffic::{servers, word};

const CASES: usize = 20;
/// Each is a connection.
const REQUESTS: usize = 2000;
const NAME: &str = "mstshash";
const TYPES: [&str; 4] = ["map-based", "consistent", "map-based crc32 avalanche", "consistent wt6"];

struct Desktop {
    address: SocketAddr,
    kind: &'static str,
    servers: Vec<Server>,
}

#[test]
fn rdp_cookie() {
    let mut rng = Rng::new(20);
    let desktop = |number: usize| {
        let (address, kind) = (free_address(), TYPES[number % TYPES.len()]);
        Desktop { address, kind, servers: servers(&mut rng, 256) }
    };
    let desktops: Vec<Desktop> = (0..CASES).map(desktop).collect();
    let folder = Folder::new();
    let file = folder.write("haproxy.cfg", &configuration(&desktops));
    let mut command = Command::new("haproxy");
    let last = desktops.last().expect("a case").address;
    let _process = Process::start(command.args(["-db", "-f"]).arg(file), last);
    for desktop in &desktops {
        check(desktop, &mut rng);
    }
}

fn check(desktop: &Desktop, rng: &mut Rng) {
    let by = HashType::parse(&desktop.kind.split(' ').collect::<Vec<_>>()).expect("a hash type");
    let balance = Balance::parse(&["rdp-cookie"]).expect("a method");
    let mut picker: Box<dyn Picker> = balance.picker(&by, &desktop.servers, false, Rng::new(1));
    for _ in 0..REQUESTS {
        let cookie = format!("{NAME}={}", word(rng));
        let mut client = Client::connect(desktop.address, None);
        client.add_bytes(&[3, 0, 0, 43, 38, 0xe0, 0, 0, 0, 0, 0]);
        client.add_bytes(format!("Cookie: {cookie}\r\n\r\n").as_bytes());
        client.send();
        let found = client.begin();
        let headers = [("cookie", cookie.as_str())];
        let request = Request { headers: &headers, ..Request::default() };
        let predicted = picker.pick(&request, &State::default());
        assert_eq!(predicted, Some(found), "{} {:#?}", desktop.kind, desktop.servers);
    }
    Method::haproxy("balance rdp-cookie").tell_agreed(desktop.servers.len(), REQUESTS, REQUESTS);
}

fn configuration(desktops: &[Desktop]) -> String {
    let mut text = "global\n nbthread 1\ndefaults\n mode tcp\n timeout connect 9s\n \
                    timeout client 60s\n timeout server 60s\n"
        .to_owned();
    for (number, Desktop { address, kind, servers }) in desktops.iter().enumerate() {
        text.push_str(&format!(
            "listen d{number}\n bind {address}\n balance rdp-cookie\n hash-type {kind}\n \
             tcp-request inspect-delay 5s\n tcp-request content accept if RDP_COOKIE\n"
        ));
        for server in servers {
            text.push_str(&format!(" {}\n", server_line(server)));
        }
    }
    text
}
