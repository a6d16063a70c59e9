//! Finds in the printed definition of an index what is printed nowhere else.

/// What follows the column or expression of one part of an index, where it is not the default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ending {
    /// The collation.
    pub(super) collation: Option<String>,
    /// The operator class, with its parameters.
    pub(super) operator_class: Option<String>,
}

/// The ending of each part, in `CREATE INDEX … USING <method> (<text> <ending>, …) …`; `None` where the
/// texts of the parts are not found one after the other.
pub(super) fn printed_endings(
    definition: &str,
    method: &str,
    texts: &[&str],
) -> Option<Vec<Ending>> {
    let start = format!(" USING {method} (");
    let (_, mut rest) = definition.split_once(&start)?;
    let mut endings = Vec::new();
    for text in texts {
        rest = rest
            .trim_start_matches(',')
            .trim_start()
            .strip_prefix(text)?;
        let length = length_of_ending(rest);
        endings.push(ending(&rest[..length]));
        rest = &rest[length..];
    }
    rest.starts_with(')').then_some(endings)
}

/// How far it is to the comma or parenthesis that ends the part.
fn length_of_ending(text: &str) -> usize {
    let mut depth = 0;
    let mut quote = None;
    for (place, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ',' | ')') if depth == 0 => return place,
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
    }
    text.len()
}

fn ending(text: &str) -> Ending {
    let mut rest = text.trim();
    let mut collation = None;
    if let Some(after) = rest.strip_prefix("COLLATE ") {
        let length = length_of_name(after);
        collation = Some(after[..length].to_owned());
        rest = after[length..].trim_start();
    }
    for order in ["NULLS LAST", "NULLS FIRST", "DESC"] {
        rest = rest.strip_suffix(order).unwrap_or(rest).trim_end();
    }
    Ending {
        collation,
        operator_class: (!rest.is_empty()).then(|| rest.to_owned()),
    }
}

/// How long the name is that a text begins with: up to the first blank outside of quotes.
fn length_of_name(text: &str) -> usize {
    let mut quoted = false;
    for (place, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => return place,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(definition: &str, texts: &[&str]) -> Vec<String> {
        let shown = |ending: Ending| {
            let none = || "-".to_owned();
            format!(
                "{} / {}",
                ending.collation.unwrap_or_else(none),
                ending.operator_class.unwrap_or_else(none)
            )
        };
        let endings = printed_endings(definition, "btree", texts).unwrap();
        endings.into_iter().map(shown).collect()
    }

    #[test]
    fn endings_follow_the_texts_of_parts() {
        let endings = check(
            "CREATE INDEX i ON public.t USING btree (lower(a) COLLATE \"de DE\" text_pattern_ops DESC NULLS LAST, \
             b, ((a || ', '::text)) app.my_ops (x='1, (2', y='3') NULLS FIRST, upper(a) COLLATE app.\"C\" DESC) WHERE (a > 0)",
            &["lower(a)", "b", "((a || ', '::text))", "upper(a)"],
        );
        assert_eq!(
            endings,
            [
                "\"de DE\" / text_pattern_ops",
                "- / -",
                "- / app.my_ops (x='1, (2', y='3')",
                "app.\"C\" / -"
            ]
        );
    }

    #[test]
    fn parts_that_are_elsewhere_are_not_guessed() {
        let definition = "CREATE INDEX i ON t USING btree (lower(a))";
        assert_eq!(printed_endings(definition, "btree", &["upper(a)"]), None);
        assert_eq!(printed_endings(definition, "gin", &["lower(a)"]), None);
    }
}
