//! Finds the word that was meant.

/// Longer words are not compared: nobody mistypes them, and the comparison is quadratic.
const LONGEST: usize = 64;

/// What people who come from other balancers call our keys.
const ELSEWHERE: [(&str, &str); 22] = [
    ("algorithm", "policy"),
    ("backend", "pool"),
    ("backends", "pools"),
    ("balance", "policy"),
    ("bind", "address"),
    ("clusters", "pools"),
    ("domains", "hosts"),
    ("frontends", "listeners"),
    ("health_check", "probe"),
    ("healthcheck", "probe"),
    ("keepalive", "keep_alive"),
    ("lb_policy", "policy"),
    ("listen", "address"),
    ("maxconn", "limit"),
    ("members", "endpoints"),
    ("path", "path_prefix"),
    ("retries", "retry"),
    ("servers", "endpoints"),
    ("sticky", "affinity"),
    ("stickiness", "affinity"),
    ("upstreams", "pools"),
    ("url", "address"),
];

/// The one of `known` that `word` was probably meant to be.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let known: Vec<&str> = known.collect();
    let closest = known
        .iter()
        .filter_map(|candidate| Some((distance(&word, &candidate.to_lowercase())?, *candidate)))
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate);
    closest.or_else(|| {
        let (_, ours) = ELSEWHERE.iter().find(|(theirs, _)| *theirs == word)?;
        known.into_iter().find(|candidate| candidate == ours)
    })
}

/// Letters to insert, drop, replace or swap with a neighbour (optimal string alignment).
fn distance(a: &str, b: &str) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let differs = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + differs);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, expected: Option<&str>) {
        let known = ["endpoints", "address", "policy", "probe", "rise", "by"];
        assert_eq!(nearest(word, known.into_iter()), expected, "{word}");
    }

    #[test]
    fn a_slip_finds_the_word_that_was_meant() {
        check("endpoint", Some("endpoints"));
        check("adress", Some("address"));
        check("Policy", Some("policy"));
        check("rsie", Some("rise"));
    }

    #[test]
    fn another_balancers_word_finds_ours() {
        check("servers", Some("endpoints"));
        check("health_check", Some("probe"));
    }

    #[test]
    fn a_stranger_finds_nothing() {
        check("colour", None);
        check("", None);
        check(&"x".repeat(10_000), None);
    }
}
