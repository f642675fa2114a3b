//! The report: what was promised and seen, then every table.

use std::fmt::Write as _;

use super::told::Told;
use super::{agreement, commands, outage};

/// What was run, as it names itself.
pub(super) struct Programs {
    pub(super) haproxy: String,
    pub(super) nginx: String,
    pub(super) envoy: String,
}

/// The report as Markdown.
pub(super) fn markdown(told: &Told, programs: &Programs) -> String {
    let (certain, drawn) = agreement::rows(&told.cases);
    let mut text = format!(
        "# Prediction: does each request go where it is said to?\n\n\
         Written by `cargo xtask evidence prediction`, which runs the tests that hold predictions \
         against the balancers themselves, on this machine, one thread each:\n\n\
         - {}\n- {}\n- {}\n\n\
         Configurations are drawn: 2 to 50 servers; equal, small and large weights; backups, \
         servers that are down or dead, and servers that go, come or are weighed anew between \
         two requests; every function of `hash-type` with and without `avalanche`. So are the \
         requests.\n",
        programs.haproxy, programs.nginx, programs.envoy,
    );
    promises(&mut text, told);
    agreement::tables(&mut text, &certain, &drawn);
    if !told.commands.is_empty() {
        commands::table(&mut text, &told.commands);
    }
    if !told.steps.is_empty() {
        outage::table(&mut text, &told.steps);
    }
    text += "\n## Again\n\n```sh\ncargo xtask evidence prediction\n```\n";
    text
}

fn promises(text: &mut String, told: &Told) {
    let (certain, drawn) = agreement::rows(&told.cases);
    *text += "\n## Promised and seen\n\n| | promised | seen | |\n|---|---|---|---|\n";
    let mut row = |what: &str, bound: &str, seen: String, met: bool| {
        let word = if met { "met" } else { "**not met**" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {what} | {bound} | {seen} | {word} |");
    };
    let (requests, agreed) = agreement::sums(&certain);
    let bound = format!(
        "all, of {} configurations × {} requests a method",
        agreement::CASES_MIN,
        agreement::REQUESTS_MIN
    );
    let met = agreement::holds(&certain);
    row("requests on the predicted server", &bound, format!("{agreed} of {requests}"), met);
    let points = agreement::farthest(&drawn);
    let bound = format!("≤ {} points", agreement::POINTS_MAX);
    let met = !drawn.is_empty() && points <= agreement::POINTS_MAX;
    row("shares of methods that draw", &bound, format!("{points:.2}"), met);
    let (requests, agreed) = commands::sums(&told.commands);
    let bound = format!("all, of {} requests a configuration", commands::REQUESTS_MIN);
    let met = commands::holds(&told.commands);
    row("lines of `predict --each`", &bound, format!("{agreed} of {requests}"), met);
    let points = outage::farthest(&told.steps);
    let bound = format!("≤ {} point", outage::POINTS_MAX);
    let met = told.steps.len() == outage::STEPS && points <= outage::POINTS_MAX;
    let seen = format!("{points:.2}, {} steps", told.steps.len());
    row("shares of each step of the outage", &bound, seen, met);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lines: &[String]) -> String {
        let programs =
            Programs { haproxy: "H".to_owned(), nginx: "N".to_owned(), envoy: "E".to_owned() };
        markdown(&Told::read(&lines.join("\n")).unwrap(), &programs)
    }

    fn case(agreed: u64) -> String {
        let head = r#""product":"nginx","method":"hash","servers":3,"requests":2000"#;
        format!(r#"{{{head},"agreed":{agreed}}}"#)
    }

    /// Goal: one request elsewhere, or one configuration too few, is seen on the page.
    #[test]
    fn a_promise_that_is_not_met_is_told() {
        let draws =
            r#"{"product":"envoy","method":"random","servers":9,"requests":6000,"points":2.1}"#;
        let mut lines = vec![case(2000); 20];
        let all = page(&lines);
        assert!(all.contains("| 40000 of 40000 | met |"), "{all}");
        assert!(all.contains("| nginx | hash | 20 | 3 | 40000 | 40000 |"), "{all}");
        lines[3] = case(1999);
        lines.push(draws.to_owned());
        let one = page(&lines);
        assert!(one.contains("| 39999 of 40000 | **not met** |"), "{one}");
        assert!(one.contains("| ≤ 2 points | 2.10 | **not met** |"), "{one}");
        let few = page(&vec![case(2000); 19]);
        assert!(few.contains("| 38000 of 38000 | **not met** |"), "{few}");
    }

    /// Goal: a line of the command that went elsewhere is seen on the page, and so is a product
    /// that is missing.
    #[test]
    fn what_the_command_said_is_told() {
        let line = |product: &str, agreed: u64, drawn: bool| {
            let found = format!(r#""requests":600,"agreed":{agreed},"drawn":{drawn}"#);
            format!(r#"{{"product":"{product}","command":"c","servers":3,{found}}}"#)
        };
        let mut lines = ["envoy", "haproxy", "nginx"].map(|it| line(it, 600, false)).to_vec();
        lines.push(line("envoy", 210, true));
        let all = page(&lines);
        assert!(all.contains("| 1800 of 1800 | met |"), "{all}");
        assert!(all.contains("| envoy | c | 3 | 600 | drawn |"), "{all}");
        lines[1] = line("haproxy", 599, false);
        assert!(page(&lines).contains("| 1799 of 1800 | **not met** |"));
        assert!(page(&lines[2..]).contains("| 600 of 600 | **not met** |"));
    }

    /// Goal: steps are in their order, and the worst server counts.
    #[test]
    fn steps_of_the_outage_are_told() {
        let step = |name: &str, measured: &str| {
            format!(r#"{{"step":"{name}","what":"w","measured":{measured},"predicted":[50,50]}}"#)
        };
        let text = page(&[step("B", "[48.9,51.1]"), step("A", "[50,50]")]);
        let at = |row: &str| text.find(row).unwrap_or_else(|| panic!("{row}: {text}"));
        assert!(
            at("| A | w |") < at("| B | w | 48.9 / 51.1 | 50.0 / 50.0 | 100.0 | 100.0 | 1.10 |")
        );
        assert!(text.contains("| 1.10, 2 steps | **not met** |"), "{text}");
    }
}
