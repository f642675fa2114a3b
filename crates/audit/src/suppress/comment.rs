//! What one comment allows: `evenkeel: allow EKP104 until 2027-01-31 -- reason`.

use crate::day::Day;

/// What a comment allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Allowed {
    /// Numbers or names of rules.
    pub(super) rules: Vec<String>,
    pub(super) until: Option<Day>,
    pub(super) reason: String,
}

/// Reads the text of a comment after its `#`. `None` for one that does not speak to us.
///
/// # Errors
/// What is missing or wrong, for one that does.
pub(super) fn read(comment: &str) -> Option<Result<Allowed, String>> {
    let said = comment.trim_start().strip_prefix("evenkeel:")?;
    Some(allowed(said.trim()))
}

fn allowed(said: &str) -> Result<Allowed, String> {
    let Some(rest) = said.strip_prefix("allow").filter(|rest| rest.starts_with([' ', '\t'])) else {
        let word = said.split_whitespace().next().unwrap_or("");
        return Err(format!("`{word}` is not known here: a comment can `allow` a rule"));
    };
    let (what, reason) = rest.split_once("--").unwrap_or((rest, ""));
    let words = || what.split([' ', '\t', ',']).filter(|word| !word.is_empty());
    let rules: Vec<String> =
        words().take_while(|word| *word != "until").map(str::to_owned).collect();
    let until = match words().skip_while(|word| *word != "until").collect::<Vec<_>>().as_slice() {
        [] => None,
        [_, day] => {
            Some(day.parse().map_err(|()| format!("`{day}` is no day, such as `2027-01-31`"))?)
        }
        _ => return Err("after `until` stands one day, such as `2027-01-31`".to_owned()),
    };
    if rules.is_empty() {
        return Err("it names no rule".to_owned());
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Err("it gives no reason: write ` -- ` and why this is right here".to_owned());
    }
    Ok(Allowed { rules, until, reason: reason.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_a_day_and_a_reason() {
        let all = read(" evenkeel: allow EKP104, EKP101 until 2027-01-31 -- moved -- in spring");
        let all = all.unwrap().unwrap();
        assert_eq!(all.rules, ["EKP104", "EKP101"]);
        assert_eq!(all.until, Day::new(2027, 1, 31));
        assert_eq!(all.reason, "moved -- in spring");
        let short = read("evenkeel: allow EKP104 -- why").unwrap().unwrap();
        assert_eq!((short.until, short.reason.as_str()), (None, "why"));
    }

    #[test]
    fn what_is_missing_is_told() {
        let check = |comment: &str, told: &str| {
            let error = read(comment).unwrap().unwrap_err();
            assert!(error.contains(told), "{comment}: {error}");
        };
        check("evenkeel: allow EKP104", "no reason");
        check("evenkeel: allow EKP104 --  ", "no reason");
        check("evenkeel: allow -- why", "no rule");
        check("evenkeel: allow", "can `allow`");
        check("evenkeel: ignore EKP104 -- why", "`ignore`");
        check("evenkeel: allow EKP104 until May -- why", "`May`");
        check("evenkeel: allow EKP104 until -- why", "one day");
        assert_eq!(read(" evenkeel is a balancer"), None);
    }
}
