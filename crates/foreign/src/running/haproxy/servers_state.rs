//! `show servers state`: each server with its weights, its orders, and where it is.

use super::table::{Header, Row, shown};
use crate::running::{Address, Fault, Pool, Server, State};

const OF: &str = "show servers state";

// HAProxy's `SRV_ADMF_*`.
const MAINTENANCE: u32 = 0x01 | 0x02;
const DRAIN: u32 = 0x08 | 0x10;
const NO_ADDRESS: u32 = 0x20;

/// Backends and their servers.
///
/// # Errors
/// When it is no such answer.
pub fn servers_state(answer: &str) -> Result<Vec<Pool>, Fault> {
    let mut lines = answer.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    match lines.next() {
        Some((_, "1")) => {}
        Some((at, line)) => {
            let what = format!("`{}` is no version of it that is known: 1 is", shown(line));
            return Err(Fault::new(OF, at + 1, what));
        }
        None => return Err(Fault::new(OF, 1, "nothing was answered")),
    }
    let head = lines.next().and_then(|(_, line)| line.strip_prefix("# "));
    let Some(head) = head else {
        return Err(Fault::new(OF, 2, "there is no line of names, which begins with `# `"));
    };
    let header = Header::new(OF, head.split(' ').collect());
    let mut pools: Vec<Pool> = Vec::new();
    for (at, line) in lines {
        let row = Row::new(at + 1, line.split(' ').collect());
        let name = header.must(&row, "be_name")?;
        let server = server(&header, &row)?;
        match pools.last_mut().filter(|pool| pool.name == name) {
            Some(pool) => pool.servers.push(server),
            None => {
                let servers = vec![server];
                pools.push(Pool { name: name.to_owned(), is_discovered: false, servers });
            }
        }
    }
    Ok(pools)
}

fn server(header: &Header<'_>, row: &Row<'_>) -> Result<Server, Fault> {
    let is_told = |text: &&str| !matches!(*text, "" | "-");
    let port = header.field(row, "srv_port").and_then(|port| port.parse().ok());
    let host = header.must(row, "srv_addr").ok().filter(is_told);
    let admin = header.number(row, "srv_admin_state")?;
    let state = match header.number(row, "srv_op_state")? {
        _ if admin & MAINTENANCE != 0 => State::Maintenance,
        _ if admin & NO_ADDRESS != 0 => State::Empty,
        _ if admin & DRAIN != 0 => State::Drain,
        0 | 3 => State::Down,
        _ => State::Up,
    };
    Ok(Server {
        host: header.field(row, "srv_fqdn").filter(is_told).map(str::to_owned),
        address: host.map(|host| Address::Host(host.to_owned(), port)),
        weight: Some(f64::from(header.number(row, "srv_uweight")?)),
        loaded: Some(f64::from(header.number(row, "srv_iweight")?)),
        state,
        ..Server::named(header.must(row, "srv_name")?)
    })
}
