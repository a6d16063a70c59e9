//! `cargo xtask new-kind <name>`: the files that a kind of object consists of.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;

/// What is asked of the task.
#[derive(Args)]
pub struct NewKindArguments {
    /// The kind's name as a module: `domain`, `event_trigger`
    #[arg(value_parser = module_name)]
    name: String,
}

/// A kind of object in its spellings.
struct Names {
    module: String,
}

/// Writes the files, and says what else is to be done.
///
/// # Errors
/// The file that is there already, or that cannot be written.
pub fn run(arguments: &NewKindArguments) -> Result<ExitCode, String> {
    let names = Names {
        module: arguments.name.clone(),
    };
    let files = files(&names);
    let root = crate::root();
    if let Some((path, _)) = files.iter().find(|(path, _)| root.join(path).exists()) {
        return Err(format!("{path} exists; a kind is made once"));
    }
    for (path, text) in &files {
        write(&root.join(path), text).map_err(|error| format!("cannot write {path}: {error}"))?;
        println!("Wrote {path}");
    }
    print!("{}", names.fill(REST));
    Ok(ExitCode::SUCCESS)
}

/// What no task can know.
const REST: &str = "
Now fill them in, and add:
  crates/catalog/src/object/mod.rs          pub mod MODULE;  and  pub use MODULE::TYPE;
  crates/catalog/src/object/definition.rs   TYPE(MODULE::TYPE) = \"KIND\",  in `kinds!`
  crates/catalog/src/object/changes.rs      how it changes, for docs/kinds.md
  crates/introspect/src/postgres/mod.rs     mod MODULE;
  crates/introspect/src/postgres/read.rs    MODULE::QUERY, and a call of MODULE::read
  CHANGELOG.md                              a line for the people who have PLURAL
";

fn files(names: &Names) -> Vec<(String, String)> {
    let module = &names.module;
    let templates = [
        (
            format!("crates/catalog/src/object/{module}.rs"),
            include_str!("new_kind/catalog.rs.txt"),
        ),
        (
            format!("crates/introspect/src/postgres/{module}.rs"),
            include_str!("new_kind/postgres.rs.txt"),
        ),
        (
            format!("crates/introspect/src/postgres/{module}.sql"),
            include_str!("new_kind/postgres.sql.txt"),
        ),
        (
            format!("fixtures/{module}/new.sql"),
            include_str!("new_kind/fixture.sql.txt"),
        ),
    ];
    templates
        .into_iter()
        .map(|(path, template)| (path, names.fill(template)))
        .collect()
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

impl Names {
    /// A template with the kind's names in it; the longer placeholders first.
    fn fill(&self, template: &str) -> String {
        let words = self.module.replace('_', " ");
        let plural = if words.ends_with('s') {
            format!("{words}es")
        } else {
            format!("{words}s")
        };
        let places = [
            ("PLURAL_SENTENCE", sentence(&plural)),
            ("KEYWORDS", words.to_uppercase()),
            ("PLURAL", plural.clone()),
            ("MODULE", self.module.clone()),
            ("NAMES", sentence(&plural)),
            ("TYPE", self.module.split('_').map(sentence).collect()),
            ("KIND", words),
        ];
        places
            .iter()
            .fold(template.to_owned(), |text, (place, name)| {
                text.replace(place, name)
            })
    }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(letters)
        .collect()
}

fn module_name(name: &str) -> Result<String, String> {
    let is_module = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_module {
        Ok(name.to_owned())
    } else {
        Err("write it as a module: small letters with `_` between words".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_named_in_every_spelling() {
        let names = Names {
            module: "event_trigger".to_owned(),
        };
        assert_eq!(
            names.fill("NAMES, PLURAL, PLURAL_SENTENCE, MODULE, TYPE, KEYWORDS, KIND"),
            "Event triggers, event triggers, Event triggers, event_trigger, EventTrigger, EVENT TRIGGER, event trigger"
        );
        let texts: String = files(&names).into_iter().map(|(_, text)| text).collect();
        for place in ["NAMES", "PLURAL", "MODULE", "TYPE", "KEYWORDS"] {
            assert!(!texts.contains(place), "{place} is left in a file");
        }
    }

    #[test]
    fn a_name_is_a_modules() {
        assert!(module_name("event_trigger").is_ok());
        assert!(module_name("../x").is_err());
        assert!(module_name("EventTrigger").is_err());
    }
}
