//! Numbers as people read them: short, with units, of a steady width.

/// A count with commas between thousands.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A fraction in percent, to a tenth.
pub(crate) fn percent(fraction: f64) -> String {
    format!("{:.1}%", fraction * 100.0)
}

/// Events per second: a tenth matters only while they are few.
pub(crate) fn rate(per_s: f64) -> String {
    if per_s < 99.95 { format!("{per_s:.1}") } else { count(per_s.round() as u64) }
}

/// A latency to three digits; a dash for 0, which stands for no answers.
pub(crate) fn latency(seconds: f64) -> String {
    let ms = seconds * 1000.0;
    if ms.is_nan() || ms <= 0.0 {
        "-".to_owned()
    } else if ms < 9.995 {
        format!("{ms:.2} ms")
    } else if ms < 99.95 {
        format!("{ms:.1} ms")
    } else if ms < 999.5 {
        format!("{ms:.0} ms")
    } else {
        format!("{seconds:.2} s")
    }
}

/// A span of time in its two largest units.
pub(crate) fn span(seconds: f64) -> String {
    // Saturates: a clock set back gives 0.
    let seconds = seconds as u64;
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    if days > 0 {
        format!("{days} d {} h", hours % 24)
    } else if hours > 0 {
        format!("{hours} h {} min", minutes % 60)
    } else if minutes > 0 {
        format!("{minutes} min {} s", seconds % 60)
    } else {
        format!("{seconds} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Goal: numbers change their form where they should. Method: both sides of each limit.
    #[test]
    fn forms_of_numbers() {
        let check = |text: String, expected: &str| assert_eq!(text, expected);
        check(count(0), "0");
        check(count(999), "999");
        check(count(1000), "1,000");
        check(count(12_345_678), "12,345,678");
        check(percent(0.2005), "20.1%");
        check(rate(0.0), "0.0");
        check(rate(99.94), "99.9");
        check(rate(99.96), "100");
        check(rate(1234.5), "1,235");
        check(latency(0.0), "-");
        check(latency(0.000_45), "0.45 ms");
        check(latency(0.009_996), "10.0 ms");
        check(latency(0.0123), "12.3 ms");
        check(latency(0.123), "123 ms");
        check(latency(0.9996), "1.00 s");
        check(latency(12.0), "12.00 s");
        check(span(-3.0), "0 s");
        check(span(59.9), "59 s");
        check(span(61.0), "1 min 1 s");
        check(span(7380.0), "2 h 3 min");
        check(span(200_000.0), "2 d 7 h");
    }
}
