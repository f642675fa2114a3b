//! Memory of a proxy whose clients have each made one request and stay connected.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::bench::accounting::rss;
use crate::bench::contender::{Contender, Running};
use crate::bench::options::Extent;
use crate::bench::origin::Origin;
use crate::bench::place::Place;
use crate::bench::results::{IDLE_CLIENTS, Measured, Results};
use crate::fault::Fault;

const CONTENDERS: [Contender; 4] =
    [Contender::Evenkeel, Contender::Haproxy, Contender::Nginx, Contender::Relay];

pub(crate) fn measure(place: &Place, origin: &Origin, extent: &Extent, results: &mut Results) {
    eprintln!("memory with idle connections");
    for contender in CONTENDERS.into_iter().filter(|one| extent.contenders.contains(one)) {
        let measured = sample(contender, place, origin);
        let name = contender.title();
        match &measured {
            Ok(sizes) => eprintln!("  {name:<16}{} MB", megabytes(sizes).join(" / ")),
            Err(why) => eprintln!("  {name:<16}invalid: {why}"),
        }
        results.idle.insert(contender, measured);
    }
}

pub(crate) fn megabytes(sizes: &[u64]) -> Vec<String> {
    sizes.iter().map(|size| format!("{:.1}", *size as f64 / 1e6)).collect()
}

fn sample(contender: Contender, place: &Place, origin: &Origin) -> Measured<Vec<u64>> {
    let run = || -> Result<Vec<u64>, Fault> {
        let running = Running::start(contender, place, &origin.addresses)?;
        let mut clients = Vec::new();
        let mut sizes = Vec::new();
        for wanted in IDLE_CLIENTS {
            while clients.len() < wanted {
                let client = visit(running.address).map_err(|error| {
                    let message = format!("client {} was not served", clients.len() + 1);
                    Fault::new(message).detail(error)
                })?;
                clients.push(client);
            }
            sizes.push(rss(running.pid())?);
        }
        Ok(sizes)
    };
    run().map_err(|fault| format!("{}, idle connections: {fault}", contender.title()))
}

/// Makes one request and stays connected.
fn visit(address: SocketAddr) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(b"GET /100 HTTP/1.1\r\nHost: bench\r\n\r\n")?;
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    // The origin's body is a hundred times the same letter, and no header ends with it.
    while !answer.ends_with(&[b'x'; 100]) {
        match stream.read(&mut buffer)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            bytes => answer.extend_from_slice(&buffer[..bytes]),
        }
    }
    if !answer.starts_with(b"HTTP/1.1 200") {
        return Err(std::io::Error::other("not a 200"));
    }
    Ok(stream)
}
