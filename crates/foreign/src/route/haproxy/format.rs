//! Texts that are made of samples: names of backends, headers, paths.

use super::reading::Reading;
use super::sample::Sampling;
use super::seen::Seen;

/// Texts and samples, one behind the other.
#[derive(Clone, Debug)]
pub(super) struct Format(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Sample(Sampling),
    Unknown(u16),
}

impl Format {
    pub(super) fn parse(text: &str, reading: &mut Reading<'_>) -> Format {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, behind)) = rest.split_once('%') {
            parts.extend((!before.is_empty()).then(|| Part::Text(before.to_owned())));
            if let Some(behind) = behind.strip_prefix('%') {
                parts.push(Part::Text("%".to_owned()));
                rest = behind;
                continue;
            }
            match behind.strip_prefix('[').and_then(inside) {
                Some((expression, behind)) => {
                    parts.push(match Sampling::parse(expression, reading) {
                        Ok(sampling) => Part::Sample(sampling),
                        Err(missing) => Part::Unknown(missing),
                    });
                    rest = behind;
                }
                None => {
                    let is_letter = |letter: char| letter.is_ascii_alphabetic();
                    let name = behind.trim_start_matches(is_letter);
                    let (name, behind) = behind.split_at(behind.len() - name.len());
                    // Of the names that logs have for samples, the client's address.
                    let sampling = (name == "ci").then(|| Sampling::parse("src", reading));
                    parts.push(match sampling {
                        Some(Ok(sampling)) => Part::Sample(sampling),
                        _ => {
                            let what = if name.is_empty() { behind } else { name };
                            Part::Unknown(reading.not_imitated(&format!("%{what}")))
                        }
                    });
                    rest = behind;
                }
            }
        }
        parts.extend((!rest.is_empty()).then(|| Part::Text(rest.to_owned())));
        Format(parts)
    }

    /// The text; what is missing, where the log does not tell. What was not found is written so.
    pub(super) fn text(&self, seen: Seen<'_>, absent: &[u8]) -> Result<Vec<u8>, u16> {
        let mut text = Vec::new();
        for part in &self.0 {
            match part {
                Part::Text(plain) => text.extend_from_slice(plain.as_bytes()),
                Part::Unknown(missing) => return Err(*missing),
                Part::Sample(sampling) => match sampling.one(seen)? {
                    Some(sample) => text.extend_from_slice(&sample.text()),
                    None => text.extend_from_slice(absent),
                },
            }
        }
        Ok(text)
    }
}

/// What stands before the bracket that ends it, and what follows.
fn inside(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_u32;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ']' if depth == 0 => return Some((text.get(..at)?, text.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}
