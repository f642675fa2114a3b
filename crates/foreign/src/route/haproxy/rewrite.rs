//! Rules that change a request before its backend or its server is chosen.

use super::condition::Condition;
use super::edits::{Edits, Names, Open, Part};
use super::format::Format;
use super::normal::Normal;
use super::reading::Reading;
use super::replace;
use super::seen::{Seen, Unknown, split};
use super::setting::Setting;
use crate::haproxy::model::Rule;
use crate::logs::Line;
use crate::route::decision::Doubt;
use crate::route::expression::Expression;
use crate::route::truth::Truth;

/// A rule that changes a request.
#[derive(Clone, Debug)]
pub(super) struct Rewrite {
    condition: Condition,
    what: What,
    rule: u16,
    /// What is said of tests that come to see what it made.
    told: u16,
    /// What is missing where what it changes is not known itself.
    untold: u16,
}

#[derive(Clone, Debug)]
enum What {
    Target(Piece, Made),
    /// Which addresses it may give is not followed.
    Source(u16),
    SetHeader(String, Format),
    AddHeader(String, Format),
    DropHeaders(Names),
    ReplaceHeader(String, Expression, Format, Whole),
    /// Headers by names that are made, or by a way that is not known here.
    Headers(Names, u16),
    SetVariable(Setting),
    UnsetVariable(String),
}

/// What of a target is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Path,
    Query,
    Both,
}

/// What it is changed to.
#[derive(Clone, Debug)]
enum Made {
    Text(Format),
    Replaced(Expression, Format),
    Normal(Normal),
    Unknown(u16),
}

/// Whether a header's lines are replaced as a whole or value by value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whole {
    Line,
    Value,
}

impl Rewrite {
    /// `None` for a rule that changes nothing that is seen here.
    pub(super) fn parse(rule: &Rule, name: String, reading: &mut Reading<'_>) -> Option<Rewrite> {
        let what = match rule.keyword() {
            "http-request" => What::parse(rule, reading)?,
            "tcp-request" => What::parse_early(rule, reading)?,
            _ => return None,
        };
        let condition = Condition::parse(rule.condition.as_ref(), reading);
        let told = reading.texts.missing(format!("what it tests is changed before by {name}"));
        let untold = reading.texts.missing(what.untold());
        Some(Rewrite { condition, what, rule: reading.texts.rule(name), told, untold })
    }

    /// Does it to a request, if it is reached.
    pub(super) fn apply(&self, reached: Truth, line: &Line<'_>, edits: &mut Edits) {
        let seen = Seen { line, edits };
        match Truth::all([self.condition.holds(seen), reached].into_iter()) {
            Truth::Yes => self.act(line, edits),
            Truth::No => {}
            Truth::Unknown(missing) => self.leave_open(edits, self.open(missing)),
        }
    }

    fn open(&self, missing: u16) -> Open {
        Open { doubt: Doubt { rule: self.rule, missing }, told: self.told }
    }

    fn act(&self, line: &Line<'_>, edits: &mut Edits) {
        let seen = Seen { line, edits };
        let done = match &self.what {
            What::Target(piece, made) => {
                return match self.target(*piece, made, seen) {
                    Ok(None) => {}
                    Ok(Some(target)) => {
                        piece.parts().iter().for_each(|part| edits.close(*part));
                        edits.target = Some(target);
                    }
                    Err(missing) => self.leave_open(edits, self.open(missing)),
                };
            }
            What::Source(missing) | What::Headers(_, missing) => Err(*missing),
            What::SetHeader(name, format) => format
                .text(seen, b"")
                .map(|text| edits.put_header(Names::One(name.clone()), vec![text])),
            What::AddHeader(name, format) => self.added(name, format, seen).map(|lines| {
                edits.put_header(Names::One(name.clone()), lines);
            }),
            What::DropHeaders(names) => {
                edits.put_header(names.clone(), Vec::new());
                Ok(())
            }
            What::ReplaceHeader(name, expression, format, whole) => {
                match self.replaced(name, expression, format, *whole, seen) {
                    Ok(Some(lines)) => {
                        edits.put_header(Names::One(name.clone()), lines);
                        Ok(())
                    }
                    Ok(None) => Ok(()),
                    Err(missing) => Err(missing),
                }
            }
            What::SetVariable(setting) => match setting.value(seen) {
                Ok(Some(value)) => {
                    edits.set(&setting.name, Some(value));
                    Ok(())
                }
                Ok(None) => Ok(()),
                Err(missing) => Err(missing),
            },
            What::UnsetVariable(name) => {
                edits.set(name, None);
                Ok(())
            }
        };
        if let Err(missing) = done {
            self.leave_open(edits, self.open(missing));
        }
    }

    /// What it may have changed nobody knows to what.
    fn leave_open(&self, edits: &mut Edits, open: Open) {
        match &self.what {
            What::Target(piece, _) => {
                piece.parts().iter().for_each(|part| edits.leave_open(*part, open));
            }
            What::Source(_) => edits.leave_open(Part::Source, open),
            What::SetHeader(name, _) | What::AddHeader(name, _) | What::ReplaceHeader(name, ..) => {
                edits.leave_header_open(Names::One(name.clone()), open);
            }
            What::DropHeaders(names) | What::Headers(names, _) => {
                edits.leave_header_open(names.clone(), open);
            }
            What::SetVariable(Setting { name, .. }) | What::UnsetVariable(name) => {
                edits.leave_variable_open(name, open)
            }
        }
    }

    fn added(&self, name: &str, format: &Format, seen: Seen<'_>) -> Result<Vec<Vec<u8>>, u16> {
        let text = format.text(seen, b"")?;
        let lines = self.header(name, seen)?;
        Ok(lines.into_iter().map(<[u8]>::to_vec).chain([text]).collect())
    }

    /// `None` where nothing is replaced.
    fn replaced(
        &self,
        name: &str,
        expression: &Expression,
        format: &Format,
        whole: Whole,
        seen: Seen<'_>,
    ) -> Result<Option<Vec<Vec<u8>>>, u16> {
        let lines = self.header(name, seen)?;
        if lines.is_empty() {
            return Ok(None);
        }
        let text = format.text(seen, b"")?;
        let one = |value: &[u8]| replace::whole(value, expression, &text).ok_or(self.untold);
        let made = lines.into_iter().map(|line| match whole {
            Whole::Line => one(line),
            Whole::Value => {
                let values = line.split(|&byte| byte == b',').map(|value| one(value.trim_ascii()));
                Ok(values.collect::<Result<Vec<_>, u16>>()?.join(&b','))
            }
        });
        Ok(Some(made.collect::<Result<_, u16>>()?))
    }

    fn header<'s>(&self, name: &str, seen: Seen<'s>) -> Result<Vec<&'s [u8]>, u16> {
        seen.header(name).map_err(|unknown| self.missing(unknown))
    }

    fn missing(&self, unknown: Unknown) -> u16 {
        match unknown {
            Unknown::Untold => self.untold,
            Unknown::Changed(open) => open.told,
        }
    }

    /// The target after it; `None` where that is as before.
    fn target(&self, piece: Piece, made: &Made, seen: Seen<'_>) -> Result<Option<Vec<u8>>, u16> {
        let Some(target) = seen.target() else { return Ok(None) };
        let (path, query) = split(target);
        let old = || match piece {
            Piece::Path => seen.path(),
            Piece::Query => seen.query().map(|query| query.unwrap_or(b"")),
            Piece::Both => seen.whole(),
        };
        let made = match made {
            Made::Text(format) => format.text(seen, b"")?,
            Made::Replaced(expression, format) => {
                let text = format.text(seen, b"")?;
                let old = old().map_err(|unknown| self.missing(unknown))?;
                replace::whole(old, expression, &text).ok_or(self.untold)?
            }
            Made::Normal(normal) => {
                old().map_err(|unknown| self.missing(unknown))?;
                normal.target(path, query).ok_or(self.untold)?
            }
            Made::Unknown(missing) => return Err(*missing),
        };
        Ok(match (piece, query) {
            (Piece::Path, Some(query)) => Some([made.as_slice(), query].join(&b'?')),
            (Piece::Path, None) => Some(made),
            // A question mark that is there stays.
            (Piece::Query, None) if made.is_empty() => None,
            (Piece::Query, _) => Some([path, made.as_slice()].join(&b'?')),
            (Piece::Both, _) if made.starts_with(b"/") => Some(made),
            (Piece::Both, _) => return Err(self.untold),
        })
    }
}

impl What {
    /// What is missing where what it changes is not known.
    fn untold(&self) -> String {
        match self {
            What::AddHeader(name, _) | What::ReplaceHeader(name, ..) => {
                format!("the log does not have the header `{name}`")
            }
            _ => "what it makes of the target cannot be known".to_owned(),
        }
    }

    fn parse(rule: &Rule, reading: &mut Reading<'_>) -> Option<What> {
        let words: Vec<&str> = rule.words.iter().skip(2).map(|word| word.text.as_ref()).collect();
        let word = |at: usize| words.get(at).copied().unwrap_or("");
        let action = rule.action();
        if action.ends_with(')') {
            return What::variable(action, &words, reading);
        }
        let target = |piece: Piece, made: Made| Some(What::Target(piece, made));
        let name = word(0).to_ascii_lowercase();
        match action {
            "set-path" => target(Piece::Path, Made::Text(Format::parse(word(0), reading))),
            "set-query" => target(Piece::Query, Made::Text(Format::parse(word(0), reading))),
            "set-pathq" | "set-uri" => {
                target(Piece::Both, Made::Text(Format::parse(word(0), reading)))
            }
            "replace-path" => target(Piece::Path, Made::replaced(&words, reading)),
            "replace-pathq" | "replace-uri" => target(Piece::Both, Made::replaced(&words, reading)),
            "normalize-uri" => {
                let normal = Normal::parse(&words);
                let made = normal.map(Made::Normal);
                let unknown = || Made::Unknown(reading.not_imitated(&words.join(" ")));
                target(Piece::Both, made.unwrap_or_else(unknown))
            }
            "set-src" => Some(What::Source(reading.not_imitated(&words.concat()))),
            "set-header" => Some(What::SetHeader(name, Format::parse(word(1), reading))),
            "add-header" => Some(What::AddHeader(name, Format::parse(word(1), reading))),
            "del-header" => Some(What::dropped(&words, reading)),
            "replace-header" | "replace-value" => {
                let whole = if action == "replace-value" { Whole::Value } else { Whole::Line };
                Some(match Expression::new(word(1), false) {
                    Some(expression) => What::ReplaceHeader(
                        name,
                        expression,
                        Format::parse(word(2), reading),
                        whole,
                    ),
                    None => What::Headers(Names::One(name), reading.not_imitated(word(1))),
                })
            }
            _ => None,
        }
    }

    /// What can be changed before HTTP is read.
    fn parse_early(rule: &Rule, reading: &mut Reading<'_>) -> Option<What> {
        let words: Vec<&str> = rule.words.iter().skip(3).map(|word| word.text.as_ref()).collect();
        match rule.step() {
            "set-src" => Some(What::Source(reading.not_imitated(&words.concat()))),
            step => What::variable(step, &words, reading),
        }
    }

    fn variable(action: &str, words: &[&str], reading: &mut Reading<'_>) -> Option<What> {
        let (action, arguments) = action.strip_suffix(')')?.split_once('(')?;
        let name = arguments.split(',').next().unwrap_or(arguments).trim();
        let made = match action {
            "set-var" | "set-var-fmt" => {
                What::SetVariable(Setting::parse(action, arguments, words, reading))
            }
            "unset-var" => What::UnsetVariable(name.to_owned()),
            _ => return None,
        };
        reading.variables.insert(name.to_owned());
        Some(made)
    }

    /// `del-header name [-m method]`.
    fn dropped(words: &[&str], reading: &mut Reading<'_>) -> What {
        let text = words.first().copied().unwrap_or("").to_ascii_lowercase();
        let how = words.iter().skip_while(|word| **word != "-m").nth(1).copied();
        What::DropHeaders(match how {
            None | Some("str") => Names::One(text),
            Some("beg") => Names::Start(text),
            Some("end") => Names::End(text),
            Some("sub") => Names::Part(text),
            // Names have no case, whatever an expression says.
            Some(_) => match Expression::new(words.first().copied().unwrap_or(""), true) {
                Some(expression) => Names::Expression(expression),
                None => {
                    return What::Headers(Names::Start(String::new()), reading.not_imitated(&text));
                }
            },
        })
    }
}

impl Piece {
    fn parts(self) -> &'static [Part] {
        match self {
            Piece::Path => &[Part::Path],
            Piece::Query => &[Part::Query],
            Piece::Both => &[Part::Path, Part::Query],
        }
    }
}

impl Made {
    fn replaced(words: &[&str], reading: &mut Reading<'_>) -> Made {
        let word = |at: usize| words.get(at).copied().unwrap_or("");
        match Expression::new(word(0), false) {
            Some(expression) => Made::Replaced(expression, Format::parse(word(1), reading)),
            None => Made::Unknown(reading.not_imitated(word(0))),
        }
    }
}
