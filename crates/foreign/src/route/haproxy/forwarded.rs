//! `option forwardfor`: the client's address in a header, behind all rules of HTTP and before a
//! server is chosen.

use ipnet::IpNet;

use super::edits::{Edits, Names, Open, Part};
use super::pattern::network;
use super::reading::Reading;
use super::rulesets::told;
use super::seen::{Seen, Unknown};
use crate::haproxy::model::{Config, Proxy};
use crate::logs::Line;
use crate::route::decision::Doubt;

/// What a proxy says of it.
#[derive(Clone, Debug)]
pub(super) struct Forwarded {
    /// In lower case.
    header: String,
    /// Whether it is added beside one that is there.
    is_always: bool,
    /// Clients that it is not added for.
    except: Option<IpNet>,
    rule: u16,
    /// What is said of tests that come to see it.
    told: u16,
    no_address: u16,
    no_header: u16,
}

impl Forwarded {
    pub(super) fn parse(
        config: &Config,
        proxy: &Proxy,
        reading: &mut Reading<'_>,
    ) -> Option<Forwarded> {
        let option = proxy.settings.option("forwardfor").filter(|option| option.value.is_on)?;
        let (mut header, mut is_always, mut except) = ("x-forwarded-for".to_owned(), true, None);
        let mut words = option.value.arguments.iter();
        while let Some(word) = words.next() {
            match word.as_ref() {
                "header" => header = words.next()?.to_ascii_lowercase(),
                "except" => except = network(words.next()?),
                "if-none" => is_always = false,
                _ => {}
            }
        }
        let name = told(config, "option forwardfor", option.span);
        let no_header = format!("the log does not have the header `{header}`");
        Some(Forwarded {
            header,
            is_always,
            except,
            told: reading.texts.missing(format!("what it tests is changed before by {name}")),
            rule: reading.texts.rule(name),
            no_address: reading.texts.missing("the log does not have the client's address"),
            no_header: reading.texts.missing(no_header),
        })
    }
}

/// Adds what a frontend and a backend ask for: one header, by the backend's name where it has one.
pub(super) fn add(
    front: Option<&Forwarded>,
    back: Option<&Forwarded>,
    line: &Line<'_>,
    edits: &mut Edits,
) {
    let Some(named) = back.or(front) else { return };
    let both = || [front, back].into_iter().flatten();
    match added(named, both().any(|it| it.is_always), both(), Seen { line, edits }) {
        Ok(None) => {}
        Ok(Some(lines)) => edits.put_header(Names::One(named.header.clone()), lines),
        Err(missing) => {
            let open = Open { doubt: Doubt { rule: named.rule, missing }, told: named.told };
            edits.leave_header_open(Names::One(named.header.clone()), open);
        }
    }
}

/// The header's lines with the new one; `None` where none is added.
fn added<'f>(
    named: &Forwarded,
    is_always: bool,
    mut all: impl Iterator<Item = &'f Forwarded>,
    seen: Seen<'_>,
) -> Result<Option<Vec<Vec<u8>>>, u16> {
    let missing = |untold: u16| {
        move |unknown: Unknown| match unknown {
            Unknown::Untold => untold,
            Unknown::Changed(open) => open.told,
        }
    };
    seen.known(Part::Source).map_err(missing(named.no_address))?;
    let client = seen.line.client.ok_or(named.no_address)?;
    let is_of = |net: IpNet| net.contains(&client);
    if all.any(|one| one.except.is_some_and(is_of)) {
        return Ok(None);
    }
    let lines = seen.header(&named.header).map_err(missing(named.no_header))?;
    if !is_always && !lines.is_empty() {
        return Ok(None);
    }
    let address = client.to_string().into_bytes();
    Ok(Some(lines.into_iter().map(<[u8]>::to_vec).chain([address]).collect()))
}
