//! The user that the server runs as: PostgreSQL refuses to run as root.

use std::path::Path;
use std::process::Command;

use super::super::ScratchError;

/// Somebody else to run as, for when we are root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServerUser {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// Users that a server may run as, the first one that exists.
const CANDIDATES: &[&str] = &["postgres", "nobody"];

/// Who runs the server where `folder`, which we just made, belongs to `owner`: us, unless we are root.
pub(super) fn for_owner(owner: u32) -> Result<Option<ServerUser>, ScratchError> {
    if owner != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    match find(&users) {
        Some(user) => Ok(Some(user)),
        None => Err(ScratchError::Program {
            program: "postgres".to_owned(),
            output: "it refuses to run as root, and there is no user `postgres` or `nobody`"
                .to_owned(),
        }),
    }
}

fn find(users: &str) -> Option<ServerUser> {
    for name in CANDIDATES {
        for line in users.lines() {
            let mut fields = line.split(':');
            if fields.next() != Some(name) {
                continue;
            }
            let mut numbers = fields.skip(1).map(str::parse::<u32>);
            if let (Some(Ok(uid)), Some(Ok(gid))) = (numbers.next(), numbers.next()) {
                return Some(ServerUser {
                    name: (*name).to_owned(),
                    uid,
                    gid,
                });
            }
        }
    }
    None
}

/// A command that runs as that user, and gets none of our terminal's signals.
pub(super) fn command(user: Option<&ServerUser>, program: &Path) -> Command {
    #[cfg(unix)]
    use std::os::unix::process::CommandExt;

    let mut command = Command::new(program);
    #[cfg(unix)]
    {
        // Without this, Ctrl-C would reach the server before we are done with it.
        command.process_group(0);
        if let Some(user) = user {
            command.uid(user.uid).gid(user.gid);
        }
    }
    command
        .current_dir("/")
        .env_clear()
        .env("LC_ALL", "C")
        .env("PATH", "/usr/bin:/bin");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_own_user_comes_before_nobody() {
        let users =
            "root:x:0:0::/:/bin/sh\nnobody:x:65534:65533::/:/x\npostgres:x:104:110::/:/bin/sh\n";
        assert_eq!(
            find(users).map(|user| (user.uid, user.gid)),
            Some((104, 110))
        );
        assert_eq!(
            find("nobody:x:65534:65533::/:/x\n").map(|user| user.gid),
            Some(65533)
        );
        assert_eq!(find("root:x:0:0::/:/bin/sh\n"), None);
    }
}
