//! Which header fields belong to one connection, to the balancer, or to everybody.

/// What to do with a request's field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// Passed on.
    EndToEnd,
    /// Belongs to this connection (RFC 9110, section 7.6.1); never passed on.
    HopByHop,
    Connection,
    ContentLength,
    TransferEncoding,
    Host,
    Expect,
    Upgrade,
    Cookie,
    ForwardedFor,
    ForwardedProto,
    ForwardedHost,
    /// Any other `X-Forwarded-*`: servers believe them as they believe the three above.
    ForwardedOther,
    Forwarded,
    /// Names that endpoints take for the balancer's word. It sets some of them and never sets
    /// `X-Real-IP`; whoever else sends one in a request means to deceive the endpoint.
    Ours,
}

/// Classifies a request's field by its name, whatever its case.
///
/// A name with underscores counts as the one with dashes where that one is special: many
/// servers (CGI, WSGI) cannot tell them apart.
pub(crate) fn classify(name: &str) -> Field {
    // Length and first letter tell that most fields are none of those that are looked for.
    let first = name.as_bytes().first().map_or(0, u8::to_ascii_lowercase);
    match (name.len(), first) {
        (2 | 17, b't')
        | (4 | 14, b'h')
        | (6 | 10 | 14, b'c')
        | (6, b'e')
        | (7, b'u')
        | (9, b'f')
        | (10, b'k')
        | (16, b'p')
        | (9 | 12.., b'x') => look_up(name),
        _ => Field::EndToEnd,
    }
}

fn look_up(name: &str) -> Field {
    let bytes = name.as_bytes();
    match bytes.len() {
        2 if is(name, "te") => Field::HopByHop,
        4 if is(name, "host") => Field::Host,
        6 if is(name, "cookie") => Field::Cookie,
        6 if is(name, "expect") => Field::Expect,
        7 if is(name, "upgrade") => Field::Upgrade,
        9 if is(name, "forwarded") => Field::Forwarded,
        9 if is(name, "x-real-ip") => Field::Ours,
        10 if is(name, "connection") => Field::Connection,
        10 if is(name, "keep-alive") => Field::HopByHop,
        14 if is(name, "content-length") => Field::ContentLength,
        14 if is(name, "http2-settings") => Field::HopByHop,
        15 if is(name, "x-forwarded-for") => Field::ForwardedFor,
        16 if is(name, "x-forwarded-host") => Field::ForwardedHost,
        16 if is(name, "proxy-connection") => Field::HopByHop,
        17 if is(name, "x-forwarded-proto") => Field::ForwardedProto,
        17 if is(name, "transfer-encoding") => Field::TransferEncoding,
        19 if is(name, "x-previous-endpoint") => Field::Ours,
        n if n > 11 && is(&name[..11], "x-evenkeel-") => Field::Ours,
        n if n > 12 && is(&name[..12], "x-forwarded-") => Field::ForwardedOther,
        _ if bytes.contains(&b'_') => confusable(name),
        _ => Field::EndToEnd,
    }
}

/// A name with underscores: refused a passage where its dashed twin has a meaning here.
fn confusable(name: &str) -> Field {
    match look_up(&name.replace('_', "-")) {
        Field::EndToEnd | Field::Expect | Field::Cookie => Field::EndToEnd,
        _ => Field::Ours,
    }
}

/// Case-insensitive equality; `lower` is lower case and of the same length.
fn is(name: &str, lower: &str) -> bool {
    name.eq_ignore_ascii_case(lower)
}

/// Whether `Connection: name` may take the field out of a request. What security or framing
/// rests on is passed on whatever a client lists.
pub(crate) fn may_be_listed(name: &str) -> bool {
    const KEPT: [&str; 8] = [
        "authorization",
        "cookie",
        "set-cookie",
        "cache-control",
        "content-type",
        "content-encoding",
        "date",
        "origin",
    ];
    classify(name) == Field::EndToEnd && !KEPT.iter().any(|kept| name.eq_ignore_ascii_case(kept))
}

/// Whether some `Connection` among `fields` lists `name`.
pub(crate) fn are_listed(fields: &[httparse::Header<'_>], name: &str) -> bool {
    fields.iter().filter(|field| classify(field.name) == Field::Connection).any(|field| {
        members(field.value).any(|member| member.eq_ignore_ascii_case(name.as_bytes()))
    })
}

/// Whether a field may stand in a trailer section.
pub(crate) fn may_trail(name: &str) -> bool {
    const NEVER: [&str; 11] = [
        "authorization",
        "cache-control",
        "content-encoding",
        "content-range",
        "content-type",
        "max-forwards",
        "range",
        "set-cookie",
        "trailer",
        "vary",
        "www-authenticate",
    ];
    classify(name) == Field::EndToEnd && !NEVER.iter().any(|never| name.eq_ignore_ascii_case(never))
}

/// The members of a comma-separated list, without the white space around them.
pub(crate) fn members(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|&b| b == b',').map(<[u8]>::trim_ascii).filter(|m| !m.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_classified_whatever_their_case() {
        for (name, expected) in [
            ("HOST", Field::Host),
            ("Transfer-Encoding", Field::TransferEncoding),
            ("transfer_encoding", Field::Ours),
            ("X_Forwarded_For", Field::Ours),
            ("x-evenkeel-error", Field::Ours),
            ("X-Evenkeel_Anything", Field::Ours),
            ("X-Forwarded-Port", Field::ForwardedOther),
            ("X-Forwarded-Prefix", Field::ForwardedOther),
            ("X_Forwarded_Prefix", Field::Ours),
            ("x-forwarded", Field::EndToEnd),
            ("x_custom", Field::EndToEnd),
            ("x-evenkeel", Field::EndToEnd),
            ("Accept", Field::EndToEnd),
        ] {
            assert_eq!(classify(name), expected, "{name}");
        }
    }

    /// Goal: the first look passes nothing by that is looked for. Method: every name that is
    /// told from others, in three spellings.
    #[test]
    fn the_first_look_is_no_other() {
        let names = "te host cookie expect upgrade forwarded x-real-ip connection keep-alive \
                     content-length http2-settings x-forwarded-for x-forwarded-host \
                     proxy-connection x-forwarded-proto transfer-encoding x-previous-endpoint \
                     x-evenkeel-a x-forwarded-a";
        for name in names.split_whitespace() {
            for spelling in [name.to_owned(), name.to_uppercase(), name.replace('-', "_")] {
                assert_eq!(classify(&spelling), look_up(&spelling), "{spelling}");
            }
            assert_ne!(classify(name), Field::EndToEnd, "{name}");
        }
    }

    #[test]
    fn connection_cannot_take_out_what_matters() {
        assert!(may_be_listed("x-custom"));
        for name in ["Host", "content-length", "Cookie", "x-forwarded-for", "Authorization"] {
            assert!(!may_be_listed(name), "{name}");
        }
    }
}
