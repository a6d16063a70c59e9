//! What everything ran on.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use super::ground::{Ground, said};

/// The processor, its cores and the memory, in words.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = field(&processors, "model name")
        .or_else(|| {
            let sysctl = ["-n", "machdep.cpu.brand_string"];
            said(Command::new("sysctl").args(sysctl)).ok()
        })
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = field(&memory, "MemTotal")
        .and_then(|total| total.split(' ').next()?.parse::<u64>().ok())
        .map_or_else(String::new, |kib| format!(", {} GiB", kib / 1024 / 1024));
    let system = said(Command::new("uname").args(["-sr"])).unwrap_or_default();
    format!(
        "{} with {cores} cores{memory}, {}",
        model.trim(),
        system.trim()
    )
}

/// The value of the first line with this name.
fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    let (_, value) = line.split_once(':')?;
    Some(value.trim().to_owned())
}

/// The day, as the system's clock has it.
pub fn today() -> String {
    let day = said(Command::new("date").args(["-u", "+%Y-%m-%d"]));
    day.unwrap_or_default().trim().to_owned()
}

/// The releases of what took part.
pub fn versions(ground: &Ground) -> BTreeMap<String, String> {
    let mut versions = BTreeMap::new();
    let mut note = |name: &str, version: Result<String, String>| {
        if let Ok(version) = version {
            versions.insert(name.to_owned(), version.trim().to_owned());
        }
    };
    note(
        "schemist",
        said(Command::new(ground.binary()).arg("--version")),
    );
    note(
        "PostgreSQL",
        ground.postgres().map(|server| server.version.clone()),
    );
    note(
        "MariaDB",
        ground.mysql().and_then(super::ground::Mysql::version),
    );
    note(
        "Alembic",
        ground.alembic().map(|alembic| alembic.version.clone()),
    );
    note("Rust", said(Command::new("rustc").arg("--version")));
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_what_stands_behind_the_colon() {
        let text = "MemFree: 1 kB\nMemTotal:       24 kB\n";
        assert_eq!(field(text, "MemTotal").as_deref(), Some("24 kB"));
        assert_eq!(field(text, "Swap"), None);
    }
}
