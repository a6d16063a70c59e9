//! The table of hazards: its page says what the code does, and its locks are those of the server.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops where the repository or the server is not as it should be"
)]

mod locks;
mod page;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use schemist_catalog::hazard::HazardRule;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn the_documentation_is_this_table() {
    let pages = [
        ("docs/hazards.md", page::hazards()),
        ("docs/hazards-elsewhere.md", page::elsewhere()),
    ];
    let mut behind = Vec::new();
    for (name, text) in pages {
        let path = root().join(name);
        let kept = fs::read_to_string(&path).unwrap_or_default();
        if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
            fs::write(&path, &text).unwrap();
        }
        if kept != text {
            behind.push(name);
        }
    }
    assert!(
        behind.is_empty(),
        "{behind:?} are behind: run `cargo xtask regen`"
    );
}

#[test]
fn what_others_name_has_a_hazard_or_a_reason() {
    assert_eq!(page::forgotten(), [""; 0]);
}

#[test]
fn every_hazard_in_a_fixture_is_in_the_table() {
    let mut codes = BTreeSet::new();
    for folder in fs::read_dir(root().join("fixtures")).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "snap") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().filter_map(|line| {
                let said = line.trim_start().strip_prefix("-- hazard ")?;
                said.split_once(':').map(|(code, _)| code.to_owned())
            });
            codes.extend(lines);
        }
    }
    assert!(codes.len() > 30, "fixtures show {} hazards", codes.len());
    for code in codes {
        assert!(HazardRule::of(&code).is_some(), "{code} is in no table");
    }
}
