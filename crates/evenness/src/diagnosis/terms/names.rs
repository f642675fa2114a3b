//! What is asked for and by whom, by name, in the sentences of evidence.

use std::sync::Arc;

use crate::diagnosis::case::Case;
use crate::ranking::Ranking;
use crate::turnout::Turnout;
use crate::window::PoolWindow;

/// Growth ÷ the usual from which on it can be said what it consists of.
const GROWN: f64 = 0.2;
/// Nothing below such a part of the growth is worth a word.
const WORTH: f64 = 0.2;

type Names = Ranking<Arc<str>>;

/// The path, or else the user agent, that most of the growth asks for or comes from, as the end of
/// a sentence; nothing where no part stands out.
pub(super) fn growth(case: &Case<'_>) -> String {
    let Some(usual) = case.usual else { return String::new() };
    let part = |of: fn(&Turnout) -> &Names| {
        let (name, _) = of(&case.now.turnout).first()?;
        let part = added(case.now, usual, of, name)?;
        (part >= WORTH).then(|| format!("{name} is {:.0} % of what is new", part * 100.0))
    };
    let told: Vec<String> =
        [part(|t| &t.paths), part(|t| &t.agents)].into_iter().flatten().collect();
    if told.is_empty() { String::new() } else { format!("; {}", told.join(", ")) }
}

/// The busiest of these, in words.
pub(super) fn busiest(names: &Names, what: &str) -> String {
    names.first().map_or_else(|| format!("one {what}"), |(name, _)| format!("{what} {name}"))
}

/// The part that a name has in what is asked for more than usual, 0 to 1.
fn added(
    now: &PoolWindow,
    usual: &PoolWindow,
    of: fn(&Turnout) -> &Names,
    name: &Arc<str>,
) -> Option<f64> {
    let rate = |window: &PoolWindow, count: u64| count as f64 / window.length_s;
    let all = [now, usual].map(|window| rate(window, window.requests));
    let own = [now, usual].map(|window| rate(window, of(&window.turnout).requests(name)));
    let more = all[0] - all[1];
    let has_grown = all[1] > 0.0 && more > GROWN * all[1];
    has_grown.then(|| ((own[0] - own[1]) / more).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::{Case, Firewall};

    fn window(requests: u64, paths: &[(&str, u64)]) -> PoolWindow {
        let mut window = PoolWindow { length_s: 10.0, requests, ..PoolWindow::default() };
        window.turnout.paths = Ranking::of(paths.iter().map(|(name, n)| (Arc::from(*name), *n)));
        window
    }

    /// Goal: who reads why knows which path it is. Method: a crowd on a page that is usually asked
    /// for by few, and one that asks for everything alike.
    #[test]
    fn what_is_new_has_a_name() {
        let usual = window(1000, &[("/", 500), ("/search", 100)]);
        let check = |now: &PoolWindow, expected: &str| {
            let case = Case {
                now,
                latest: now,
                usual: Some(&usual),
                expected_rate: None,
                changes: &[],
                changes_known_s: 0.0,
                firewall: Firewall::default(),
                limits: None,
            };
            assert_eq!(growth(&case), expected);
        };
        let search = window(3000, &[("/", 700), ("/search", 1520)]);
        check(&search, "; /search is 71 % of what is new");
        check(&window(3000, &[("/", 600), ("/a", 300)]), "");
        check(&window(1100, &[("/search", 200)]), "");
        check(&window(3000, &[]), "");
        let busiest = |window: &PoolWindow| busiest(&window.turnout.paths, "path");
        assert_eq!(
            (busiest(&search), busiest(&window(9, &[]))),
            ("path /search".into(), "one path".into())
        );
    }
}
