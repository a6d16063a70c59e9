//! Words for sentences: lists, and what somebody may have meant by a word that is unknown.

/// Finds the candidate that is one slip of the fingers away, if any.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&word, &candidate.to_ascii_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Writes words as a list for a sentence: `a, b and c`.
pub(crate) fn list<T: std::fmt::Display>(words: &[T]) -> String {
    match words {
        [] => String::new(),
        [only] => only.to_string(),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(ToString::to_string).collect();
            format!("{} and {last}", first.join(", "))
        }
    }
}

/// The words of another program with the logins of addresses in them blotted out: passwords, and what stands in the
/// place of a user for a website, since that may be a token.
pub(crate) fn without_logins(words: &str) -> String {
    let mut shown = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once("://") {
        shown.push_str(before);
        shown.push_str("://");
        let end =
            after.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '`' | '<' | '>'));
        let address = &after[..end.unwrap_or(after.len())];
        // What is not escaped may hold an @ itself.
        let Some(at) = address.rfind('@') else {
            rest = after;
            continue;
        };
        match address[..at].split_once(':') {
            Some((user, _)) => shown.extend([user, ":***"]),
            None if before.ends_with("http") || before.ends_with("https") => shown.push_str("***"),
            None => shown.push_str(&address[..at]),
        }
        rest = &after[at..];
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn an_address_loses_its_login_and_nothing_else() {
        let words = "fatal: unable to access 'https://anna:it@s/m4rk3d@example.com/x': no; https://t0k3n@example.com, \
                     ssh://git@example.com:22/x and git://example.com/x@2";
        assert_snapshot!(without_logins(words), @"fatal: unable to access 'https://anna:***@example.com/x': no; https://***@example.com, ssh://git@example.com:22/x and git://example.com/x@2");
        assert_eq!(without_logins("://@ ://"), "://@ ://");
    }
}
