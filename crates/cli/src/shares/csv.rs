//! Shares as CSV (RFC 4180), for spreadsheets and scripts.

use balance::Reason;

use super::Past;
use super::clients::{ClientFigures, Named};
use super::figures::{EndpointFigures, PoolFigures};

const ENDPOINT: &str = "from_at,measured_s,pool,endpoint,requests,share,approved_share,\
                        effective_share,share_to_intended,bindings,bindings_share,pressure,\
                        pressure_to_mean,errors,p50_s,p99_s";
/// Of the whole pool, the same in each line of a step.
const POOL: &str = "pool_requests,clients,new_clients,new_share,top_client_share,entropy_bits,\
                    top_connections_share,top_client,top_path,top_path_requests,top_agent,\
                    top_agent_requests";

/// A header, and a line for each endpoint and step that was measured. What is not known is empty.
pub(super) fn render(pools: &[Past]) -> String {
    let picks = Reason::ALL.map(|reason| format!(",picked_{}", reason.name())).concat();
    let mut text = format!("{ENDPOINT}{picks},{POOL}\n");
    for pool in pools {
        for window in &pool.windows {
            for endpoint in &window.endpoints {
                text.push_str(&line(&pool.name, window, endpoint));
                text.push('\n');
            }
        }
    }
    text
}

fn line(pool: &str, window: &PoolFigures, endpoint: &EndpointFigures) -> String {
    let known = |value: Option<f64>| value.map_or(String::new(), number);
    let mut cells = vec![
        window.from_at.to_string(),
        number(window.measured_s),
        field(pool),
        field(&endpoint.name),
        endpoint.requests.to_string(),
        known(endpoint.share),
        known(endpoint.approved_share),
        known(endpoint.effective_share),
        known(endpoint.share_to_intended),
        endpoint.bindings.to_string(),
        known(endpoint.bindings_share),
        known(endpoint.pressure),
        known(endpoint.pressure_to_mean),
        endpoint.errors.to_string(),
        known(endpoint.p50_s),
        known(endpoint.p99_s),
    ];
    let picks = |reason: Reason| endpoint.picks.get(reason.name()).copied().unwrap_or_default();
    cells.extend(Reason::ALL.map(|reason| picks(reason).to_string()));
    cells.push(window.requests.to_string());
    cells.extend(clients(window.clients.as_ref()));
    cells.join(",")
}

fn clients(clients: Option<&ClientFigures>) -> [String; 11] {
    let Some(clients) = clients else { return Default::default() };
    let first = |named: &[Named]| {
        let first = named.first();
        first.map_or(Default::default(), |one| [field(&one.name), one.requests.to_string()])
    };
    let [client, _] = first(&clients.top_clients);
    let [path, path_requests] = first(&clients.top_paths);
    let [agent, agent_requests] = first(&clients.top_agents);
    [
        number(clients.distinct),
        number(clients.new),
        clients.new_share.map_or(String::new(), number),
        number(clients.top_share),
        number(clients.entropy_bits),
        number(clients.top_connections_share),
        client,
        path,
        path_requests,
        agent,
        agent_requests,
    ]
}

/// To a millionth, without zeros at its end.
fn number(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn field(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(field("web1"), "web1");
        assert_eq!(field("a,\"b\""), "\"a,\"\"b\"\"\"");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([0.0, 0.25, 100.0, 1.0 / 3.0].map(number), ["0", "0.25", "100", "0.333333"]);
    }
}
