//! Strings of an attribute with their place, and SQL text that may differ by dialect.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, Lit, LitStr, Token};

use crate::entries::{self, Grammar, Keyword};

/// A string and where it stands.
#[derive(Debug, Clone)]
pub struct Text {
    /// What it says.
    pub value: String,
    /// Where it says so.
    pub span: Span,
}

/// An identifier without the mark of a raw one.
pub fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    match text.strip_prefix("r#") {
        Some(plain) => plain.to_owned(),
        None => text,
    }
}

impl Text {
    pub(crate) fn of(literal: &LitStr) -> Self {
        Self {
            value: literal.value(),
            span: literal.span(),
        }
    }
}

/// A SQL text, for every dialect or for some.
///
/// A column has several, of which most are missing or one for all dialects.
#[derive(Debug, Clone, Default)]
pub struct SqlText {
    /// What serves every dialect that has none of its own has no word.
    texts: Vec<(Option<&'static str>, Text)>,
}

/// The words for the dialects, as attributes spell them.
pub(crate) const DIALECTS: [&str; 3] = ["postgres", "sqlite", "mysql"];

impl SqlText {
    /// The text for the dialect of that name: `postgres`, `sqlite` or `mysql`.
    pub fn for_dialect(&self, name: &str) -> Option<&Text> {
        self.find(Some(name)).or_else(|| self.general())
    }

    /// What serves every dialect that has none of its own.
    pub fn general(&self) -> Option<&Text> {
        self.find(None)
    }

    fn find(&self, dialect: Option<&str>) -> Option<&Text> {
        let mut texts = self.texts.iter();
        texts.find_map(|(own, text)| (*own == dialect).then_some(text))
    }

    /// Where its first text stands.
    pub fn span(&self) -> Span {
        let first = self.texts.first();
        first.map_or_else(Span::call_site, |(_, text)| text.span)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Takes the text that serves every dialect, of which there is one.
    pub(crate) fn take_general(&mut self, text: Text) -> syn::Result<()> {
        if let Some(first) = self.general() {
            let mut error = syn::Error::new(text.span, "a second text");
            error.combine(syn::Error::new(first.span, "the first text is here"));
            return Err(error);
        }
        self.texts.push((None, text));
        Ok(())
    }

    /// Takes the text of one dialect, where the keyword names one.
    pub(crate) fn take(&mut self, key: &Keyword, input: ParseStream<'_>) -> syn::Result<bool> {
        let Some(dialect) = DIALECTS.into_iter().find(|dialect| *dialect == key.name) else {
            return Ok(false);
        };
        input.parse::<Token![=]>()?;
        self.texts.push((Some(dialect), scalar(input)?));
        Ok(true)
    }

    /// Reads `= "…"` or `("…", sqlite = "…")`.
    pub(crate) fn parse(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            let text = scalar(input)?;
            return Ok(Self {
                texts: vec![(None, text)],
            });
        }
        if !input.peek(syn::token::Paren) {
            return Err(key.error(format!(
                "`{name}` needs a text: write `{name} = \"…\"` or `{name}(postgres = \"…\", sqlite = \"…\")`",
                name = key.name
            )));
        }
        let mut alone = Alone(Self::default());
        entries::parenthesized(&mut alone, input)?;
        if alone.0.is_empty() {
            return Err(key.error(format!("`{}` needs a text", key.name)));
        }
        Ok(alone.0)
    }
}

/// The grammar of a text that stands alone in parentheses.
struct Alone(SqlText);

impl Grammar for Alone {
    const PLACE: &'static str = "a SQL text";
    const KEYS: &'static [&'static str] = &DIALECTS;

    fn entry(&mut self, key: &Keyword, input: ParseStream<'_>) -> syn::Result<()> {
        self.0.take(key, input).map(|_| ())
    }

    fn bare(&mut self, input: ParseStream<'_>) -> syn::Result<bool> {
        bare_text(&mut self.0, input)
    }
}

/// Takes a literal without a key as the text that serves every dialect.
pub(crate) fn bare_text(text: &mut SqlText, input: ParseStream<'_>) -> syn::Result<bool> {
    if !input.peek(Lit) {
        return Ok(false);
    }
    text.take_general(scalar(input)?)?;
    Ok(true)
}

/// Reads a SQL text: a string, or a number or truth value that SQL spells the same way.
fn scalar(input: ParseStream<'_>) -> syn::Result<Text> {
    let start = input.span();
    let sign = if input.peek(Token![-]) {
        input.parse::<Token![-]>()?;
        "-"
    } else {
        ""
    };
    let literal: Lit = input.parse().map_err(|_| {
        syn::Error::new(
            start,
            "expected a SQL text in quotes, a number, `true` or `false`",
        )
    })?;
    let value = match &literal {
        Lit::Str(text) if sign.is_empty() => text.value(),
        Lit::Int(number) if number.suffix().is_empty() => number.base10_digits().to_owned(),
        Lit::Float(number) if number.suffix().is_empty() => number.base10_digits().to_owned(),
        Lit::Bool(truth) if sign.is_empty() => truth.value.to_string(),
        _ => {
            return Err(syn::Error::new(
                literal.span(),
                "expected a SQL text in quotes, a number, `true` or `false`",
            ));
        }
    };
    Ok(Text {
        value: format!("{sign}{value}"),
        span: literal.span(),
    })
}

/// Reads `= "…"`.
pub(crate) fn text(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Text> {
    if !input.peek(Token![=]) {
        return Err(key.error(format!(
            "`{name}` needs a text: `{name} = \"…\"`",
            name = key.name
        )));
    }
    input.parse::<Token![=]>()?;
    let literal: LitStr = input
        .parse()
        .map_err(|_| syn::Error::new(input.span(), "expected a text in quotes"))?;
    Ok(Text::of(&literal))
}

/// Reads `= "…"` where the text is a name, which cannot be empty.
pub(crate) fn name(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Text> {
    let text = text(key, input)?;
    if text.value.is_empty() || text.value.contains('\0') {
        return Err(syn::Error::new(
            text.span,
            "a name is not empty and holds no NUL character",
        ));
    }
    Ok(text)
}

/// Reads `= word` or `= "word"`, of a closed list.
pub(crate) fn word<T: Copy>(
    key: &Keyword,
    input: ParseStream<'_>,
    known: &[(&str, T)],
) -> syn::Result<T> {
    if !input.peek(Token![=]) {
        return Err(key.error(format!(
            "`{name}` needs a word: `{name} = \"{first}\"`",
            name = key.name,
            first = known[0].0
        )));
    }
    input.parse::<Token![=]>()?;
    let (written, span) = if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        (literal.value(), literal.span())
    } else {
        let ident = input.call(Ident::parse_any)?;
        (ident.to_string(), ident.span())
    };
    let folded = written.to_lowercase().replace(['_', '-'], " ");
    let Some((_, value)) = known
        .iter()
        .find(|(word, _)| word.replace('_', " ") == folded)
    else {
        let words: Vec<_> = known.iter().map(|(word, _)| *word).collect();
        return Err(syn::Error::new(
            span,
            entries::unknown("word", &written, &words),
        ));
    };
    Ok(*value)
}

/// Reads a key that takes no value.
pub(crate) fn flag(key: &Keyword, input: ParseStream<'_>) -> syn::Result<Option<Span>> {
    if input.peek(Token![=]) || input.peek(syn::token::Paren) {
        return Err(syn::Error::new(
            input.span(),
            format!("`{}` takes no value", key.name),
        ));
    }
    Ok(Some(key.span))
}
