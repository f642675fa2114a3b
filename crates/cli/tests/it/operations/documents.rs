//! The documents name what the program shows: metrics, status fields, log fields, reasons.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Balancer, Origin, pool, until};

/// A document of the repository.
fn document(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(path)).expect("the document is there")
}

/// Everything users read, by name.
fn documents() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = ["docs/reference", "docs/guides", "docs/decisions"].map(|name| root.join(name));
    let listed = folders.iter().flat_map(|folder| {
        let entries = std::fs::read_dir(folder).expect("a folder of documents");
        entries.map(|entry| entry.expect("an entry").path())
    });
    let single = ["README.md", "CHANGELOG.md", "docs/architecture.md"].map(|name| root.join(name));
    let pages = listed.chain(single).filter(|path| path.extension().is_some_and(|e| e == "md"));
    pages.map(|path| (path.clone(), std::fs::read_to_string(path).expect("a page"))).collect()
}

/// The code spans of a page: what stands between single back quotes on a line.
fn code(page: &str) -> impl Iterator<Item = &str> {
    page.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// A balancer that has answered, failed and refused.
fn used() -> (Origin, Balancer) {
    let origin = Origin::named("a");
    let good = pool("p", "affinity = {}\nprobe = {}", &[("a", origin.address)]);
    // Nobody listens on port 1; a port that was free a moment ago may be another test's now.
    let dead = pool("dead", "", &[("gone", ([127, 0, 0, 1], 1).into())]);
    let route = "[[routes]]\npath_prefix = \"/dead\"\npool = \"dead\"\n";
    let text = format!("{route}{good}{dead}");
    let balancer = Balancer::start("access_log = \"access.jsonl\"", "", &text);
    let mut client = balancer.connect();
    assert_eq!((client.get("/").status, client.get("/dead").status), (200, 502));
    client.send("nonsense\r\n\r\n");
    assert_eq!(client.response().status, 400);
    until("the probe has an answer", || balancer.endpoint("p", "a")["probe"] == "up");
    (origin, balancer)
}

/// Goal: no document names a metric that is not there. Method: every word that begins as ours do,
/// in prose and in queries, against the page.
#[test]
fn metrics() {
    let (_origin, balancer) = used();
    let page = balancer.page("/metrics");
    let shown: BTreeSet<&str> =
        page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_:".contains(c);
    let rules = document("docs/monitoring/evenkeel.rules.yml");
    for (path, text) in documents() {
        let words = text.split(|c| !is_part(c)).map(|word| word.trim_end_matches(':'));
        for word in words {
            if word.contains(":evenkeel_") {
                let recorded = rules.contains(&format!("record: {word}\n"));
                assert!(recorded, "{} names {word}, which nothing records", path.display());
            }
            if !word.starts_with("evenkeel_") {
                continue;
            }
            let stem = ["_bucket", "_sum", "_count"].iter().find_map(|end| word.strip_suffix(end));
            let known = shown.contains(word) || stem.is_some_and(|stem| shown.contains(stem));
            assert!(known, "{} names {word}, which is no metric", path.display());
        }
    }
    let documented = document("docs/reference/metrics.md");
    for name in shown {
        assert!(documented.contains(&format!("`{name}`")), "{name} is not in metrics.md");
    }
}

/// Goal: no page names a field that the status has not. Method: code like `config.digest`, in
/// prose too, against a status.
#[test]
fn status_fields() {
    let (_origin, balancer) = used();
    let status = balancer.status();
    let mut found = 0;
    for (path, text) in documents() {
        let fields = code(&text).filter(|word| word.contains('.') && !word.contains([' ', '/']));
        for word in fields {
            let word = word.trim_start_matches('.').replace("[]", ".0");
            let first = word.split('.').next().unwrap_or_default();
            // Files have such names too (`config.rs`), and so have keys of the configuration.
            if !["config", "connections", "access_log"].contains(&first) || word.ends_with(".rs") {
                continue;
            }
            let value = status.pointer(&format!("/{}", word.replace('.', "/")));
            assert!(value.is_some(), "{} names {word}, which is no field", path.display());
            found += 1;
        }
    }
    assert!(found > 10, "the pages name fields");
}

/// Goal: the reasons are all there from the start, as status.md says. Method: an endpoint that
/// nobody has asked.
#[test]
fn reasons() {
    let (_origin, balancer) = used();
    let picks = balancer.endpoint("dead", "gone")["picks"].clone();
    let shown: BTreeSet<&str> =
        picks.as_object().expect("a map").keys().map(String::as_str).collect();
    for page in ["status", "metrics", "access-log"] {
        let text = document(&format!("docs/reference/{page}.md"));
        let line = text.lines().find(|line| line.contains("`affinity_moved`")).expect("a row");
        let cell = line.rsplit('|').nth(1).expect("its last cell");
        assert_eq!(code(cell).collect::<BTreeSet<_>>(), shown, "{page}.md");
    }
}

/// Goal: access-log.md lists the fields of a line. Method: a request that failed has all of them.
#[test]
fn log_fields() {
    let (_origin, balancer) = used();
    let mut shown = BTreeSet::new();
    until("the failure is written", || {
        let path = balancer.folder().join("access.jsonl");
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let lines = whole.lines().map(|line| serde_json::from_str(line).expect("JSON"));
        let failed = lines.into_iter().find(|line: &Value| line["error"].is_string());
        failed.is_some_and(|line| {
            shown = line.as_object().expect("an object").keys().cloned().collect();
            true
        })
    });
    let page = document("docs/reference/access-log.md");
    let cells = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('|').next());
    let documented = cells.flat_map(|cell| cell.split('`').step_by(2).map(str::trim));
    let documented = documented.filter(|name| !name.is_empty() && *name != ",");
    assert_eq!(documented.map(str::to_owned).collect::<BTreeSet<_>>(), shown);
}
