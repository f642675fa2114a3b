//! What files of Envoy say, as facts.

use foreign::Sources;
use foreign::envoy::yaml::{Node, Value, load};

use super::fact::{Facts, Path};

/// What makes one item of a list another one than its neighbours.
const NAMES: [&str; 3] = ["name", "cluster_name", "clusterName"];

/// Fields that are the machine's own: what it is called, and where it listens.
const LEFT_OUT: [&str; 2] = ["node", "admin"];

pub(super) fn read(sources: &Sources, facts: &mut Facts) {
    for file in sources.files() {
        // Whatever cannot be read was refused before.
        let Ok(root) = load(sources, file) else { continue };
        for field in root.fields().iter().filter(|it| !LEFT_OUT.contains(&&*it.key.value)) {
            value(&field.value, &field.key.value, &Vec::new(), facts);
        }
    }
}

fn value(node: &Node, name: &str, path: &Path, facts: &mut Facts) {
    match &node.value {
        Value::Null => {}
        Value::Text(text) => facts.add(path, name, text.as_str(), Some(node.span)),
        Value::Map(fields) => {
            let below = facts.block(path, name, None);
            let is_listener = path.last().is_some_and(|around| around == "listeners");
            let left_out = |key: &str| is_listener && key == "address";
            for field in fields.iter().filter(|field| !left_out(&field.key.value)) {
                value(&field.value, &field.key.value, &below, facts);
            }
        }
        Value::List(items) => {
            let below = facts.block(path, name, None);
            for (at, item) in items.iter().enumerate() {
                self::item(item, at, &below, facts);
            }
        }
    }
}

/// An item of a list: by its name or, of a server, by its address; others by where they stand.
fn item(node: &Node, at: usize, path: &Path, facts: &mut Facts) {
    let name = NAMES.iter().find_map(|name| node.text_of(name)).map(|name| name.value);
    let address = ["socket_address", "socketAddress"].iter().find_map(|kind| {
        let socket = node.at(&["endpoint", "address", kind])?;
        let port = socket.text_of("port_value").map_or_else(String::new, |port| port.value);
        Some(format!("{}:{port}", socket.text_of("address")?.value))
    });
    match (name.or(address), node.text()) {
        (Some(name), _) => value(node, &name, path, facts),
        // Of words alone it is enough which there are.
        (None, Some(text)) => facts.add(path, text, "", Some(node.span)),
        (None, None) => value(node, &format!("{}", at + 1), path, facts),
    }
}
