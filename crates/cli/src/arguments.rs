//! What was typed.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use anstream::ColorChoice;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, ValueEnum};
use schemist_project::apply::guard::Expectations;
use schemist_project::diagram::DiagramFormat;
use schemist_project::report::ReportFormat;
use schemist_project::review::ReviewFormat;
use schemist_project::settings::parse_duration;
use schemist_project::{Severity, Target, nearest};

use crate::commands::Command;

/// Compares the schema that you declare with the schema that you have, and writes the difference
/// down as revisions that go up and down.
#[derive(Debug, Parser)]
#[command(
    name = "schemist",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = "Examples:
  schemist init                              start a project
  schemist revision --autogenerate -m books  write what the models say and the
                                             database lacks
  schemist upgrade                           apply it
  schemist check                             is anything different?

Exit codes: 0 done, 1 error, 2 differences, 3 hazard, 4 lock not got,
5 history invalid, 64 usage"
)]
pub struct Arguments {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

impl Arguments {
    /// Holds that the command can write the format.
    ///
    /// # Errors
    /// Where only `check` can.
    pub fn check_format(&self) -> Result<(), clap::Error> {
        let format = self.global.format;
        let is_written = match self.command {
            Command::Check(_) => format.of_report().is_some(),
            Command::Lint(_) => format
                .of_report()
                .is_some_and(|format| format != ReportFormat::Sql),
            Command::Review(_) => format.of_review().is_some(),
            Command::Diagram(_) => format.of_diagram().is_some() || format == Format::Human,
            _ => false,
        };
        if format.is_common() || is_written {
            return Ok(());
        }
        let message = "this command writes human and json alone; its --help says if there is more";
        Err(Self::command().error(ErrorKind::InvalidValue, message))
    }
}

/// What holds for every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Run as if started in this folder
    #[arg(short = 'C', long = "project-path", value_name = "DIR", global = true)]
    pub project_path: Option<PathBuf>,
    /// A settings file; several lie over each other [default: schemist.toml, here or in a folder
    /// above, with schemist.local.toml beside it]
    #[arg(short, long, value_name = "FILE", global = true)]
    pub config: Vec<PathBuf>,
    /// A database by its name in the settings; may be repeated [default: the first]
    #[arg(short, long, value_name = "DATABASE", global = true)]
    pub name: Vec<String>,
    /// Every database in the settings
    #[arg(long, global = true, conflicts_with_all = ["name", "url"])]
    pub all: bool,
    /// How many databases are worked on at once [default: pool.max in the settings, or 4]
    #[arg(long, value_name = "COUNT", global = true, hide_short_help = true)]
    pub jobs: Option<usize>,
    /// Begin with no further database once one has failed
    #[arg(long, global = true, hide_short_help = true)]
    pub fail_fast: bool,
    /// The environment by its name in the settings; may be repeated
    #[arg(
        long,
        value_name = "ENV",
        env = "SCHEMIST_ENV",
        global = true,
        hide_env_values = true
    )]
    pub env: Vec<String>,
    /// A file with variables, one NAME=value in a line; those that are set already stay
    #[arg(long, value_name = "FILE", global = true, hide_short_help = true)]
    pub env_file: Vec<PathBuf>,
    /// Run the programs that the settings name, for secrets and as hooks, now and from now on
    #[arg(long, global = true, hide_short_help = true)]
    pub trust: bool,
    /// The database itself, in place of the settings' url
    #[arg(long, value_name = "URL", global = true, hide_env_values = true)]
    pub url: Option<String>,
    /// Files and folders of models, in place of the settings'
    #[arg(long, value_name = "PATH", global = true, hide_short_help = true)]
    pub models: Vec<PathBuf>,
    /// The folder of revision files, in place of the settings'
    #[arg(long, value_name = "DIR", global = true, hide_short_help = true)]
    pub migrations: Option<PathBuf>,
    /// Compile the models again, and keep nothing of it
    #[arg(long, global = true, hide_short_help = true)]
    pub no_cache: bool,
    /// How results are written
    #[arg(long, value_name = "FORMAT", default_value = "human", global = true)]
    pub format: Format,
    /// Say nothing but results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// When to use colours
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        hide_short_help = true
    )]
    pub color: Color,
    /// Show long results at once, not page by page
    #[arg(long, global = true, hide_short_help = true)]
    pub no_pager: bool,
    /// Answer every question with yes
    #[arg(long, global = true)]
    pub yes: bool,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people.
    Human,
    /// One JSON document with a version.
    Json,
    /// What code scanning reads (`check` alone).
    #[value(hide = true)]
    Sarif,
    /// Workflow commands of GitHub (`check` alone).
    #[value(hide = true)]
    Github,
    /// GitLab's report of code quality (`check` alone).
    #[value(hide = true)]
    Gitlab,
    /// A suite of tests (`check` alone).
    #[value(hide = true)]
    Junit,
    /// A comment (`check` and `review`).
    #[value(hide = true)]
    Markdown,
    /// The statements (`check` alone).
    #[value(hide = true)]
    Sql,
    /// A picture in Mermaid's words (`diagram` alone).
    #[value(hide = true)]
    Mermaid,
    /// A picture in Graphviz' words (`diagram` alone).
    #[value(hide = true)]
    Dot,
    /// A picture (`diagram` alone).
    #[value(hide = true)]
    Svg,
    /// A page (`diagram` and `review`).
    #[value(hide = true)]
    Html,
}

impl Format {
    /// The same for what a check found.
    pub const fn of_report(self) -> Option<ReportFormat> {
        Some(match self {
            Self::Human => ReportFormat::Human,
            Self::Json => ReportFormat::Json,
            Self::Sarif => ReportFormat::Sarif,
            Self::Github => ReportFormat::Github,
            Self::Gitlab => ReportFormat::Gitlab,
            Self::Junit => ReportFormat::Junit,
            Self::Markdown => ReportFormat::Markdown,
            Self::Sql => ReportFormat::Sql,
            Self::Mermaid | Self::Dot | Self::Svg | Self::Html => return None,
        })
    }

    /// The same for a picture of tables.
    pub const fn of_diagram(self) -> Option<DiagramFormat> {
        Some(match self {
            Self::Mermaid => DiagramFormat::Mermaid,
            Self::Dot => DiagramFormat::Dot,
            Self::Svg => DiagramFormat::Svg,
            Self::Html => DiagramFormat::Html,
            Self::Json => DiagramFormat::Json,
            Self::Human
            | Self::Sarif
            | Self::Github
            | Self::Gitlab
            | Self::Junit
            | Self::Markdown
            | Self::Sql => return None,
        })
    }

    /// The same for a review.
    pub const fn of_review(self) -> Option<ReviewFormat> {
        Some(match self {
            Self::Human => ReviewFormat::Human,
            Self::Json => ReviewFormat::Json,
            Self::Markdown => ReviewFormat::Markdown,
            Self::Html => ReviewFormat::Html,
            Self::Sarif
            | Self::Github
            | Self::Gitlab
            | Self::Junit
            | Self::Sql
            | Self::Mermaid
            | Self::Dot
            | Self::Svg => return None,
        })
    }

    /// Whether every command can write it.
    pub const fn is_common(self) -> bool {
        matches!(self, Self::Human | Self::Json)
    }
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal; NO_COLOR, CLICOLOR and CLICOLOR_FORCE are heeded.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Makes it hold for everything that is written from now on.
    pub fn choose(self) {
        match self {
            Self::Auto => ColorChoice::Auto.write_global(),
            Self::Always => ColorChoice::Always.write_global(),
            Self::Never => ColorChoice::Never.write_global(),
        }
    }

    /// What the words of a command line ask for, before they are understood: a mistake in them has colours, too.
    pub fn among(words: impl Iterator<Item = OsString>) -> Self {
        let mut color = Self::Auto;
        let mut words = words.take_while(|word| word != "--");
        while let Some(word) = words.next() {
            let word = word.to_string_lossy().into_owned();
            let value = match word.strip_prefix("--color") {
                Some("") => words.next().map(|it| it.to_string_lossy().into_owned()),
                Some(rest) => rest.strip_prefix('=').map(str::to_owned),
                None => None,
            };
            let named = value.and_then(|value| <Self as ValueEnum>::from_str(&value, false).ok());
            color = named.unwrap_or(color);
        }
        color
    }
}

/// How a change asks before it is made.
#[derive(Debug, Clone, Args)]
pub struct Confirmation {
    /// The name of a protected database, in place of typing it when asked
    #[arg(long, value_name = "DATABASE")]
    pub confirm: Option<String>,
    /// Change nothing unless the database is at this revision; base for none
    #[arg(long, value_name = "REVISION")]
    pub expect_revision: Option<String>,
    /// Change nothing unless this is the host
    #[arg(long, value_name = "HOST")]
    pub expect_host: Option<String>,
    /// Change nothing unless this is the database's name
    #[arg(long, value_name = "DATABASE")]
    pub expect_database: Option<String>,
}

impl Confirmation {
    /// What must be true before anything is changed.
    pub fn expectations(&self) -> Expectations {
        Expectations {
            host: self.expect_host.clone(),
            database: self.expect_database.clone(),
            revision: self.expect_revision.clone(),
            ..Expectations::default()
        }
    }
}

/// How long is waited.
#[derive(Debug, Clone, Args)]
pub struct Waiting {
    /// How long to wait for another schemist that changes the database
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = time)]
    pub lock_wait: Duration,
    /// How long a statement may wait for a lock [default: lock_timeout in the settings, or 3s]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub lock_timeout: Option<Duration>,
    /// How often a section is tried whose lock was not got in time [default: 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub lock_attempts: Option<u32>,
    /// How long a statement may take [default: as long as it needs]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub statement_timeout: Option<Duration>,
}

/// Reads a target of the grammar.
pub fn target(text: &str) -> Result<Target, String> {
    Target::parse(text).map_err(|error| format!("cannot {error}; {}", error.remedy()))
}

/// Reads a duration.
pub fn time(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "write a number with a unit: 500ms, 30s, 5min".to_owned())
}

/// Reads how bad a hazard is.
pub fn severities() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(Severity::ALL.map(Severity::word)).map(|word| {
        let mut all = Severity::ALL.into_iter();
        all.find(|severity| severity.word() == word)
            .unwrap_or(Severity::Danger)
    })
}

/// Reads `format=path`, where the format is one of these.
pub fn output<F: Copy>(
    text: &str,
    formats: &[F],
    name: impl Fn(F) -> &'static str,
    example: &str,
) -> Result<(F, String), String> {
    let (word, path) = text
        .split_once('=')
        .filter(|(_, path)| !path.is_empty())
        .ok_or_else(|| format!("write the format and the path: {example}"))?;
    let mut all = formats.iter();
    match all.find(|format| name(**format) == word) {
        Some(format) => Ok((*format, path.to_owned())),
        None => {
            let names: Vec<&str> = formats.iter().map(|format| name(*format)).collect();
            Err(unknown(word, &names))
        }
    }
}

/// What is said of a word that is none of those that are known.
pub fn unknown(word: &str, known: &[&str]) -> String {
    let near = nearest(word, known.iter().copied());
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("`{word}` is none of {}{near}", known.join(", "))
}
