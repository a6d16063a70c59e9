//! Who may do what, and who reaches which rows.

use super::rule::mode::AE;
use super::rule::{Example, hazards, schema_diff, squawk};

hazards! {
    ROW_SECURITY_ENABLED = "row_security_enabled", Warning, "row security is switched on" {
        what: "Roles other than the owner reach only the rows that policies let through; without a policy, none.",
        safe: "Make the policies in the same transaction, before.",
        examples: &[Example::postgres("ALTER TABLE shelf ENABLE ROW LEVEL SECURITY", &[("shelf", AE)])],
        elsewhere: &[schema_diff("AUTHZ_UPDATE")],
    }
    ROW_SECURITY_DISABLED = "row_security_disabled", Danger, "row security is switched off" {
        what: "Every role that may read or write the table reaches all of its rows.",
        safe: "Look who has privileges on the table before.",
        examples: &[Example::postgres("ALTER TABLE shelf DISABLE ROW LEVEL SECURITY", &[("shelf", AE)])],
        elsewhere: &[schema_diff("AUTHZ_UPDATE")],
    }
    ROW_SECURITY_FORCED = "row_security_forced", Warning, "row security binds the owner too" {
        what: "The owner of the table reaches only the rows that policies let through.",
        safe: "Look what runs as the owner, backups included.",
        examples: &[Example::postgres("ALTER TABLE shelf FORCE ROW LEVEL SECURITY", &[("shelf", AE)])],
        elsewhere: &[schema_diff("AUTHZ_UPDATE")],
    }
    ROW_SECURITY_NOT_FORCED = "row_security_not_forced", Warning, "row security no longer binds the owner" {
        what: "The owner of the table reaches all of its rows.",
        safe: "Look what runs as the owner.",
        examples: &[Example::postgres("ALTER TABLE shelf NO FORCE ROW LEVEL SECURITY", &[("shelf", AE)])],
        elsewhere: &[schema_diff("AUTHZ_UPDATE")],
    }
    POLICY_ADDED = "policy_added", Warning, "a policy comes" {
        what: "A permissive policy lets roles reach more rows, a restrictive one fewer.",
        safe: "Say in the revision for whom.",
        examples: &[Example::postgres("CREATE POLICY visible ON shelf USING (label <> '')", &[("shelf", AE)])],
        elsewhere: &[schema_diff("AUTHZ_UPDATE")],
    }
    POLICY_CHANGED = "policy_changed", Warning, "a policy changes" {
        what: "Roles reach other rows than before.",
        safe: "Say in the revision for whom.",
        examples: &[Example::postgres("ALTER POLICY own ON shelf USING (false)", &[("shelf", AE)])],
        elsewhere: &[schema_diff("AUTHZ_UPDATE")],
    }
    POLICY_DROPPED = "policy_dropped", Warning, "a policy goes" {
        what: "Without a permissive policy roles reach fewer rows, without a restrictive one more.",
        safe: "Say in the revision for whom.",
        examples: &[Example::postgres("DROP POLICY own ON shelf", &[("shelf", AE)])],
        elsewhere: &[squawk("ban-drop-policy"), schema_diff("AUTHZ_UPDATE")],
    }
    PRIVILEGE_GRANTED = "privilege_granted", Notice, "a role may do more" {
        what: "The role can do what it could not do before.",
        safe: "Say in the revision what needs it.",
        examples: &[Example::postgres("GRANT SELECT ON book TO PUBLIC", &[])],
        elsewhere: &[schema_diff("AUTHZ_UPDATE")],
    }
    PRIVILEGE_REVOKED = "privilege_revoked", Warning, "a role may do less" {
        what: "Programs that run as the role fail where they need the privilege.",
        safe: "Look what runs as the role before.",
        examples: &[Example::postgres("REVOKE SELECT ON book FROM PUBLIC", &[])],
        elsewhere: &[squawk("ban-revoke"), schema_diff("AUTHZ_UPDATE")],
    }
    DEFAULT_PRIVILEGES_CHANGED = "default_privileges_changed", Notice, "what is made from now on has other privileges" {
        what: "Objects that are made later get other privileges; those that are there keep theirs.",
        safe: "GRANT or REVOKE on what is there, where it shall be the same.",
        examples: &[Example::postgres("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC", &[])],
        elsewhere: &[schema_diff("AUTHZ_UPDATE")],
    }
    OWNER_CHANGED = "owner_changed", Warning, "something belongs to another role" {
        what: "The new owner may do everything with it; the old one only what was granted.",
        safe: "Grant the old owner what it still needs.",
        examples: &[Example::postgres("ALTER TABLE book OWNER TO CURRENT_USER", &[("book", AE)])],
        elsewhere: &[schema_diff("AUTHZ_UPDATE")],
    }
    SECURITY_DEFINER_WITHOUT_SEARCH_PATH = "security_definer_without_search_path", Warning, "a function runs with its owner's rights and the caller's search_path" {
        what: "It finds unqualified names where the caller's search_path says. Whoever may make objects in a schema of that path decides what runs with the owner's rights.",
        safe: "Add SET search_path = … to the function.",
        examples: &[
            Example::postgres("CREATE FUNCTION reset() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'UPDATE book SET pages = 1 WHERE false'", &[])
                .better("CREATE FUNCTION reset() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public AS 'UPDATE book SET pages = 1 WHERE false'"),
        ],
        elsewhere: &[schema_diff("AUTHZ_UPDATE"), squawk("security-compatibility")],
    }
    LOST_WITH_RECREATION = "lost_with_recreation", Warning, "what was granted and said is lost" {
        what: "The object is dropped and made again: its privileges, its owner and its comment are gone unless they are given again.",
        safe: "Change it in place (CREATE OR REPLACE, ALTER), or give the privileges again in the same transaction.",
        examples: &[
            Example::postgres("DROP VIEW titles; CREATE VIEW titles AS SELECT title FROM book", &[])
                .better("CREATE OR REPLACE VIEW titles AS SELECT id, title, pages FROM book"),
        ],
        elsewhere: &[schema_diff("AUTHZ_UPDATE")],
    }
    PASSWORD_IN_SETTINGS = "password_in_settings", Danger, "a password stands in a file under version control" {
        what: "Everybody who can read the repository, now or later, can read the password.",
        safe: "Take it from the environment (`${DATABASE_URL}`), a password file or a secret store, and change it: history keeps the old one.",
    }
    SECRET_LEFT_OUT = "secret_left_out", Danger, "a secret must be filled in" {
        what: "A revision holds no secrets: where one stood, there is a placeholder.",
        safe: "Set it by hand on each database, after the revision was applied.",
    }
}
