//! `show info`: the version, and for how long it runs.

/// The version, and seconds since the process began.
pub fn info(answer: &str) -> (Option<String>, Option<f64>) {
    let value = |key: &str| {
        let mut lines = answer.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(name, _)| *name == key).map(|(_, value)| value.trim().to_owned())
    };
    (value("Version"), value("Uptime_sec").and_then(|seconds| seconds.parse().ok()))
}
