//! How the file of a revision is called.

use crate::header::Header;
use crate::time::Timestamp;

/// How files are called unless the settings say otherwise.
pub const FILE_NAME: &str = "<date>_<id>_<slug>.sql";

/// The longest slug, in characters.
const SLUG: usize = 40;

/// Names the file of a revision; `<date>`, `<id>` and `<slug>` in the template stand for the day
/// on which it was written, its id and the words of its message.
pub fn file_name(template: &str, header: &Header) -> String {
    let date = header.created.map_or_else(String::new, Timestamp::date);
    let mut name = template.to_owned();
    for (word, value) in [("<date>", date), ("<slug>", slug(header.message.as_str()))] {
        // What is not there takes its separator along.
        let before = if value.is_empty() {
            format!("_{word}")
        } else {
            word.to_owned()
        };
        let after = if value.is_empty() {
            format!("{word}_")
        } else {
            word.to_owned()
        };
        name = name
            .replace(&before, &value)
            .replace(&after, &value)
            .replace(word, &value);
    }
    name.replace("<id>", header.id.as_str())
}

/// Keeps the letters and digits of a message, with `_` between its words.
fn slug(message: &str) -> String {
    let mut slug = String::new();
    for word in message
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        if !slug.is_empty() && slug.len() + 1 + word.len() > SLUG {
            break;
        }
        if !slug.is_empty() {
            slug.push('_');
        }
        slug.extend(word.chars().take(SLUG).map(|c| c.to_ascii_lowercase()));
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Message, RevisionId};

    fn named(template: &str, message: &str) -> String {
        let mut header = Header::new(RevisionId::parse("8d41f6c2a9e0").unwrap());
        header.created = Timestamp::parse("2026-11-20T10:12:00Z");
        header.message = Message::from_text(message);
        file_name(template, &header)
    }

    #[test]
    fn a_file_is_called_by_its_day_its_id_and_its_message() {
        assert_eq!(
            named(FILE_NAME, "Allow CONDITION_FAILED block runs"),
            "2026-11-20_8d41f6c2a9e0_allow_condition_failed_block_runs.sql"
        );
        assert_eq!(
            named(
                "<id>-<slug>.sql",
                "../é: a very long message that goes on and on, for ever"
            ),
            "8d41f6c2a9e0-a_very_long_message_that_goes_on_and_on.sql"
        );
        assert_eq!(named(FILE_NAME, "→"), "2026-11-20_8d41f6c2a9e0.sql");
    }
}
