//! Text of strangers inside markup: names, messages and comments may hold anything, and stay text.

use std::fmt::Write;

use crate::report::{shown, shown_line};

/// Words inside HTML and SVG, or between the quotes of an attribute; in one line.
pub(crate) fn html(text: &str) -> String {
    html_block(&shown_line(text))
}

/// The same for a text of several lines.
pub(crate) fn html_block(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in shown(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// Words between the quotes of Mermaid: what could end them or be markup becomes a number.
pub(crate) fn mermaid(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in shown_line(text).chars() {
        if c.is_alphanumeric() || " _-.,:()/+=?!→…".contains(c) {
            safe.push(c);
        } else {
            // A String takes everything.
            let _written = write!(safe, "#{};", u32::from(c));
        }
    }
    safe
}

/// Words between the quotes of Graphviz.
pub(crate) fn dot(text: &str) -> String {
    let text = shown_line(text);
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\"b'<i>&\\\n`%%{init}`\u{1b}[1m#1;é";

    #[test]
    fn nothing_of_a_name_is_markup() {
        insta::assert_snapshot!(html(HOSTILE), @r"a&quot;b&#39;&lt;i&gt;&amp;\\n`%%{init}`\u{1b}[1m#1;é");
        insta::assert_snapshot!(mermaid(HOSTILE), @"a#34;b#39;#60;i#62;#38;#92;#92;n#96;#37;#37;#123;init#125;#96;#92;u#123;1b#125;#91;1m#35;1#59;é");
        insta::assert_snapshot!(dot(HOSTILE), @r#"a\"b'<i>&\\\\n`%%{init}`\\u{1b}[1m#1;é"#);
    }
}
