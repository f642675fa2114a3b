//! Variables in double quotes: `$NAME`, `${NAME}`, `${NAME-default}`, `${NAME[*]}`.

use super::environment::Environment;
use super::line::Text;

/// A variable as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Variable<'t> {
    pub(super) name: &'t [u8],
    /// What stands in its place when it is not set.
    pub(super) default: Option<&'t [u8]>,
    /// Whether spaces in its value separate words.
    pub(super) is_list: bool,
    /// How many bytes it takes, the dollar included.
    pub(super) length: usize,
}

/// A variable that HAProxy refuses, with the place behind the dollar.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Name(usize),
    List(usize),
    Brace,
}

/// Reads a variable. `rest` starts behind the dollar.
pub(super) fn read(rest: &[u8]) -> Result<Variable<'_>, Fault> {
    let braced = rest.first() == Some(&b'{');
    let begins = usize::from(braced);
    let name = name(rest.get(begins..).unwrap_or_default()).ok_or(Fault::Name(begins))?;
    let mut at = begins + name.len();
    let mut variable = Variable { name, default: None, is_list: false, length: 0 };
    if braced {
        if rest.get(at) == Some(&b'[') {
            let list = rest.get(at..at + 3);
            (list == Some(b"[*]")).then_some(()).ok_or(Fault::List(at))?;
            variable.is_list = true;
            at += 3;
        }
        if rest.get(at) == Some(&b'-') {
            let tail = rest.get(at + 1..).unwrap_or_default();
            let length = tail.iter().position(|&byte| byte == b'}').ok_or(Fault::Brace)?;
            variable.default = tail.get(..length);
            at += 1 + length;
        }
        (rest.get(at) == Some(&b'}')).then_some(()).ok_or(Fault::Brace)?;
        at += 1;
    }
    variable.length = at + 1;
    Ok(variable)
}

fn name(rest: &[u8]) -> Option<&[u8]> {
    let first = rest.first()?;
    if !(first.is_ascii_alphabetic() || matches!(first, b'_' | b'.')) {
        return None;
    }
    let tail = rest.get(1..).unwrap_or_default();
    let of_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    rest.get(..1 + tail.iter().take_while(of_name).count())
}

/// An address is not longer than that.
const ADDRESS_MAX: usize = 4096;

/// Fills in the variables of an address: there, they count outside quotes too, and what is not
/// well-formed stays as it is.
pub(crate) fn fill_address(text: &Text, environment: &Environment<'_>) -> Text {
    if !text.contains('$') {
        return text.clone();
    }
    let mut filled = String::new();
    let mut rest: &str = text;
    while let Some(at) = rest.find('$') {
        filled.push_str(rest.get(..at).unwrap_or_default());
        let tail = rest.get(at + 1..).unwrap_or_default();
        let Ok(variable) = read(tail.as_bytes()) else {
            filled.push('$');
            rest = tail;
            continue;
        };
        let value = environment.variable(&String::from_utf8_lossy(variable.name));
        let value = value.unwrap_or_default();
        if filled.len() + value.len() > ADDRESS_MAX || !environment.spend(value.len()) {
            return text.clone();
        }
        filled.push_str(&value);
        rest = rest.get(at + variable.length..).unwrap_or_default();
    }
    filled.push_str(rest);
    filled.into()
}
