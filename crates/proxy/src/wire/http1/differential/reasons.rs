//! Why we may read a request differently from hyper: a closed list, each judged from the bytes.

use super::lexer::{Chunks, Lexed, chunks, digits};
use super::ours::LIMITS;

/// A difference that is meant.
pub(super) struct Reason {
    pub(super) name: &'static str,
    /// Where it is asked for, or what we decided.
    pub(super) source: &'static str,
    holds: fn(&Lexed<'_>) -> bool,
}

/// Heads that hyper accepts and we refuse, exactly when one of these holds.
pub(super) const HEAD: [Reason; 23] = [
    Reason {
        name: "empty lines before the request",
        source: "RFC 9112, 2.2: one may be ignored; we ignore one, if it ends in CR LF",
        holds: |lexed| !matches!(lexed.before, b"" | b"\r\n"),
    },
    Reason {
        name: "bare line feed",
        source: "RFC 9112, 2.2: may be taken for a line end; parsers that differ here are deceived",
        holds: |lexed| has_bare_lf(lexed.head),
    },
    Reason {
        name: "length and coding",
        source: "RFC 9112, 6.1: ought to be handled as an error",
        holds: |lexed| given(lexed, "content-length") && given(lexed, "transfer-encoding"),
    },
    Reason {
        name: "length twice",
        source: "RFC 9110, 8.6: must be rejected, or made one; we reject",
        holds: |lexed| lexed.values("content-length").len() > 1,
    },
    Reason {
        name: "length beyond 19 digits",
        source: "our limit: it must fit in 64 bits in every parser behind us",
        holds: |lexed| lexed.values("content-length").iter().any(|value| value.len() > 19),
    },
    Reason {
        name: "coding other than chunked",
        source: "RFC 9112, 6.1: what is not understood should be refused; we understand one",
        holds: |lexed| {
            let only = |value: &&[u8]| !value.eq_ignore_ascii_case(b"chunked");
            lexed.values("transfer-encoding").iter().any(only)
        },
    },
    Reason {
        name: "coding twice",
        source: "RFC 9112, 6.1: chunked must not be applied twice",
        holds: |lexed| lexed.values("transfer-encoding").len() > 1,
    },
    Reason {
        name: "no host",
        source: "RFC 9112, 3.2: must be answered with 400",
        holds: |lexed| lexed.is_1_1() && !given(lexed, "host"),
    },
    Reason {
        name: "host twice",
        source: "RFC 9112, 3.2: must be answered with 400",
        holds: |lexed| lexed.values("host").len() > 1,
    },
    Reason {
        name: "bad host",
        source: "RFC 9112, 3.2: must be answered with 400; we route by it, so empty is bad as well",
        holds: |lexed| lexed.values("host").iter().any(|host| !is_authority(host)),
    },
    Reason {
        name: "host unlike the target's",
        source: "RFC 9112, 3.2.2: the target's must win; we refuse what could deceive a filter",
        holds: |lexed| {
            let Some((_, authority)) = lexed.absolute() else { return false };
            lexed.values("host").iter().any(|host| !host.eq_ignore_ascii_case(authority))
        },
    },
    Reason {
        name: "fragment",
        source: "RFC 9112, 3.2: no form of target has one",
        holds: |lexed| lexed.target.contains(&b'#'),
    },
    Reason {
        name: "target not ASCII",
        source: "RFC 3986, 2: a URI is made of ASCII characters",
        holds: |lexed| !lexed.target.is_ascii(),
    },
    Reason {
        name: "path that begins with two slashes",
        source: "our decision: where it is taken for a reference, what follows is a host",
        holds: |lexed| {
            let target = lexed.target;
            let authority = lexed.absolute().map(|(scheme, host)| scheme.len() + 3 + host.len());
            target[authority.unwrap_or(0)..].starts_with(b"//")
        },
    },
    Reason {
        name: "asterisk",
        source: "RFC 9112, 3.2.4: the form is for OPTIONS only",
        holds: |lexed| lexed.target == b"*" && lexed.method != b"OPTIONS",
    },
    Reason {
        name: "authority as target",
        source: "RFC 9112, 3.2.3: the form is for CONNECT only",
        holds: |lexed| {
            let other_form = lexed.target.starts_with(b"/") || lexed.target == b"*";
            !other_form && lexed.absolute().is_none() && lexed.method != b"CONNECT"
        },
    },
    Reason {
        name: "scheme other than http and https",
        source: "our decision: we speak no other protocol on anybody's behalf",
        holds: |lexed| {
            let known: [&[u8]; 2] = [b"http", b"https"];
            let absolute = lexed.absolute();
            absolute
                .is_some_and(|(scheme, _)| !known.iter().any(|k| scheme.eq_ignore_ascii_case(k)))
        },
    },
    Reason {
        name: "bad host in the target",
        source: "RFC 9110, 4.2.4: user information in a reference should be treated as an error",
        holds: |lexed| lexed.absolute().is_some_and(|(_, authority)| !is_authority(authority)),
    },
    Reason {
        name: "CONNECT",
        source: "our decision: refused unless the listener allows it",
        holds: |lexed| lexed.method == b"CONNECT",
    },
    Reason {
        name: "expectation other than 100-continue",
        source: "RFC 9110, 10.1.1: may be answered with 417",
        holds: |lexed| {
            let known = |value: &&[u8]| value.eq_ignore_ascii_case(b"100-continue");
            !lexed.values("expect").iter().all(known)
        },
    },
    Reason {
        name: "protocol not text",
        source: "RFC 9110, 7.8: protocol names are tokens",
        holds: |lexed| lexed.values("upgrade").iter().any(|to| std::str::from_utf8(to).is_err()),
    },
    Reason {
        name: "too many fields",
        source: "our limit, answered with 431",
        holds: |lexed| lexed.fields.len() > LIMITS.fields,
    },
    Reason {
        name: "head too large",
        source: "our limit, answered with 414 or 431",
        holds: |lexed| lexed.head.len() > LIMITS.bytes,
    },
];

/// Heads that hyper may refuse and we accept.
pub(super) const ACCEPTANCE: [Reason; 2] = [
    Reason {
        name: "character outside of RFC 3986 in the target",
        source: "our decision: browsers send some, they part nothing, they pass as they are",
        holds: |lexed| lexed.target.iter().any(|b| b"\"<>\\^`{|}".contains(b)),
    },
    Reason {
        name: "percent sign in the target's host",
        source: "RFC 3986, 3.2.2: names may be percent-encoded; hyper's URI knows none",
        holds: |lexed| lexed.absolute().is_some_and(|(_, host)| host.contains(&b'%')),
    },
];

/// Heads after which one of us may close the connection and the other not.
pub(super) const PARTING: [Reason; 1] = [Reason {
    name: "connection options that are not ASCII",
    source: "RFC 9110, 7.6.1: they are tokens; hyper passes over the field, we over the member",
    holds: |lexed| lexed.values("connection").iter().any(|value| !value.is_ascii()),
}];

/// A difference in a chunked body that is meant.
pub(super) struct BodyReason {
    pub(super) name: &'static str,
    pub(super) source: &'static str,
    holds: fn(&Chunks<'_>) -> bool,
}

/// Chunked bodies that hyper accepts and we refuse, exactly when one of these holds. Our limit
/// on a chunk's size is not among them: hyper accepts such a chunk only once it is whole.
pub(super) const BODY: [BodyReason; 6] = [
    BodyReason {
        name: "white space after a chunk's size",
        source: "RFC 9112, 7.1: the size is followed by an extension or by CR LF",
        holds: |cut| cut.openings.iter().any(|line| rest(line).starts_with(b" ") || tabbed(line)),
    },
    BodyReason {
        name: "chunk size beyond 16 digits",
        source: "RFC 9112, 7.1: recipients must anticipate large numerals; we stop at 64 bits",
        holds: |cut| cut.openings.iter().any(|line| digits(line).len() > 16),
    },
    BodyReason {
        name: "control character in a chunk extension",
        source: "RFC 9112, 7.1.1: extensions are made of tokens and quoted strings",
        holds: |cut| {
            let control = |b: &u8| (*b < 0x20 && *b != b'\t') || *b == 0x7f;
            cut.openings.iter().any(|line| rest(line).iter().any(control))
        },
    },
    BodyReason {
        name: "chunk extension beyond 4 KiB",
        source: "RFC 9112, 7.1.1: their total length ought to be limited",
        holds: |cut| cut.openings.iter().any(|line| rest(line).len() > 4097),
    },
    BodyReason {
        name: "bare line feed in a trailer",
        source: "RFC 9112, 2.2, as in a head",
        holds: |cut| has_bare_lf(cut.trailer),
    },
    BodyReason {
        name: "trailer beyond 32 fields or 8 KiB",
        source: "our limit",
        holds: |cut| {
            let lines = cut.trailer.iter().filter(|&&b| b == b'\n').count();
            lines > 33 || cut.trailer.len() > 8192 + 2
        },
    },
];

/// The reasons for which we should refuse this head.
pub(super) fn of_head(lexed: &Lexed<'_>) -> Vec<&'static str> {
    HEAD.iter().filter(|reason| (reason.holds)(lexed)).map(|reason| reason.name).collect()
}

/// The reasons for which we should refuse the body that follows this head.
pub(super) fn of_body(lexed: &Lexed<'_>) -> Vec<&'static str> {
    if !given(lexed, "transfer-encoding") {
        return Vec::new();
    }
    let cut = chunks(lexed.after);
    BODY.iter().filter(|reason| (reason.holds)(&cut)).map(|reason| reason.name).collect()
}

/// Why hyper may refuse a head that we accept.
pub(super) fn of_acceptance(lexed: &Lexed<'_>) -> Option<&'static str> {
    ACCEPTANCE.iter().find(|reason| (reason.holds)(lexed)).map(|reason| reason.name)
}

/// Why one of us may close the connection after this head and the other not.
pub(super) fn of_parting(lexed: &Lexed<'_>) -> Option<&'static str> {
    PARTING.iter().find(|reason| (reason.holds)(lexed)).map(|reason| reason.name)
}

fn given(lexed: &Lexed<'_>, name: &str) -> bool {
    !lexed.values(name).is_empty()
}

fn has_bare_lf(bytes: &[u8]) -> bool {
    (0..bytes.len()).any(|at| bytes[at] == b'\n' && (at == 0 || bytes[at - 1] != b'\r'))
}

/// What follows a chunk's size.
fn rest<'b>(opening: &&'b [u8]) -> &'b [u8] {
    &opening[digits(opening).len()..]
}

fn tabbed(opening: &&[u8]) -> bool {
    rest(opening).starts_with(b"\t")
}

/// `uri-host [ ":" port ]` (RFC 9110, 7.2), not empty: a name, or an address in brackets.
fn is_authority(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let port_is_fine = |port: &str| {
        port.is_empty()
            || port.strip_prefix(':').is_some_and(|digits| {
                digits.len() <= 5 && digits.chars().all(|c| c.is_ascii_digit())
            })
    };
    if let Some(inside) = text.strip_prefix('[') {
        let Some((address, port)) = inside.split_once(']') else { return false };
        let in_address = |c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.');
        return !address.is_empty() && address.chars().all(in_address) && port_is_fine(port);
    }
    let (name, port) = text.split_at(text.find(':').unwrap_or(text.len()));
    let in_name = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=%".contains(c);
    !name.is_empty() && name.chars().all(in_name) && port_is_fine(port)
}
