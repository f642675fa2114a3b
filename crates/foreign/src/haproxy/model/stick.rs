//! Stick tables, and what is kept in them and looked up.

use super::args::Args;
use super::rules::{Condition, condition};
use super::values::Unit;
use crate::Span;
use crate::haproxy::syntax::{Text, Word};
use crate::placed::Placed;

/// `stick-table`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StickTable {
    /// What its keys are.
    pub key: TableType,
    /// So many bytes of a key, where it is a text or bytes.
    pub key_bytes: Option<u64>,
    /// So many entries.
    pub size: u64,
    /// After how long an entry is dropped, in milliseconds; `None`: never.
    pub expire_ms: Option<u64>,
    /// A full table takes no more entries, instead of dropping the oldest.
    pub nopurge: bool,
    /// What is stored beside the server, as it is written.
    pub store: Vec<Text>,
    /// The section of processes that share it.
    pub peers: Option<Text>,
    /// The table that its updates are written to.
    pub write_to: Option<Text>,
    /// Whether servers are kept by address instead of by name.
    pub by_address: bool,
}

/// What the keys of a table are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableType {
    /// Addresses of IPv4.
    Ip,
    /// Addresses of IPv6.
    Ipv6,
    /// Numbers of 32 bits.
    Integer,
    /// Texts.
    String,
    /// Bytes.
    Binary,
    /// A type that is not known here.
    Other(Text),
}

/// `stick on`, `stick match` and `stick store-…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StickRule {
    /// When it is used.
    pub action: StickAction,
    /// What is fetched.
    pub expression: Text,
    /// Another proxy's table.
    pub table: Option<Text>,
    /// When alone.
    pub condition: Option<Condition>,
    /// The line.
    pub span: Span,
}

/// When a rule of stickiness is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StickAction {
    /// Looked up, and stored with the request.
    On,
    /// Looked up.
    Match,
    /// Stored with the request.
    StoreRequest,
    /// Stored with the response.
    StoreResponse,
}

/// Reads the words behind `stick-table`, or behind the name of a peers' table.
pub(super) fn read_table(args: &mut Args<'_, '_, '_>) -> Option<Placed<StickTable>> {
    let mut table = StickTable {
        key: TableType::Ip,
        key_bytes: None,
        size: 0,
        expire_ms: None,
        nopurge: false,
        store: Vec::new(),
        peers: None,
        write_to: None,
        by_address: false,
    };
    let mut has_type = false;
    while let Some(word) = args.next() {
        match word.text.as_ref() {
            "type" => {
                read_type(&mut table, args)?;
                has_type = true;
            }
            _ => option(&mut table, word, args)?,
        }
    }
    if !has_type {
        args.fail_line("a table without a type", "`type ip`, or another one");
    }
    if table.size == 0 {
        args.fail_line("a table without a size", "`size 100k`, or another one");
    }
    Some(Placed::new(table, args.line))
}

fn read_type(table: &mut StickTable, args: &mut Args<'_, '_, '_>) -> Option<()> {
    let word = args.word("a type")?;
    table.key = match word.text.as_ref() {
        "ip" | "ipv4" => TableType::Ip,
        "ipv6" => TableType::Ipv6,
        "integer" => TableType::Integer,
        "string" => TableType::String,
        "binary" => TableType::Binary,
        _ => {
            args.unknown(word);
            TableType::Other(word.text.clone())
        }
    };
    if args.take("len") {
        table.key_bytes = args.number(1, i64::from(i32::MAX), "a number of bytes");
    }
    Some(())
}

fn option(table: &mut StickTable, word: &Word, args: &mut Args<'_, '_, '_>) -> Option<()> {
    match word.text.as_ref() {
        "size" => table.size = args.size()?,
        "expire" => table.expire_ms = Some(args.time_ms(Unit::Milliseconds)?),
        "nopurge" => table.nopurge = true,
        "store" => table.store.extend(stored(&args.text("what is stored")?)),
        "peers" => table.peers = Some(args.text("a section of peers")?),
        "write-to" => table.write_to = Some(args.text("a table")?),
        "srvkey" => table.by_address = args.one_of(&[("name", false), ("addr", true)])?,
        "recv-only" => {}
        "brates-factor" => drop(args.size()?),
        _ => args.unknown(word),
    }
    Some(())
}

/// What a list names: commas in parentheses do not separate.
fn stored(list: &str) -> Vec<Text> {
    let mut depth = 0_usize;
    let parts = list.split(|letter: char| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    });
    parts.filter(|part| !part.is_empty()).map(Text::from).collect()
}

/// Reads the words behind `stick`.
pub(super) fn read_rule(args: &mut Args<'_, '_, '_>) -> Option<StickRule> {
    let action = args.one_of(&[
        ("on", StickAction::On),
        ("match", StickAction::Match),
        ("store-request", StickAction::StoreRequest),
        ("store-response", StickAction::StoreResponse),
        ("store", StickAction::StoreRequest),
    ])?;
    // Converters may stand behind the expression, as words of their own.
    let mut expression = args.text("what is to be fetched")?.to_string();
    while !matches!(args.peek_text(), "" | "table" | "if" | "unless") {
        let more = args.next().map_or("", |word| &word.text);
        let comma = if expression.ends_with(',') || more.starts_with(',') { "" } else { "," };
        expression.extend([comma, more]);
    }
    let table = match args.take("table") {
        true => Some(args.text("a table")?),
        false => None,
    };
    let condition = condition(args);
    Some(StickRule { action, expression: expression.into(), table, condition, span: args.line })
}
