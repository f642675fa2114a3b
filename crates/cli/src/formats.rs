//! The formats of access logs that a configuration defines.

use audit::predict::read_named;
use audit::{Parsed, Subject};
use foreign::Placed;
use foreign::envoy::model::FormatSource;
use foreign::haproxy::SectionKind;
use foreign::haproxy::model::{Proxy, Section};
use foreign::logs::{Captures, Format, NginxEscape};
use foreign::{envoy, haproxy, nginx};

/// All of them, as they stand in it.
pub(crate) fn of(subject: &Subject) -> Vec<Format> {
    match &subject.parsed {
        Parsed::Nginx(config) => of_nginx(config),
        Parsed::Haproxy(config) => of_haproxy(config),
        Parsed::Envoy(configs) => of_envoy(subject, configs),
        Parsed::Evenkeel(_) => Vec::new(),
    }
}

/// Formats that are not in the file and cannot be read from where they are, in a sentence each.
pub(crate) fn unread(subject: &Subject) -> Vec<String> {
    let Parsed::Envoy(configs) = &subject.parsed else { return Vec::new() };
    let told = |source: &Placed<FormatSource>| {
        let what = match &source.value {
            FormatSource::File(name) if read_named(subject, name).is_none() => {
                format!("the file `{name}`, which is not here")
            }
            FormatSource::File(_) => return None,
            FormatSource::Other(field) => format!("`{field}`, which is not read"),
        };
        let place = subject.sources().place(source.span);
        let (file, line) = (place.file, place.line);
        Some(format!("{file}:{line}: the format of this log is in {what}"))
    };
    sources(configs).filter_map(told).collect()
}

fn sources(configs: &[envoy::model::Config]) -> impl Iterator<Item = &Placed<FormatSource>> {
    configs.iter().flat_map(|config| &config.listeners).flat_map(|it| &it.format_sources)
}

fn of_envoy(subject: &Subject, configs: &[envoy::model::Config]) -> Vec<Format> {
    let listeners = configs.iter().flat_map(|config| &config.listeners);
    let here = listeners.flat_map(|it| &it.log_formats).map(|format| format.value.clone());
    let named = sources(configs).filter_map(|source| match &source.value {
        FormatSource::File(name) => read_named(subject, name).map(Format::EnvoyFormat),
        FormatSource::Other(_) => None,
    });
    here.chain(named).collect()
}

fn of_nginx(config: &nginx::model::Config) -> Vec<Format> {
    let formats = config.log_formats.iter().map(|format| {
        let escape = match format.escape.as_deref() {
            Some("json") => NginxEscape::Json,
            Some("none") => NginxEscape::None,
            _ => NginxEscape::Default,
        };
        Format::Nginx(format.text.value.clone(), escape)
    });
    formats.collect()
}

/// Of each proxy that takes requests: its format, or else one of `defaults`, or else the usual one;
/// each with the headers that the proxy captures, of which the log has the values alone.
fn of_haproxy(config: &haproxy::Config) -> Vec<Format> {
    let of = |kind| config.sections_of(kind);
    let text = |section: &Section| {
        let said = section.statements.iter().rfind(|line| line.keyword() == "log-format")?;
        said.words.get(1).map(|word| word.text.to_string())
    };
    let usual: Vec<String> = of(SectionKind::Defaults).filter_map(text).collect();
    let mut formats = Vec::new();
    for section in of(SectionKind::Frontend).chain(of(SectionKind::Listen)) {
        let captures = captures(section);
        let own: Vec<String> = text(section).map_or_else(|| usual.clone(), |own| vec![own]);
        for text in own {
            formats.push(Format::HaproxyFormat(text, captures.clone()));
        }
        if captures != Captures::default() {
            formats.push(Format::Haproxy(captures));
        }
    }
    let is_common = |proxy: &&Proxy| {
        let said = proxy.settings.option("httplog").map(|said| &said.value);
        said.is_some_and(|said| said.is_on && said.arguments.iter().any(|word| &**word == "clf"))
    };
    for proxy in config.frontends().filter(is_common) {
        let captures = config.sections.get(proxy.section).map(captures).unwrap_or_default();
        formats.push(clf(captures));
    }
    formats
}

/// `option httplog clf`, which has each captured value in quotes of its own at the end.
fn clf(captures: Captures) -> Format {
    let mut text =
        "%ci - - [%trg] \"%r\" %ST %B \"\" \"\" %cp %ms \"%ft\" \"%b\" \"%s\" %TR %Tw %Tc \
                    %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq \"%CC\" \"%CS\""
            .to_owned();
    for (kind, names) in [("req", &captures.request), ("res", &captures.response)] {
        // A space stands before each list, be it empty.
        let values = (0..names.len()).map(|at| format!("\"%[capture.{kind}.hdr({at})]\""));
        text += &format!(" {}", values.collect::<Vec<_>>().join(" "));
    }
    Format::HaproxyFormat(text, captures)
}

fn captures(section: &Section) -> Captures {
    let mut captures = Captures::default();
    for line in &section.statements {
        let words: Vec<&str> = line.words.iter().map(|word| &*word.text).collect();
        match words.as_slice() {
            ["capture", "request", "header", name, ..] => captures.request.push((*name).to_owned()),
            ["capture", "response", "header", name, ..] => {
                captures.response.push((*name).to_owned());
            }
            ["declare", "capture", "request", ..] => captures.request.push(String::new()),
            ["declare", "capture", "response", ..] => captures.response.push(String::new()),
            ["http-request", "capture", sample, "len", ..] => {
                captures.request.push(header(sample));
            }
            _ => {}
        }
    }
    captures
}

/// The header of a sample such as `req.hdr(host)`; nothing of another one.
fn header(sample: &str) -> String {
    let named =
        ["req.hdr(", "req.fhdr(", "hdr("].iter().find_map(|start| sample.strip_prefix(start));
    let inside = named.and_then(|rest| rest.split_once(')'));
    inside.map_or_else(String::new, |(name, _)| name.split(',').next().unwrap_or("").to_owned())
}

#[cfg(test)]
mod tests {
    use foreign::logs::{JsonFormat, JsonValue};

    use super::*;

    #[test]
    fn envoys_formats_are_those_of_its_logs() {
        let log = |fields: &str| {
            format!("{{name: log, typed_config: {{\"@type\": x.y.FileAccessLog, {fields}}}}}")
        };
        let logs = [
            log("path: a"),
            log("path: a, log_format: {text_format: \"%START_TIME%\"}"),
            log("path: a, log_format: {text_format_source: {inline_string: \"%DURATION%\"}}"),
            log("path: a, format: \"%REQ(X)%\""),
            log("path: a, typed_json_format: {a: {b: [\"%DURATION%\"]}}"),
            log("log_format: {omit_empty_values: true, json_format: {a: \"%DURATION%\"}}"),
        ];
        let manager = "type.googleapis.com/envoy.extensions.filters.network.\
                       http_connection_manager.v3.HttpConnectionManager";
        let text = format!(
            "static_resources: {{listeners: [{{access_log: [{}], filter_chains: [{{filters: \
             [{{name: http, typed_config: {{\"@type\": {manager}, access_log: [{}]}}}}]}}]}}]}}\n",
            logs[5],
            logs[..5].join(", ")
        );
        let subject = audit::read_text("e.yaml", &text, None).expect("a configuration");
        let json = |path: &[&str], omits_empty| {
            let path = path.iter().map(|key| (*key).to_owned()).collect();
            let value = JsonValue { path, place: 0, text: "%DURATION%".to_owned() };
            Format::EnvoyJsonFormat(JsonFormat { values: vec![value], omits_empty })
        };
        assert_eq!(
            of(&subject),
            [
                json(&["a"], true),
                Format::EnvoyFormat("%START_TIME%".to_owned()),
                Format::EnvoyFormat("%DURATION%".to_owned()),
                Format::EnvoyFormat("%REQ(X)%".to_owned()),
                json(&["a", "b"], false),
            ]
        );
    }

    #[test]
    fn haproxys_formats_are_those_of_its_proxies() {
        let text = "defaults\n  mode http\n  log-format \"%ci %r\"\nfrontend a\n  bind :80\n  \
            capture request header X-User len 9\n  http-request capture req.hdr(host) len 9\n\
            frontend b\n  bind :81\n  log-format \"%ci %ST\"\n";
        let subject = audit::read_text("h.cfg", text, None).expect("a configuration");
        let captures =
            Captures { request: vec!["X-User".into(), "host".into()], response: Vec::new() };
        assert_eq!(
            of(&subject),
            [
                Format::HaproxyFormat("%ci %r".into(), captures.clone()),
                Format::Haproxy(captures),
                Format::HaproxyFormat("%ci %ST".into(), Captures::default()),
            ]
        );
    }

    /// Goal: a log in HAProxy's own common format has the captured headers. Method: its line.
    #[test]
    fn clf_logs_end_in_what_is_captured() {
        let text = "frontend fe\n  mode http\n  bind :80\n  option httplog clf\n  \
            capture request header Host len 64\n  capture request header X-User len 9\n";
        let subject = audit::read_text("h.cfg", text, None).expect("a configuration");
        let formats = of(&subject);
        let mut parser = foreign::logs::Parser::new(&formats[1], 0).expect("a format");
        let line = concat!(
            r#"127.0.0.2 - - [29/Nov/2026:18:49:36 +0000] "GET /a HTTP/1.1" 200 126 "" "" 1 090 "#,
            r#""fe" "c" "w5" 0 0 0 1 1 ---- 1 1 0 0 0 0 0 "" "" "x.test" "" "#
        );
        let read = parser.read(line.as_bytes()).expect("a line");
        assert_eq!((read.host, read.server), (Some(&b"x.test"[..]), Some(&b"w5"[..])));
        assert_eq!(read.told_header(b"x-user"), foreign::logs::Told::Absent);
    }
}
