//! What can go wrong with scratch databases.

use std::io;
use std::path::PathBuf;

use schemist_connect::{ConnectError, StatementError};
use schemist_sql::Dialect;

/// Why there is no scratch database.
#[derive(Debug, thiserror::Error)]
pub enum ScratchError {
    /// The server where it should be made cannot be reached.
    #[error("reach the server for scratch databases")]
    Connect(#[from] ConnectError),
    /// The place is of another dialect than what is to be compiled.
    #[error("make a scratch database for {} on a {} server", .wanted.title(), .found.title())]
    OtherDialect {
        /// The dialect to be compiled.
        wanted: Dialect,
        /// The dialect of the place.
        found: Dialect,
    },
    /// The live server is protected.
    #[error(
        "make a scratch database on the live server: it is protected; set scratch = \"local\" or scratch_url"
    )]
    Protected,
    /// The live server is a standby.
    #[error(
        "make a scratch database on the live server: it is a standby; set scratch = \"local\" or scratch_url"
    )]
    Standby,
    /// The server for scratch databases prints things differently from the live one.
    #[error("compile for {} {live} on {} {scratch}: the major versions differ; point scratch_url at a server of the same version, or install it for scratch = \"local\"", .dialect.title(), .dialect.title())]
    OtherVersion {
        /// The product.
        dialect: Dialect,
        /// The live server's release.
        live: String,
        /// The scratch server's release.
        scratch: String,
    },
    /// The user may not make databases.
    #[error(
        "make a scratch database on {place}: this user may not; run ALTER ROLE {user} CREATEDB, or set scratch = \"local\" or scratch_url"
    )]
    NoRight {
        /// The user's name, quoted for SQL.
        user: String,
        /// The server, without a password.
        place: String,
        /// What the server says.
        #[source]
        source: StatementError,
    },
    /// The user of MySQL or MariaDB may not make databases.
    #[error(
        "make a scratch database on {place}: this user may not; run GRANT ALL ON `schemist\\_scratch\\_%`.* TO {user}, or set scratch = \"local\" or scratch_url"
    )]
    NoGrant {
        /// The user's name with the host's.
        user: String,
        /// The server, without a password.
        place: String,
        /// What the server says.
        #[source]
        source: StatementError,
    },
    /// The server refused for another reason.
    #[error("{what} on {place}")]
    Server {
        /// What was tried.
        what: &'static str,
        /// The server, without a password.
        place: String,
        /// What the server says.
        #[source]
        source: StatementError,
    },
    /// No programs of the product, or none of the version that is needed.
    #[error("start a local server: {wanted} was not found{}; install it, or set scratch_url", found_text(.found))]
    NoPrograms {
        /// The product and the version that is needed.
        wanted: String,
        /// The versions that are there.
        found: Vec<String>,
    },
    /// A program failed.
    #[error("run {program}: {output}")]
    Program {
        /// The program's name.
        program: String,
        /// The end of what it said.
        output: String,
    },
    /// A folder or file of the local server cannot be used.
    #[error("use {}", .path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A folder that others may write to, which a server must not run in.
    #[error("use {}: it belongs to somebody else; remove it", .0.display())]
    ForeignFolder(PathBuf),
}

fn found_text(found: &[String]) -> String {
    if found.is_empty() {
        String::new()
    } else {
        format!(" (found: {})", found.join(", "))
    }
}

/// What went differently from what was asked, though the work could be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScratchWarning {
    /// A scratch database is still there.
    #[error(
        "scratch database \"{name}\" on {place} could not be dropped: {reason}; drop it by hand, or the next run will"
    )]
    NotDropped {
        /// The database.
        name: String,
        /// The server, without a password.
        place: String,
        /// What the server says.
        reason: String,
    },
    /// A local server is still there.
    #[error("the local server in {} could not be stopped: {reason}", .folder.display())]
    NotStopped {
        /// Its folder.
        folder: PathBuf,
        /// What was said.
        reason: String,
    },
    /// A session of ours may still be open.
    #[error("a session could not be ended: {reason}")]
    NotEnded {
        /// What was said.
        reason: String,
    },
    /// The scratch server lacks the live database's locale.
    #[error(
        "the scratch server has no locale {wanted}, so {used} serves instead; texts that depend on sorting may compile differently"
    )]
    OtherLocale {
        /// The live database's locale.
        wanted: String,
        /// What was taken.
        used: String,
    },
}
