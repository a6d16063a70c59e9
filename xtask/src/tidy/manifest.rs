//! The lines of a `Cargo.toml` that say what a crate uses.

/// Who needs a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The crate itself.
    Normal,
    /// Its tests alone.
    Dev,
    /// Its build script.
    Build,
}

/// One dependency and the line where it stands.
#[derive(Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The name of the package.
    pub name: String,
    /// Who needs it.
    pub need: Need,
    /// The line, counted from one.
    pub line: usize,
}

/// What a `Cargo.toml` says.
pub struct Manifest {
    /// The path from the repository's root.
    pub path: String,
    /// The dependencies in the order of the file.
    pub dependencies: Vec<Dependency>,
    /// Every table's heading with its line.
    pub tables: Vec<(String, usize)>,
    /// Whether the crate takes the workspace's lints.
    pub takes_workspace_lints: bool,
}

impl Manifest {
    /// Reads a file's text.
    pub fn parse(path: &str, text: &str) -> Self {
        let mut manifest = Self {
            path: path.to_owned(),
            dependencies: Vec::new(),
            tables: Vec::new(),
            takes_workspace_lints: false,
        };
        let mut table = String::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if let Some(heading) = line.strip_prefix('[') {
                table = heading.trim_matches(['[', ']']).to_owned();
                manifest.tables.push((table.clone(), number));
                if let Some((parent, name)) = table.rsplit_once('.')
                    && let Some(need) = need(parent)
                {
                    manifest.dependencies.push(Dependency {
                        name: name.to_owned(),
                        need,
                        line: number,
                    });
                }
                continue;
            }
            if table == "lints" && line.replace(' ', "") == "workspace=true" {
                manifest.takes_workspace_lints = true;
            }
            let Some(need) = need(&table) else { continue };
            let name = line.split(['.', ' ', '=', '#']).next().unwrap_or_default();
            if !name.is_empty() {
                manifest.dependencies.push(Dependency {
                    name: name.to_owned(),
                    need,
                    line: number,
                });
            }
        }
        manifest
    }

    /// The crate's folder name where the manifest is in `crates/<name>`, else its folder.
    pub fn crate_name(&self) -> &str {
        let folder = self.path.strip_suffix("/Cargo.toml").unwrap_or("");
        folder.strip_prefix("crates/").unwrap_or(folder)
    }
}

/// Which need a table's heading stands for; tables of one platform count like those of all.
fn need(table: &str) -> Option<Need> {
    if table.starts_with("workspace") {
        return None;
    }
    match table.rsplit('.').next()? {
        "dependencies" => Some(Need::Normal),
        "dev-dependencies" => Some(Need::Dev),
        "build-dependencies" => Some(Need::Build),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_dependency_is_read() {
        let text = "[package]\nname = \"x\"\n[lints]\nworkspace = true\n[dependencies]\nsyn.workspace = true\n\
                    clap = { version = \"4\" }\n[target.'cfg(unix)'.dependencies]\nlibc = \"1\"\n\
                    [dependencies.toml]\nversion = \"1\"\n[dev-dependencies]\ninsta.workspace = true\n";
        let manifest = Manifest::parse("crates/x/Cargo.toml", text);
        let names: Vec<_> = manifest
            .dependencies
            .iter()
            .map(|d| (d.name.as_str(), d.need, d.line))
            .collect();
        assert_eq!(
            names,
            [
                ("syn", Need::Normal, 6),
                ("clap", Need::Normal, 7),
                ("libc", Need::Normal, 9),
                ("toml", Need::Normal, 10),
                ("insta", Need::Dev, 13)
            ]
        );
        assert!(manifest.takes_workspace_lints);
        assert_eq!(manifest.crate_name(), "x");
    }
}
