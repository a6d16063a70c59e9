//! The command line as a whole: the commands in groups, the width of help, what shells complete.

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory, FromArgMatches};

use crate::arguments::Arguments;
use crate::completing::with_candidates;
use crate::table::terminal;

/// How wide help is at most.
pub const WIDTH: usize = 80;

/// The groups in which the commands are shown; what is in none of them comes last.
const GROUPS: &[(&str, &[&str])] = &[
    ("Start", &["init", "pull", "import"]),
    ("Write revisions", &["revision", "edit", "merge", "rebase"]),
    (
        "Change a database",
        &[
            "upgrade",
            "downgrade",
            "rollback",
            "revert",
            "stamp",
            "repair",
        ],
    ),
    (
        "Compare and prove",
        &["check", "diff", "verify", "lint", "review"],
    ),
    (
        "Look",
        &[
            "status", "current", "heads", "branches", "history", "show", "schema", "diagram",
            "locks", "diagnose",
        ],
    ),
];

/// The column in which descriptions begin.
const COLUMN: usize = 15;

/// The command line, as help, completions and pages of the manual show it.
pub fn command() -> Command {
    let width = terminal().map_or(WIDTH, |(columns, _)| usize::from(columns).min(WIDTH));
    let command = Arguments::command().max_term_width(WIDTH);
    let template = template(&command, width);
    with_candidates(command.help_template(template))
}

/// Reads what was typed.
///
/// # Errors
/// What is wrong with it, or the help that was asked for.
pub fn parse() -> Result<Arguments, clap::Error> {
    let matches = command().try_get_matches()?;
    read(&matches)
}

fn read(matches: &ArgMatches) -> Result<Arguments, clap::Error> {
    let mut arguments = Arguments::from_arg_matches(matches)?;
    // A variable that is empty says nothing; `--env ""` is a mistake that is told.
    if matches.value_source("env") == Some(ValueSource::EnvVariable) {
        arguments.global.env.retain(|name| !name.is_empty());
    }
    arguments.check_format()?;
    Ok(arguments)
}

/// Whether this is help or a version that somebody asked for, and no mistake.
pub fn was_asked_for(error: &clap::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    )
}

fn template(command: &Command, width: usize) -> String {
    let header = *command.get_styles().get_header();
    let groups = groups(command);
    let parts = groups.iter().map(|(title, names)| {
        let lines = names.iter().map(|name| description(command, name, width));
        let lines: String = lines.collect();
        format!("{header}{title}:{header:#}\n{lines}\n")
    });
    let parts: String = parts.collect();
    format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{parts}{header}Options for every command:{header:#}\n{{options}}{{after-help}}"
    )
}

/// The names of the commands that are shown, by their groups.
fn groups(command: &Command) -> Vec<(&'static str, Vec<&str>)> {
    let shown = command.get_subcommands().filter(|it| !it.is_hide_set());
    let all: Vec<&str> = shown.map(Command::get_name).collect();
    let mut groups: Vec<(&str, Vec<&str>)> = GROUPS
        .iter()
        .map(|(title, names)| {
            let names = names.iter().filter(|name| all.contains(name));
            (*title, names.copied().collect())
        })
        .collect();
    let is_grouped = |name: &&str| GROUPS.iter().any(|(_, names)| names.contains(name));
    let rest: Vec<&str> = all.into_iter().filter(|name| !is_grouped(name)).collect();
    groups.push(("More", rest));
    groups
}

/// A command and what it does, in lines that fit.
fn description(command: &Command, name: &str, width: usize) -> String {
    let Some(command) = command.find_subcommand(name) else {
        return String::new();
    };
    let literal = *command.get_styles().get_literal();
    let about = command.get_about().map(ToString::to_string);
    let mut words = about.unwrap_or_default();
    let aliases: Vec<&str> = command.get_visible_aliases().collect();
    if !aliases.is_empty() {
        words.push_str(&format!(" [also {}]", aliases.join(", ")));
    }
    let room = width.saturating_sub(COLUMN).max(20);
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let is_full = lines
            .last()
            .is_some_and(|line| !line.is_empty() && line.len() + 1 + word.len() > room);
        if is_full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    let below = format!("\n{}", " ".repeat(COLUMN));
    let blanks = " ".repeat(COLUMN.saturating_sub(name.len() + 2));
    format!(
        "  {literal}{name}{literal:#}{blanks}{}\n",
        lines.join(&below)
    )
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    const HEAD: &str = "<!-- Generated by `cargo xtask regen` from the help of the commands; a test holds it equal. -->

# Commands

What `schemist --help` and `schemist <command> --help` say. `-h` is shorter. The options for every command may stand
before or after it.
";

    /// Every command that is shown, with the words that name it; the first is the program itself.
    fn all() -> Vec<(String, Command)> {
        let mut root = command();
        root.build();
        let mut all = Vec::new();
        collect(&root, "schemist", &mut all);
        all
    }

    fn collect(command: &Command, path: &str, all: &mut Vec<(String, Command)>) {
        all.push((path.to_owned(), command.clone()));
        for below in command.get_subcommands() {
            let name = below.get_name();
            if name != "help" && !below.is_hide_set() {
                collect(below, &format!("{path} {name}"), all);
            }
        }
    }

    fn help(command: &Command) -> String {
        let text = command.clone().render_long_help().to_string();
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        lines.join("\n") + "\n"
    }

    #[test]
    fn the_documentation_is_this_table() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/commands.md");
        let mut page = HEAD.to_owned();
        let root = all().remove(0).1;
        for (path, command) in all() {
            let text = help(&command);
            // What holds for every command is told once.
            let text = match text.split_once("\nGlobal options:\n") {
                Some((own, rest)) => {
                    let after = rest.split_once("\nExamples:\n").map_or("", |(_, it)| it);
                    format!("{own}\nExamples:\n{after}")
                }
                None => text,
            };
            let title = if command.get_name() == root.get_name() {
                "schemist"
            } else {
                &path
            };
            page.push_str(&format!("\n## {title}\n\n```text\n{text}```\n"));
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
            fs::write(&path, &page).unwrap();
        }
        assert!(
            kept == page,
            "docs/commands.md is behind: run `cargo xtask regen`"
        );
    }

    #[test]
    fn help_fits_and_has_an_example() {
        let mut wrong = Vec::new();
        for (path, mut command) in all() {
            let long = help(&command);
            let short = command.render_help().to_string();
            for line in long.lines().chain(short.lines()) {
                if line.chars().count() > WIDTH {
                    wrong.push(format!("{path} --help has a long line: {line}"));
                }
            }
            let examples = long.split_once("Examples:\n").map_or("", |(_, it)| it);
            let has_example = examples
                .lines()
                .any(|line| line.starts_with(&format!("  {path}")) || line.contains("$ schemist"));
            if !has_example {
                wrong.push(format!("{path} --help has no example"));
            }
            // An example that is wrapped is in two lines, of which the second is no command.
            let source = command.get_after_help().map(ToString::to_string);
            for line in source.unwrap_or_default().lines() {
                if line.chars().count() > WIDTH {
                    wrong.push(format!("{path} has a long example: {line}"));
                }
            }
            if long.lines().count() < short.lines().count() {
                wrong.push(format!("{path} -h is longer than --help"));
            }
        }
        wrong.dedup();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn every_command_is_listed_once() {
        let command = command();
        let mut listed: Vec<&str> = Vec::new();
        for (_, names) in groups(&command) {
            listed.extend(names);
        }
        let mut known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        listed.sort_unstable();
        known.sort_unstable();
        assert_eq!(listed, known);
    }

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }
}
