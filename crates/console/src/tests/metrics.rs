//! The metrics page, as Prometheus would read it.

use ledger::Status;

use super::client::listen;
use super::promtool::promtool;
use super::sample::{AWKWARD, Fixed, endpoint, source, status};

/// Has the page judged; an answer that is not empty is a complaint.
pub(super) fn complaints(page: &str) -> String {
    let (is_content, text) = promtool(&["check", "metrics"], page);
    if is_content { text } else { format!("{text}promtool is not content") }
}

async fn page(source: Fixed) -> String {
    let answer = listen(source).await.get("/metrics").await;
    assert_eq!(answer.status, 200);
    let kind = "content-type: text/plain; version=0.0.4; charset=utf-8";
    assert!(answer.head.contains(kind), "{}", answer.head);
    answer.body
}

// Goal: Prometheus accepts every line. Method: its own checker, awkward names and all, and a
// process that has nothing to tell yet.
#[tokio::test]
async fn promtool_has_no_complaint() {
    assert_eq!(complaints(&page(source()).await), "");
    let empty = Fixed { status: Status::default(), reload: Ok(String::new()) };
    assert_eq!(complaints(&page(empty).await), "");
}

// Goal: the check above can fail. Method: what a mistake would look like.
#[test]
fn promtool_complains_when_it_should() {
    let nameless = "# TYPE evenkeel_requests counter\nevenkeel_requests 1\n";
    assert!(complaints(nameless).contains("_total"));
    assert!(complaints("a{b=\"unclosed} 1\n").contains("error"));
}

// Goal: the numbers are the status's. Method: a line of each kind, letter by letter.
#[tokio::test]
async fn numbers_are_those_of_the_status() {
    let page = page(source()).await;
    let web1 = "pool=\"portal\",endpoint=\"web1\"";
    let expected = [
        "evenkeel_build_info{version=\"0.1.0\"} 1".to_owned(),
        "evenkeel_config_info{digest=\"9f2c\",path=\"/etc/evenkeel.toml\"} 1".to_owned(),
        "evenkeel_config_revision 3".to_owned(),
        "evenkeel_config_age_seconds 10.5".to_owned(),
        "evenkeel_config_last_reload_successful 0".to_owned(),
        "evenkeel_connections_open 5".to_owned(),
        "evenkeel_access_log_lines_dropped_total 4".to_owned(),
        "evenkeel_requests_refused_total{error=\"bad_request\"} 7".to_owned(),
        "evenkeel_pool_errors_total{pool=\"portal\",error=\"queue_timeout\"} 1".to_owned(),
        "evenkeel_pool_retries_refused_total{pool=\"portal\"} 1".to_owned(),
        format!("evenkeel_endpoint_requests_total{{{web1},code=\"2xx\"}} 40"),
        format!("evenkeel_endpoint_picks_total{{{web1},reason=\"affinity_kept\"}} 30"),
        format!("evenkeel_endpoint_state{{{web1},state=\"up\"}} 1"),
        format!("evenkeel_endpoint_state{{{web1},state=\"ejected\"}} 0"),
        format!("evenkeel_endpoint_share_10s_ratio{{{web1}}} 0.49"),
        format!("evenkeel_endpoint_latency_seconds_bucket{{{web1},le=\"0.01\"}} 20"),
        format!("evenkeel_endpoint_latency_seconds_bucket{{{web1},le=\"+Inf\"}} 50"),
        format!("evenkeel_endpoint_latency_seconds_sum{{{web1}}} 1.25"),
        format!("evenkeel_endpoint_latency_seconds_count{{{web1}}} 50"),
        "evenkeel_endpoint_probe_up{pool=\"portal\",endpoint=\"say \\\"hi\\\" \\\\ to\\nall\"} 0"
            .to_owned(),
        "process_start_time_seconds 1000.5".to_owned(),
    ];
    for line in expected {
        assert!(page.lines().any(|written| written == line), "missing: {line}\n{page}");
    }
    assert!(page.contains("\nprocess_resident_memory_bytes "), "{page}");
    assert!(!page.contains(AWKWARD), "a name was written unescaped");
}

// Goal: buckets never fall. Method: every series of the page, in order.
#[tokio::test]
async fn histograms_are_cumulative() {
    let page = page(source()).await;
    let buckets = page.lines().filter(|line| line.contains("_seconds_bucket{"));
    let (mut series, mut last, mut seen) = (String::new(), 0, 0);
    for line in buckets {
        let (labels, count) = line.rsplit_once(' ').unwrap();
        let name = labels.split(",le=").next().unwrap();
        let count: u64 = count.parse().unwrap();
        assert!(name != series || count >= last, "falls at {line}");
        (series, last, seen) = (name.to_owned(), count, seen + 1);
    }
    assert_eq!(seen, 4 * 15, "14 bounds and +Inf for each of 4 endpoints");
}

// Goal: one bad neighbour does not blind the scrape. Method: a name twice, a state and a probe
// that this version does not know.
#[tokio::test]
async fn surprises_do_not_break_the_page() {
    let mut status = status();
    let successor = endpoint("web1", "removed", "up");
    status.pools[0].endpoints.push(successor);
    status.pools[1].endpoints = vec![endpoint("new", "resting", "unknown")];
    let page = page(Fixed { status, ..source() }).await;
    assert_eq!(complaints(&page), "");
    let mut series: Vec<_> = page
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.rsplit_once(' ').unwrap().0)
        .collect();
    let all = series.len();
    series.sort_unstable();
    series.dedup();
    assert_eq!(series.len(), all, "a series is there twice");
    assert!(page.contains("endpoint=\"new\",state=\"resting\"} 1"), "{page}");
    assert!(!page.contains("evenkeel_endpoint_probe_up{pool=\"say"), "{page}");
}
