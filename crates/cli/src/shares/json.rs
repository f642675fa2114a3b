//! Shares as one JSON object, for programs.

use serde_json::{Value, json};

use super::Past;
use super::time::Stretch;

/// What is not known is null. A pool of which nothing was measured has null figures.
pub(super) fn render(pools: &[Past], stretch: Stretch) -> String {
    let report = json!({
        "from_at": stretch.from_s,
        "until_at": stretch.until_s,
        "asked_s": stretch.length_s(),
        "pools": pools.iter().map(pool).collect::<Vec<Value>>(),
    });
    format!("{report:#}\n")
}

fn pool(pool: &Past) -> Value {
    let Some(figures) = pool.windows.first() else {
        return json!({ "name": pool.name, "measured_s": 0.0, "endpoints": [] });
    };
    let mut value = json!(figures);
    value["name"] = json!(pool.name);
    value
}
