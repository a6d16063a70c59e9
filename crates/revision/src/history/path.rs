//! Ways through a history: what to apply, and what to take back.

use std::collections::BTreeSet;

use petgraph::Direction;

use super::applied::AppliedErrors;
use super::graph::{History, Links};
use crate::file::RevisionFile;
use crate::id::RevisionId;

impl History {
    /// What is to be applied, and in which order, so that these revisions are.
    ///
    /// # Errors
    /// Where what is applied does not fit the files, see [`History::check_applied`].
    pub fn upgrade_path(
        &self,
        applied: &BTreeSet<RevisionId>,
        targets: &[RevisionId],
    ) -> Result<Vec<&RevisionFile>, AppliedErrors> {
        self.check_applied(applied)?;
        self.filling_path(applied, targets)
    }

    /// The same where revisions may be missing below others that are applied.
    ///
    /// # Errors
    /// Where an applied revision is in no file.
    pub fn filling_path(
        &self,
        applied: &BTreeSet<RevisionId>,
        targets: &[RevisionId],
    ) -> Result<Vec<&RevisionFile>, AppliedErrors> {
        AppliedErrors::none_of(self.unknown(applied))?;
        let mut needed = BTreeSet::new();
        for target in targets {
            needed.extend(self.reach(self.index(target), Direction::Incoming, Links::All));
        }
        Ok(self
            .files(needed)
            .into_iter()
            .filter(|file| !applied.contains(file.id()))
            .collect())
    }

    /// What is to be taken back, and in which order, so that nothing above a revision is left and it
    /// still is; without one, everything.
    ///
    /// # Errors
    /// Where an applied revision is in no file.
    pub fn downgrade_path(
        &self,
        applied: &BTreeSet<RevisionId>,
        target: Option<&RevisionId>,
    ) -> Result<Vec<&RevisionFile>, AppliedErrors> {
        let Some(target) = target else {
            return self.taking_back(applied, (0..self.revisions().len()).collect());
        };
        let index = self.index(target);
        let mut above = self.reach(index, Direction::Outgoing, Links::All);
        above.retain(|reached| Some(*reached) != index);
        self.taking_back(applied, above)
    }

    /// What is to be taken back, and in which order, so that these revisions no longer are applied.
    ///
    /// # Errors
    /// Where an applied revision is in no file.
    pub fn removal_path(
        &self,
        applied: &BTreeSet<RevisionId>,
        ids: &[RevisionId],
    ) -> Result<Vec<&RevisionFile>, AppliedErrors> {
        let mut gone = BTreeSet::new();
        for id in ids {
            gone.extend(self.reach(self.index(id), Direction::Outgoing, Links::All));
        }
        self.taking_back(applied, gone)
    }

    fn taking_back(
        &self,
        applied: &BTreeSet<RevisionId>,
        indices: BTreeSet<usize>,
    ) -> Result<Vec<&RevisionFile>, AppliedErrors> {
        AppliedErrors::none_of(self.unknown(applied))?;
        Ok(self
            .files(indices.into_iter().rev())
            .into_iter()
            .filter(|file| applied.contains(file.id()))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::History;
    use crate::sample::{history, id, ids, names};

    fn branches() -> History {
        history("a:\nb: a\nc: b\nd: b\ne: c d\nf: c >d")
    }

    #[test]
    fn up() {
        let history = branches();
        let up =
            |applied, target| names(history.upgrade_path(&ids(applied), &[id(target)]).unwrap());
        assert_eq!(up("", "c"), "a b c");
        assert_eq!(up("a b c", "e"), "d e");
        assert_eq!(up("a b c", "f"), "d f");
        assert_eq!(up("a b c d e", "c"), "");
    }

    #[test]
    fn down() {
        let history = branches();
        let down = |applied, target: Option<&str>| {
            names(
                history
                    .downgrade_path(&ids(applied), target.map(id).as_ref())
                    .unwrap(),
            )
        };
        assert_eq!(down("a b c d e", None), "e d c b a");
        assert_eq!(down("a b c d e", Some("b")), "e d c");
        assert_eq!(down("a b c d e", Some("d")), "e");
        assert_eq!(down("a b c d f", Some("d")), "f");
        assert_eq!(down("a b", Some("b")), "");
        assert_eq!(
            names(history.removal_path(&ids("a b c d e"), &[id("d")]).unwrap()),
            "e d"
        );
    }

    #[test]
    fn what_is_applied_must_fit_the_files() {
        let history = history("ae10: \"users\nb: ae10 \"orders\nc: b\nd: c");
        let errors = history.check_applied(&ids("ae10 c d 5b7c")).unwrap_err();
        let shown: Vec<String> = errors
            .errors()
            .iter()
            .map(|error| format!("{error}\n  help: {}", error.remedy()))
            .collect();
        assert_snapshot!(shown.join("\n"), @"
        revision 5b7c is applied, but it is in no file
          help: bring its file back (git pull, git log --all -S 5b7c), or say where the database stands: `schemist stamp --purge <revision>`
        revision b (2026-01-02, orders) was passed over: c and d came after it
          help: apply it with `schemist upgrade --missing`; or go down below it and up again: `schemist downgrade b-1`, or say that it is applied: `schemist stamp b`
        ");
        assert_snapshot!(history.upgrade_path(&ids("ae01"), &[id("d")]).unwrap_err(), @"go on from where the database stands: revision ae01 is applied, but it is in no file");
        assert_snapshot!(history.downgrade_path(&ids("ae01"), None).unwrap_err().errors()[0].remedy(), @"did you mean ae10? Else bring its file back (git pull, git log --all -S ae01), or say where the database stands: `schemist stamp --purge <revision>`");
    }
}
