//! What `evenkeel predict --each` said of each line of a log, held against who answered it.

use std::fmt::Write as _;

use super::told::Command;

/// Requests of each configuration, at least.
pub(super) const REQUESTS_MIN: u64 = 500;
/// Products that are tried.
pub(super) const PRODUCTS: usize = 3;

/// Configurations whose every request is said.
fn certain(commands: &[Command]) -> impl Iterator<Item = &Command> {
    commands.iter().filter(|command| !command.drawn)
}

/// Requests, and those that went where they were said to.
pub(super) fn sums(commands: &[Command]) -> (u64, u64) {
    let sum = |of: fn(&Command) -> u64| certain(commands).map(of).sum();
    (sum(|command| command.requests), sum(|command| command.agreed))
}

/// Whether the promise holds.
pub(super) fn holds(commands: &[Command]) -> bool {
    let mut products: Vec<&str> = commands.iter().map(|it| it.product.as_str()).collect();
    products.sort_unstable();
    products.dedup();
    products.len() == PRODUCTS
        && certain(commands).all(|it| it.agreed == it.requests && it.requests >= REQUESTS_MIN)
}

pub(super) fn table(text: &mut String, commands: &[Command]) {
    *text += "\n## Through the command\n\nEach configuration has several pools. The balancer \
              itself runs with the file; the same file and the log of the requests are handed to \
              `evenkeel predict FILE --log LOG --each`, and each of its lines is held against the \
              pool and the server that answered, or against an answer of the balancer's own.\n\n\
              | | configuration | servers | requests | on the predicted pool and server |\n\
              |---|---|---:|---:|---:|\n";
    let mut commands: Vec<&Command> = commands.iter().collect();
    commands.sort_by_key(|it| (&it.product, &it.command));
    for command in commands {
        let Command { product, command, servers, requests, agreed, drawn } = command;
        let agreed = if *drawn { "drawn".to_owned() } else { agreed.to_string() };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {product} | {command} | {servers} | {requests} | {agreed} |");
    }
}
