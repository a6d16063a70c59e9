//! Where Chromium and its driver are, and how they get there.

use std::env;
use std::path::PathBuf;

use crate::programs::{apt_get, may_install};

/// Folders beside PATH.
const FOLDERS: [&str; 3] = ["/usr/bin", "/usr/lib/chromium", "/opt/homebrew/bin"];

/// What is said where there is none.
const REMEDY: &str =
    "no Chromium for the tests of pages: `chromedriver` is neither on PATH nor in the usual folders
  install it          sudo apt-get install chromium chromium-driver    (Debian)
                      brew install --cask chromium chromedriver        (macOS)
  or name the driver  SCHEMIST_TEST_CHROMEDRIVER=/path/to/chromedriver cargo xtask test
  or do without       cargo xtask test --without chromium";

fn find() -> Option<PathBuf> {
    let on_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>());
    let folders = on_path.unwrap_or_default().into_iter();
    let mut programs = folders
        .chain(FOLDERS.iter().map(PathBuf::from))
        .map(|folder| folder.join("chromedriver"));
    programs.find(|program| program.is_file())
}

/// Finds the driver, and installs it with its browser first where that is this machine's custom.
///
/// # Errors
/// What the package manager said, or what helps where there is none that we may use.
pub fn find_or_install() -> Result<PathBuf, String> {
    if let Some(driver) = find() {
        return Ok(driver);
    }
    if !may_install() {
        return Err(REMEDY.to_owned());
    }
    eprintln!(
        "Installing Chromium, which the tests need: apt-get install chromium chromium-driver"
    );
    apt_get(&["update", "--quiet"], REMEDY)?;
    let install = [
        "install",
        "--quiet",
        "--yes",
        "--no-install-recommends",
        "chromium",
        "chromium-driver",
    ];
    apt_get(&install, REMEDY)?;
    find().ok_or_else(|| REMEDY.to_owned())
}
