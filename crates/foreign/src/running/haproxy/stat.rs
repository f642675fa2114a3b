//! `show stat`, and the same from the page of statistics: what is told where no socket is open.

use super::table::{Header, Row, shown};
use crate::running::{Address, Fault, Pool, Server, State};

const OF: &str = "show stat";

/// The number of servers among the kinds of rows.
const SERVER: &str = "2";

/// Backends and their servers. Versions before 2.4 tell no weight apart from slow start: while that
/// goes on, there is none.
///
/// # Errors
/// When it is no such answer.
pub fn stat(answer: &str) -> Result<Vec<Pool>, Fault> {
    let mut rows = rows(answer).into_iter();
    let head = rows.next().filter(|row| row.1.first().is_some_and(|it| it.starts_with("# ")));
    let Some((_, mut names)) = head else {
        let line = answer.lines().next().unwrap_or_default();
        let what = format!("`{}` is no line of names, which begins with `# pxname`", shown(line));
        return Err(Fault::new(OF, 1, what));
    };
    names[0] = names[0].trim_start_matches("# ");
    let header = Header::new(OF, names);
    let mut pools: Vec<Pool> = Vec::new();
    for (line, fields) in rows {
        let row = Row::new(line, fields);
        if header.must(&row, "type")? != SERVER {
            continue;
        }
        let (name, server) = (header.must(&row, "pxname")?, server(&header, &row)?);
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
    let status = header.must(row, "status")?;
    let is_slow = header.field(row, "throttle").is_some_and(|it| !matches!(it, "" | "100"));
    let weight = match header.field(row, "uweight").filter(|it| !it.is_empty()) {
        Some(_) => Some(header.number(row, "uweight")?),
        None if is_slow => None,
        None => Some(header.number(row, "weight")?),
    };
    let address = header.field(row, "addr").filter(|it| it.contains(':'));
    Ok(Server {
        address: address.and_then(Address::read),
        weight: weight.map(f64::from),
        state: state(status),
        ..Server::named(header.must(row, "svname")?)
    })
}

fn state(status: &str) -> State {
    match status.split([' ', '/']).next().unwrap_or_default() {
        "MAINT" if status.contains("resolution") => State::Empty,
        "MAINT" => State::Maintenance,
        "DRAIN" => State::Drain,
        "DOWN" | "NOLB" => State::Down,
        _ => State::Up,
    }
}

/// Rows of fields between commas. What a server's check last said stands between quotes, and may
/// have commas and ends of lines.
fn rows(text: &str) -> Vec<(usize, Vec<&str>)> {
    let mut rows = Vec::new();
    let (mut fields, mut begins, mut is_quoted) = (Vec::new(), 0, false);
    let (mut line, mut first) = (1, 1);
    for (at, byte) in text.bytes().enumerate().chain([(text.len(), b'\n')]) {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b',' if !is_quoted => {
                fields.push(text.get(begins..at).unwrap_or_default());
                begins = at + 1;
            }
            b'\n' if !is_quoted || at == text.len() => {
                let last = text.get(begins..at).unwrap_or_default().trim_end_matches('\r');
                if !fields.is_empty() || !last.is_empty() {
                    fields.push(last);
                    rows.push((first, std::mem::take(&mut fields)));
                }
                begins = at + 1;
                first = line + 1;
            }
            _ => {}
        }
        line += usize::from(byte == b'\n');
    }
    rows
}
