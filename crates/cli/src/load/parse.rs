//! Reads what is written behind an option, or says what to write.

use std::time::Duration;

use config::{Span, UnitError};
use drill::{Method, Nat, Stage};

pub(super) use super::target::Url;

const DAY_S: u64 = 24 * 3600;

pub(super) fn url(text: &str) -> Result<Url, String> {
    Url::parse(text)
}

/// `500/s` or `500`.
pub(super) fn rate(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix("/s").unwrap_or(text);
    match number.trim().parse::<f64>() {
        Ok(rate) if (0.001..=1e6).contains(&rate) => Ok(rate),
        _ => Err("write requests per second from 0.001 to 1000000, as in 500/s".to_owned()),
    }
}

pub(super) fn time(text: &str) -> Result<Span, String> {
    let span: Span = text.parse().map_err(|error: UnitError| error.to_string())?;
    if span > Span::from_secs(7 * DAY_S) {
        return Err("write a time of at most 7d".to_owned());
    }
    Ok(span)
}

pub(super) fn timeout(text: &str) -> Result<Span, String> {
    let span = time(text)?;
    match (Span::from_millis(1)..=Span::from_secs(600)).contains(&span) {
        true => Ok(span),
        false => Err("write a time from 1ms to 10m".to_owned()),
    }
}

/// `500/s:30s`.
pub(super) fn stage(text: &str) -> Result<Stage, String> {
    const HOW: &str = "write a rate and a time, as in 500/s:30s";
    let (rate_text, length) = text.split_once(':').ok_or(HOW)?;
    let number = rate_text.strip_suffix("/s").unwrap_or(rate_text).trim();
    // Unlike a whole load, a stage may send nothing.
    let rate = if number == "0" { 0.0 } else { rate(rate_text)? };
    Ok(Stage { rate, duration: Duration::from(time(length)?) })
}

pub(super) fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (0.001..=1000.0).contains(&speed) => Ok(speed),
        _ => Err("write a number from 0.001 to 1000; 2 plays it in half of its time".to_owned()),
    }
}

/// `6:0.55` or `6:55%`.
pub(super) fn nat(text: &str) -> Result<Nat, String> {
    const HOW: &str = "write addresses and the part of the users behind them, as in 6:0.55";
    let (addresses, share) = text.split_once(':').ok_or(HOW)?;
    let addresses = addresses.parse().map_err(|_| HOW)?;
    let share = match share.strip_suffix('%') {
        Some(percent) => percent.parse::<f64>().map(|percent| percent / 100.0),
        None => share.parse(),
    };
    match share {
        Ok(share) if addresses > 0 && (0.0..=1.0).contains(&share) => Ok(Nat { addresses, share }),
        _ => Err(HOW.to_owned()),
    }
}

/// `/search` or `3:/search`.
pub(super) fn path(text: &str) -> Result<(f64, String), String> {
    const HOW: &str = "write a path that begins with a slash, or a weight before it: 3:/search";
    if text.starts_with('/') {
        return Ok((1.0, text.to_owned()));
    }
    let (weight, path) = text.split_once(':').ok_or(HOW)?;
    match weight.parse::<f64>() {
        Ok(weight) if (1e-6..=1e6).contains(&weight) && path.starts_with('/') => {
            Ok((weight, path.to_owned()))
        }
        _ => Err(HOW.to_owned()),
    }
}

pub(super) fn method(text: &str) -> Result<Method, String> {
    Method::from_bytes(text.as_bytes()).map_err(|_| "write a method, as in POST".to_owned())
}

pub(super) fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("write a name and a value, as in 'A: b'")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_is_read() {
        assert_eq!((rate("500/s"), rate("0.5")), (Ok(500.0), Ok(0.5)));
        let stage_of = |rate, s| Ok(Stage { rate, duration: Duration::from_secs(s) });
        assert_eq!(stage("500/s:30s"), stage_of(500.0, 30));
        assert_eq!(stage("0:1m"), stage_of(0.0, 60));
        assert_eq!(nat("6:0.55"), Ok(Nat { addresses: 6, share: 0.55 }));
        assert_eq!(nat("6:50%"), Ok(Nat { addresses: 6, share: 0.5 }));
        assert_eq!(path("/a:b"), Ok((1.0, "/a:b".to_owned())));
        assert_eq!(path("2.5:/a?b=c:d"), Ok((2.5, "/a?b=c:d".to_owned())));
        assert_eq!(header("A:  b: c "), Ok(("A".to_owned(), "b: c".to_owned())));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for bad in ["", "0", "-1", "NaN", "inf", "1e9", "500/m", "many"] {
            assert!(rate(bad).is_err(), "{bad}");
        }
        for bad in ["", "30", "8d", "-1s"] {
            assert!(time(bad).is_err(), "{bad}");
        }
        for bad in ["", "500", "500:30", ":30s", "x:1s", "-1:1s"] {
            assert!(stage(bad).is_err(), "{bad}");
        }
        for bad in ["", "6", "0:0.5", "6:1.5", "6:-1", "6:NaN", "x:0.5"] {
            assert!(nat(bad).is_err(), "{bad}");
        }
        for bad in ["", "a", "0:/a", "-1:/a", "NaN:/a", "1:a"] {
            assert!(path(bad).is_err(), "{bad}");
        }
        assert!(timeout("0s").is_err() && timeout("11m").is_err());
        assert!(speed("0").is_err() && speed("NaN").is_err() && header("a").is_err());
    }
}
