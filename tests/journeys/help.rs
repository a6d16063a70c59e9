//! What the program says about itself.

use crate::sandbox;

/// The commands that the program lists.
pub(crate) fn commands(help: &str) -> Vec<String> {
    let list = help.split_once("Commands:\n").map_or("", |(_, list)| list);
    list.lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_command_has_an_example() {
    let sandbox = sandbox();
    let help = sandbox.run(&["--help"]).succeeds();
    let commands = commands(&help);
    assert!(commands.len() >= 15, "{commands:?}");
    for command in commands {
        let help = sandbox.run(&[&command, "--help"]).succeeds();
        assert!(help.contains(&format!("  schemist {command}")), "{help}");
    }
}

#[test]
fn completions_are_for_every_shell() {
    let sandbox = sandbox();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = sandbox.run(&["completions", shell]).succeeds();
        assert!(script.contains("downgrade"), "{shell}");
    }
}
