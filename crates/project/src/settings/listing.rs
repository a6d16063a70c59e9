//! Every setting with its value and its place, for people who ask what holds.

use std::collections::BTreeMap;

use schemist_revision::Place;

use super::file::{SettingsFile, of_one_length};
use super::node::{Node, Value};
use super::problem::SettingsErrors;
use super::read::merged;
use super::template::Template;

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key, with the tables that it is in.
    pub key: String,
    /// Its value, with variables looked up and without secrets.
    pub value: String,
    /// The file and the line.
    pub origin: String,
}

/// A password that is written in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The number of the file.
    pub file: usize,
    /// The key, with the tables that it is in.
    pub key: String,
    /// Where it is.
    pub place: Place,
}

/// All settings of some files, with what an environment lays over them.
///
/// # Errors
/// Where a file is no TOML.
pub fn listing(
    files: &[SettingsFile],
    environment: Option<&str>,
    variables: &BTreeMap<String, String>,
) -> Result<Vec<Listed>, SettingsErrors> {
    let root = merged(files)?;
    let overlay = environment.and_then(|name| root.inside("env")?.inside(name).cloned());
    let root = match overlay {
        Some(over) => root.overlaid(over),
        None => root,
    };
    let leaves = root.leaves().into_iter();
    let listed = leaves.filter(|(key, _)| !key.starts_with("env.") && key != "env");
    Ok(listed
        .map(|(key, node)| {
            let place = files[node.file].place(node.span, "");
            let (line, _) = place.line_column();
            let origin = format!("{}:{line}", place.path);
            Listed {
                value: shown(&key, node, &files[node.file], variables),
                key,
                origin,
            }
        })
        .collect())
}

/// The names of the environments in some files, in their order; none where a file is no TOML.
pub fn environment_names(files: &[SettingsFile]) -> Vec<String> {
    let root = merged(files).ok();
    let environments = root.as_ref().and_then(|root| root.inside("env"));
    match environments.map(|node| &node.value) {
        Some(Value::Table(items)) => items.iter().map(|item| item.key.clone()).collect(),
        _ => Vec::new(),
    }
}

/// The passwords that are written in some files, in whatever environment.
pub fn written_passwords(files: &[SettingsFile]) -> Vec<Written> {
    let mut found = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let Ok(root) = Node::parse(file.text(), number) else {
            continue;
        };
        for (key, node) in root.passwords() {
            let label = "a password is written here";
            let place = file.place(node.span, label);
            found.push(Written {
                file: number,
                key,
                place,
            });
        }
    }
    found
}

/// A value as it may be shown.
fn shown(
    key: &str,
    node: &Node,
    file: &SettingsFile,
    variables: &BTreeMap<String, String>,
) -> String {
    let word = key.rsplit('.').next().unwrap_or(key);
    match &node.value {
        Value::Text(text) if word == "password" => match text.contains("${") {
            true => text.clone(),
            false => "***".to_owned(),
        },
        // Nobody can tell what is secret in a url that is no url; where it is used it is shown in full.
        Value::Text(_) if matches!(word, "url" | "scratch_url") => {
            let place = file.place(node.span, "");
            of_one_length(place.marked().trim_matches(['"', '\'']))
        }
        // The arguments of a program may lead to a secret.
        Value::List(list) if word == "command" => {
            let program = list.first();
            program.map_or_else(String::new, |node| {
                format!("{} …", shown("", node, file, variables))
            })
        }
        Value::Text(text) => {
            let template = Template {
                key: key.to_owned(),
                text: text.clone(),
                place: file.place(node.span, ""),
                folder: file.folder().into(),
            };
            let text = template.resolve(variables).unwrap_or_else(|_| text.clone());
            // A certificate or its key in the place of a path.
            if text.contains("-----BEGIN") {
                return "***".to_owned();
            }
            text
        }
        Value::Integer(number) => number.to_string(),
        Value::Truth(truth) => truth.to_string(),
        Value::List(list) => {
            let words: Vec<String> = list
                .iter()
                .map(|node| shown(key, node, file, variables))
                .collect();
            words.join(", ")
        }
        Value::Table(_) | Value::Other(_) => String::new(),
    }
}
