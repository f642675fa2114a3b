//! Names on a command line, of which `all` stands for all.

/// One of those there are, or all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice<T> {
    All,
    One(T),
}

impl<T: Copy + PartialEq> Choice<T> {
    /// Reads a name; `find` knows all but `all`.
    pub(crate) fn read(
        name: &str,
        find: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Choice<T>, String> {
        if name == "all" { Ok(Choice::All) } else { find(name).map(Choice::One) }
    }

    /// Those chosen, each once, in the order of the choices; `all` are those that `all` stands for.
    pub(crate) fn expand(choices: &[Choice<T>], all: &[T]) -> Vec<T> {
        let mut chosen = Vec::new();
        for choice in choices {
            let more = match choice {
                Choice::All => all,
                Choice::One(one) => std::slice::from_ref(one),
            };
            for one in more {
                if !chosen.contains(one) {
                    chosen.push(*one);
                }
            }
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_adds_what_is_not_there_yet() {
        let find = |name: &str| name.parse::<u8>().map_err(|error| error.to_string());
        assert!(Choice::read("x", find).is_err());
        let choices = ["3", "all", "2"].map(|name| Choice::read(name, find).unwrap());
        assert_eq!(Choice::expand(&choices, &[1, 2, 3]), [3, 1, 2]);
        assert_eq!(Choice::expand(&choices[..1], &[1, 2, 3]), [3]);
    }
}
