//! Long results, page by page: on a terminal, and through a program that the environment names.

use std::io::{ErrorKind, Write};
use std::process::{Child, Command, Stdio};

/// What shows pages where nobody says: it ends by itself where one is enough (F), lets colours through
/// (R), and leaves the text on the screen (X).
const USUAL: &str = "less -FRX";

/// A program that shows text page by page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pager {
    words: Vec<String>,
    origin: Origin,
}

/// Who chose the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// A variable of the environment.
    Variable(&'static str),
    /// Nobody.
    Usual,
}

impl Pager {
    /// The pager that the environment asks for: none where it names none, or one that shows no pages.
    ///
    /// # Errors
    /// A sentence where the words cannot be told apart.
    pub fn of_environment(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, String> {
        if variable("TERM").is_some_and(|terminal| terminal == "dumb") {
            return Ok(None);
        }
        let mut named = ["SCHEMIST_PAGER", "PAGER"]
            .into_iter()
            .filter_map(|name| Some((name, variable(name)?)));
        let Some((name, line)) = named.next() else {
            let words = USUAL.split(' ').map(str::to_owned).collect();
            return Ok(Some(Self {
                words,
                origin: Origin::Usual,
            }));
        };
        let words = shlex::split(&line)
            .ok_or_else(|| format!("{name} cannot be read: a quote is not closed in {line}"))?;
        let is_none = words.is_empty() || words == ["cat"];
        Ok((!is_none).then_some(Self {
            words,
            origin: Origin::Variable(name),
        }))
    }

    /// Shows a text, and waits until the reader has seen enough.
    ///
    /// # Errors
    /// Where the program cannot be started; a sentence where somebody asked for it.
    pub fn show(&self, text: &str) -> Result<(), Option<String>> {
        let mut child = self.start().map_err(|error| match self.origin {
            Origin::Variable(name) => Some(format!(
                "the pager `{}` of {name} cannot be started: {error}",
                self.words.join(" ")
            )),
            Origin::Usual => None,
        })?;
        if let Some(mut input) = child.stdin.take() {
            match input.write_all(text.as_bytes()) {
                // Whoever quits early has what they wanted.
                Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(None),
                Ok(()) | Err(_) => {}
            }
        }
        // How a pager ends says nothing about the results.
        let _ended = child.wait();
        Ok(())
    }

    fn start(&self) -> std::io::Result<Child> {
        let mut words = self.words.iter();
        let program = words.next().map_or("less", String::as_str);
        let mut command = Command::new(program);
        command.args(words).stdin(Stdio::piped());
        // As git does: without this, less would show colours as codes.
        if std::env::var_os("LESS").is_none() {
            command.env("LESS", "FRX");
        }
        command.spawn()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let find = |name: &str| {
            let found = variables.iter().find(|(it, _)| *it == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let pager = Pager::of_environment(find)?;
        Ok(pager.map(|pager| pager.words.join("|")))
    }

    #[test]
    fn the_environment_names_the_pager() {
        let some = |words: &str| Ok(Some(words.to_owned()));
        assert_eq!(chosen(&[]), some("less|-FRX"));
        assert_eq!(chosen(&[("PAGER", "more")]), some("more"));
        let both = [("PAGER", "more"), ("SCHEMIST_PAGER", "less -P 'a b'")];
        assert_eq!(chosen(&both), some("less|-P|a b"));
        assert_eq!(chosen(&[("PAGER", "")]), Ok(None));
        assert_eq!(chosen(&[("PAGER", "cat")]), Ok(None));
        assert_eq!(chosen(&[("PAGER", "less"), ("TERM", "dumb")]), Ok(None));
        assert!(chosen(&[("PAGER", "less 'a")]).is_err());
    }
}
