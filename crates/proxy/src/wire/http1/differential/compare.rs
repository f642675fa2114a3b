//! Holds the two readings of one connection against each other, message by message.

use std::collections::BTreeMap;

use super::lexer::{Lexed, lex};
use super::ours::{Ended, Meaning, Reading, read};
use super::reasons::{of_acceptance, of_body, of_head, of_parting};
use super::theirs::{Account, End, Served};

/// How often each class of outcome was met.
pub(super) type Tally = BTreeMap<String, u64>;

/// Compares what both made of `bytes`. `Err` says which difference has no reason.
pub(super) fn compare(bytes: &[u8], theirs: &Account, tally: &mut Tally) -> Result<(), String> {
    let mut rest = bytes;
    let mut served = theirs.served.iter();
    // Why the two may disagree on whether the connection goes on.
    let mut parting = None;
    loop {
        let their = served.next();
        let (meaning, payload, body, len, goes_on) = match read(rest) {
            Reading::Refused(fault) => {
                return refused(rest, fault.name(), (their, theirs.end), tally);
            }
            Reading::Waiting => return waiting((their, theirs.end), tally),
            Reading::Message { meaning, payload, body, len, goes_on } => {
                (meaning, payload, body, len, goes_on)
            }
        };
        let Some(their) = their else { return accepted_alone(rest, theirs.end, parting, tally) };
        let lexed = lex(rest).ok_or("hyper accepted what has no end of head")?;
        same_head(&lexed, &meaning, their)?;
        if !same_body(&lexed, (&payload, body), their, tally)? {
            return Ok(());
        }
        parting = of_parting(&lexed);
        if !goes_on {
            return closed(served.len(), parting, tally);
        }
        rest = &rest[len..];
    }
}

fn count(tally: &mut Tally, class: impl Into<String>) {
    *tally.entry(class.into()).or_default() += 1;
}

fn refused(
    rest: &[u8],
    fault: &str,
    (their, end): (Option<&Served>, End),
    tally: &mut Tally,
) -> Result<(), String> {
    if their.is_none() {
        count(tally, format!("refused by us, {}", end.name()));
        return Ok(());
    }
    let lexed = lex(rest).ok_or("hyper accepted what has no end of head")?;
    let reasons = of_head(&lexed);
    if reasons.is_empty() {
        return Err(format!("we refuse ({fault}) what hyper accepts, for no named reason"));
    }
    for reason in reasons {
        count(tally, format!("refused by us alone: {reason}"));
    }
    Ok(())
}

fn waiting((their, end): (Option<&Served>, End), tally: &mut Tally) -> Result<(), String> {
    match their {
        Some(_) => Err("we wait for more of a head that hyper accepts".to_owned()),
        None => {
            count(tally, format!("head not whole for us, {}", end.name()));
            Ok(())
        }
    }
}

fn accepted_alone(
    rest: &[u8],
    end: End,
    parting: Option<&str>,
    tally: &mut Tally,
) -> Result<(), String> {
    let reason = lex(rest).and_then(|lexed| of_acceptance(&lexed));
    match (end, reason, parting) {
        (End::Refused, Some(reason), _) => {
            count(tally, format!("accepted by us alone: {reason}"));
        }
        (End::Closed, _, Some(reason)) => count(tally, format!("closed by hyper alone: {reason}")),
        _ => return Err(format!("we accept what hyper does not ({end:?}), for no named reason")),
    }
    Ok(())
}

fn same_head(lexed: &Lexed<'_>, ours: &Meaning, their: &Served) -> Result<(), String> {
    let reasons = of_head(lexed);
    if !reasons.is_empty() {
        return Err(format!("we accept in spite of: {}", reasons.join(", ")));
    }
    let theirs = &their.meaning;
    let host = lexed.values("host").first().map(|host| String::from_utf8_lossy(host).into_owned());
    let mut expected = theirs.clone();
    expected.authority = theirs.authority.clone().or(host).or_else(|| Some(String::new()));
    // hyper's URI has no empty path; for OPTIONS an empty one means the server itself.
    let no_path = lexed.absolute().is_some_and(|(_, authority)| lexed.target.ends_with(authority));
    if no_path && theirs.method == "OPTIONS" {
        expected.target = "*".to_owned();
    }
    if *ours == expected {
        Ok(())
    } else {
        Err(format!("another meaning\nours:   {ours:?}\nhyper's: {expected:?}"))
    }
}

/// Whether both read a whole body and the same.
fn same_body(
    lexed: &Lexed<'_>,
    (payload, body): (&[u8], Ended),
    their: &Served,
    tally: &mut Tally,
) -> Result<bool, String> {
    let reasons = || of_body(lexed);
    match (body, &their.body) {
        (Ended::Whole, Ended::Whole) if *payload == their.payload => {
            if let [reason, ..] = reasons()[..] {
                return Err(format!("we accept a body in spite of: {reason}"));
            }
            count(tally, "accepted by both, same meaning");
            Ok(true)
        }
        (Ended::Open, Ended::Open) if *payload == their.payload => {
            count(tally, "accepted by both, body not whole");
            Ok(false)
        }
        (Ended::Broken, Ended::Broken) => {
            count(tally, "body refused by both");
            Ok(false)
        }
        (Ended::Broken, Ended::Open) => {
            // What hyper would have said of the rest is unknown; we already know.
            count(tally, "body refused by us, not whole for hyper");
            Ok(false)
        }
        (Ended::Broken, Ended::Whole) if !reasons().is_empty() => {
            for reason in reasons() {
                count(tally, format!("body refused by us alone: {reason}"));
            }
            Ok(false)
        }
        (ours, theirs) => Err(format!(
            "another body: ours {ours:?} {:?}, hyper's {theirs:?} {:?}",
            payload.escape_ascii().to_string(),
            their.payload.escape_ascii().to_string()
        )),
    }
}

/// Our side reads no further message: nor may hyper, without a reason.
fn closed(more: usize, parting: Option<&str>, tally: &mut Tally) -> Result<(), String> {
    match (more, parting) {
        (0, _) => count(tally, "closed by both"),
        (_, Some(reason)) => count(tally, format!("closed by us alone: {reason}")),
        _ => return Err(format!("we close, hyper serves {more} more")),
    }
    Ok(())
}
