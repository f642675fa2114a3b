//! The text of a mail: plain, in UTF-8, in the thread of its alarm (RFC 5322, 2045, 2047).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use config::Email;
use ledger::rfc3339;

use super::deliver::Parcel;
use super::text;

/// Bytes of a subject: with its encoding it stays below the 76 characters of an encoded word.
const WORD_BYTES: usize = 45;
/// Characters of a subject.
const SUBJECT_MAX: usize = 150;
/// Bytes of the body in one line of 76 characters.
const LINE_BYTES: usize = 57;
/// Host of message names: they name an alarm, not a mailbox.
const HOST: &str = "evenkeel.invalid";

/// Head and body. The name is the same however often it is sent, so that it shows once.
pub(crate) fn bytes(to: &Email, parcel: &Parcel<'_>) -> String {
    let headline = text::headline(parcel.notice);
    let thread = format!("<{}@{HOST}>", parcel.notice.alarm.key);
    let head = [
        ("Date", date(parcel.now)),
        ("From", to.from.clone()),
        ("To", to.to.join(",\r\n ")),
        ("Subject", subject(&headline)),
        ("Message-ID", format!("<{}@{HOST}>", parcel.delivery)),
        ("In-Reply-To", thread.clone()),
        ("References", thread),
        ("MIME-Version", "1.0".to_owned()),
        ("Content-Type", "text/plain; charset=utf-8".to_owned()),
        ("Content-Transfer-Encoding", "base64".to_owned()),
    ];
    let mut message: String =
        head.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    message.push_str("\r\n");
    let body = format!("{headline}\n\n{}", text::body(parcel.notice, parcel.house));
    for line in body.replace('\n', "\r\n").as_bytes().chunks(LINE_BYTES) {
        message.push_str(&STANDARD.encode(line));
        message.push_str("\r\n");
    }
    message
}

/// Encoded words, so that no summary can add a line to the head.
fn subject(headline: &str) -> String {
    let mut words = vec![String::new()];
    for letter in headline.chars().take(SUBJECT_MAX) {
        let letter = if letter.is_control() { ' ' } else { letter };
        match words.last_mut() {
            Some(word) if word.len() + letter.len_utf8() <= WORD_BYTES => word.push(letter),
            _ => words.push(letter.into()),
        }
    }
    let encoded = words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word)));
    encoded.collect::<Vec<_>>().join("\r\n ")
}

/// `29 Feb 2024 12:34:56 +0000`; the day of the week may be left out.
fn date(at: f64) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = rfc3339(at);
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let month: usize = part(5..7).parse().unwrap_or(1);
    let month = MONTHS.get(month.saturating_sub(1)).copied().unwrap_or("Jan");
    format!("{} {month} {} {} +0000", part(8..10), part(0..4), part(11..19))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_stays_one_header() {
        let text = subject("fires: 12 %\r\nBcc: x@y.z \u{e4}\u{20ac}");
        let word = text.trim_start_matches("=?utf-8?B?").trim_end_matches("?=");
        let read = String::from_utf8(STANDARD.decode(word).unwrap()).unwrap();
        assert_eq!(read, "fires: 12 %  Bcc: x@y.z \u{e4}\u{20ac}");
        let long = subject(&"\u{20ac}".repeat(200));
        assert!(long.split("\r\n").all(|line| line.len() <= 76), "{long}");
    }

    #[test]
    fn dates_are_those_of_mail() {
        assert_eq!(date(1_709_210_096.5), "29 Feb 2024 12:34:56 +0000");
    }
}
