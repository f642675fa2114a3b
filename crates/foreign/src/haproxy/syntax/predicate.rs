//! What conditions can ask for.

use super::environment::{Environment, is_haproxys_own};
use super::truth::Truth;
use super::version::Version;

/// Evaluates a predicate. What is not known here may be known to another version.
pub(super) fn evaluate(
    name: &str,
    arguments: &[String],
    environment: &Environment<'_>,
) -> Result<Truth, String> {
    let one = || match arguments {
        [] => Ok(""),
        [one] => Ok(one.as_str()),
        _ => Err(format!("`{name}` takes one argument")),
    };
    let two = || match arguments {
        [one, two] => Ok((one.as_str(), two.as_str())),
        _ => Err(format!("`{name}` takes two arguments")),
    };
    Ok(match name {
        "defined" => defined(one()?, environment),
        "streq" => two().map(|(one, other)| Truth::from(one == other))?,
        "strneq" => two().map(|(one, other)| Truth::from(one != other))?,
        "strstr" => two().map(|(text, part)| Truth::from(text.contains(part)))?,
        "feature" => environment.feature(one()?),
        "version_atleast" => at_least(one()?, environment),
        "version_before" => at_least(one()?, environment).not(),
        "openssl_version_atleast"
        | "openssl_version_before"
        | "ssllib_name_startswith"
        | "awslc_api_atleast"
        | "awslc_api_before"
        | "enabled" => one().map(|_| Truth::Unknown)?,
        _ => Truth::Unknown,
    })
}

fn defined(name: &str, environment: &Environment<'_>) -> Truth {
    match environment.variable(name) {
        Some(_) => Truth::Yes,
        None if is_haproxys_own(name) => Truth::Unknown,
        None => Truth::No,
    }
}

fn at_least(text: &str, environment: &Environment<'_>) -> Truth {
    let asked = text.parse::<Version>();
    asked.map_or(Truth::Unknown, |asked| Truth::from(environment.version() >= asked))
}
