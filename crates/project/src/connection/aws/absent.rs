//! What a build without the feature says.

use crate::environment::Environment;
use crate::error::ProjectError;

/// Says that this build cannot; a database is never chosen in the place of a secret.
pub(in crate::connection) fn fetch(
    _environment: &Environment,
    name: &str,
    _region: Option<String>,
) -> Result<String, ProjectError> {
    Err(ProjectError::refused(
        format!("read the secret {name} of AWS Secrets Manager: this build has no `aws`"),
        "run `cargo install schemist-cli --features aws`, or let a program read it: `secret = { command = [\"aws\", \"secretsmanager\", …] }`",
    ))
}
