//! What a database answered, as one hash: whoever knows what came of the same answers need not read them again.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A hash over everything that a database answered while it was read.
///
/// Equal answers have equal fingerprints. Different ones may still describe the same catalog: the server's
/// own numbers for things are among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fingerprint([u8; 32]);

/// How many bytes are gathered before they are hashed: a call for each small value would cost more than
/// the hash.
const GATHERED: usize = 8192;

/// A fingerprint that is being taken.
#[derive(Default)]
pub(crate) struct Print {
    hash: Sha256,
    gathered: Vec<u8>,
}

impl Print {
    /// Takes in a value, with its length, so that no two lists of values run together.
    pub(crate) fn value(&mut self, value: Option<&[u8]>) {
        let length = value.map_or(u64::MAX, |value| value.len() as u64);
        self.gathered.extend_from_slice(&length.to_le_bytes());
        self.gathered.extend_from_slice(value.unwrap_or_default());
        if self.gathered.len() >= GATHERED {
            self.hash.update(&self.gathered);
            self.gathered.clear();
        }
    }

    /// Takes in that an answer ends here.
    pub(crate) fn end_of_answer(&mut self) {
        self.value(Some(b"end of answer"));
        self.value(None);
    }

    /// The fingerprint of what was taken in so far.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let mut hash = self.hash.clone();
        hash.update(&self.gathered);
        Fingerprint(hash.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(values: &[Option<&str>]) -> Fingerprint {
        let mut print = Print::default();
        for value in values {
            print.value(value.map(str::as_bytes));
        }
        print.fingerprint()
    }

    #[test]
    fn every_value_counts_and_keeps_its_place() {
        let texts = [
            print(&[Some("ab"), Some("c")]),
            print(&[Some("a"), Some("bc")]),
            print(&[Some("c"), Some("ab")]),
            print(&[Some("ab"), Some("c"), None]),
            print(&[Some("ab"), Some("c"), Some("")]),
        ];
        for (place, text) in texts.iter().enumerate() {
            assert!(!texts[..place].contains(text), "{place}");
        }
        assert_eq!(texts[0], print(&[Some("ab"), Some("c")]));
    }

    #[test]
    fn long_answers_are_told_apart_by_their_last_value() {
        let long = "x".repeat(GATHERED);
        let first = print(&[Some(&long), Some(&long), Some("a")]);
        assert_ne!(first, print(&[Some(&long), Some(&long), Some("b")]));
        assert_eq!(first, print(&[Some(&long), Some(&long), Some("a")]));
    }
}
