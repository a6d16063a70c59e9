//! An object as it is told: its stored form, in which a word of ours is known from a text of the database.
//!
//! JSON would do, were it not that there the text `Given` of a comment and the variant `Given` of an enum are the
//! same. Here every word knows whose it is, so that [`super::terms`] can say it as SQL or English does.

use std::fmt;

use serde::ser::{self, Serialize, SerializeMap, SerializeSeq};

use super::terms::shown;

/// A value of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// What is not there.
    Nothing,
    /// Yes or no.
    Flag(bool),
    /// A text or a number of the database.
    Text(String),
    /// An expression: the text that is read, and the one that is compared.
    Expression(Expression),
    /// One of a few words of ours.
    Word(Word),
    /// A word of ours with what belongs to it.
    With(Word, Box<Self>),
    /// Several.
    List(Vec<Self>),
    /// Several by their names.
    Named(Vec<(String, Self)>),
    /// Something with fields.
    Fields(&'static str, Vec<(&'static str, Self)>),
}

/// A word of ours, and the type that it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    /// The type.
    pub(super) of: &'static str,
    /// The word.
    pub(super) name: &'static str,
}

/// An expression in the words that are read; it is compared by those that tell it from others.
#[derive(Debug, Clone, Eq)]
pub(super) struct Expression {
    /// What is read.
    pub(super) text: String,
    normal: String,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.normal == other.normal
    }
}

/// Types whose values are the same whatever they hold: a difference in them is none.
const EQUAL: [&str; 3] = ["Place", "Start", "OwnComment"];

impl Told {
    /// A value of the catalog; `None` where it cannot be told, which none of them is.
    pub(super) fn of(value: &impl Serialize) -> Option<Self> {
        value.serialize(Teller).ok()
    }

    /// A field by its name.
    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        let Self::Fields(_, fields) = self else {
            return None;
        };
        let found = fields.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| value)
    }

    /// Its text, where it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn of_fields(of: &'static str, fields: Vec<(&'static str, Self)>) -> Self {
        if of != "Expr" {
            return Self::Fields(of, fields);
        }
        let mut text = String::new();
        let mut normal = None;
        for (key, value) in fields {
            match (key, value) {
                ("text", Self::Text(own)) => text = own,
                ("normal", Self::Text(own)) => normal = Some(own),
                _ => {}
            }
        }
        Self::Expression(Expression {
            normal: normal.unwrap_or_else(|| text.clone()),
            text,
        })
    }

    /// A list; one of pairs is told by names.
    fn of_items(items: Vec<Self>) -> Self {
        let pair = |item: &Self| match item {
            Self::List(parts) => match &parts[..] {
                [
                    name @ (Self::Text(_) | Self::Fields("QualifiedName", _)),
                    value,
                ] => Some((shown(name), value.clone())),
                _ => None,
            },
            _ => None,
        };
        let pairs: Option<Vec<_>> = items.iter().map(pair).collect();
        match pairs {
            Some(pairs) if !pairs.is_empty() => Self::Named(pairs),
            _ => Self::List(items),
        }
    }
}

/// What never happens: every value of a catalog can be told.
#[derive(Debug)]
pub(super) struct Untold;

impl fmt::Display for Untold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value cannot be told")
    }
}

impl std::error::Error for Untold {}

impl ser::Error for Untold {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

struct Teller;

/// What is told part by part.
struct Parts {
    items: Vec<Told>,
    pairs: Vec<(String, Told)>,
    fields: Vec<(&'static str, Told)>,
    of: Word,
    is_variant: bool,
}

impl Parts {
    const fn new(of: &'static str) -> Self {
        Self {
            items: Vec::new(),
            pairs: Vec::new(),
            fields: Vec::new(),
            of: Word { of, name: "" },
            is_variant: false,
        }
    }

    fn of_variant(of: &'static str, name: &'static str) -> Self {
        Self {
            of: Word { of, name },
            is_variant: true,
            ..Self::new(of)
        }
    }

    fn told(self, inner: Told) -> Told {
        if self.is_variant {
            Told::With(self.of, Box::new(inner))
        } else {
            inner
        }
    }

    fn item(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Untold> {
        self.items.push(value.serialize(Teller)?);
        Ok(())
    }

    fn field(
        &mut self,
        key: &'static str,
        value: &(impl Serialize + ?Sized),
    ) -> Result<(), Untold> {
        self.fields.push((key, value.serialize(Teller)?));
        Ok(())
    }

    fn all_items(mut self) -> Told {
        let items = std::mem::take(&mut self.items);
        self.told(Told::of_items(items))
    }

    fn all_fields(mut self) -> Told {
        let fields = std::mem::take(&mut self.fields);
        let inner = Told::of_fields(self.of.of, fields);
        self.told(inner)
    }
}

macro_rules! texts {
    ($($method:ident($type:ty))*) => {
        $(fn $method(self, value: $type) -> Result<Told, Untold> {
            Ok(Told::Text(value.to_string()))
        })*
    };
}

macro_rules! flags {
    ($($method:ident($type:ty))*) => {
        $(fn $method(self, value: $type) -> Result<Told, Untold> {
            Ok(Told::Flag(value))
        })*
    };
}

impl ser::Serializer for Teller {
    type Ok = Told;
    type Error = Untold;
    type SerializeSeq = Parts;
    type SerializeTuple = Parts;
    type SerializeTupleStruct = Parts;
    type SerializeTupleVariant = Parts;
    type SerializeMap = Parts;
    type SerializeStruct = Parts;
    type SerializeStructVariant = Parts;

    texts! {
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64)
        serialize_f32(f32) serialize_f64(f64) serialize_char(char) serialize_str(&str)
    }

    flags! { serialize_bool(bool) }

    fn serialize_bytes(self, _: &[u8]) -> Result<Told, Untold> {
        Err(Untold)
    }

    fn serialize_none(self) -> Result<Told, Untold> {
        Ok(Told::Nothing)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Told, Untold> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Told, Untold> {
        Ok(Told::Nothing)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Told, Untold> {
        Ok(Told::Nothing)
    }

    fn serialize_unit_variant(
        self,
        of: &'static str,
        _: u32,
        name: &'static str,
    ) -> Result<Told, Untold> {
        Ok(Told::Word(Word { of, name }))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        of: &'static str,
        value: &T,
    ) -> Result<Told, Untold> {
        if EQUAL.contains(&of) {
            return Ok(Told::Nothing);
        }
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        of: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<Told, Untold> {
        let inner = value.serialize(self)?;
        Ok(Told::With(Word { of, name }, Box::new(inner)))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts, Untold> {
        Ok(Parts::new(""))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts, Untold> {
        Ok(Parts::new(""))
    }

    fn serialize_tuple_struct(self, of: &'static str, _: usize) -> Result<Parts, Untold> {
        Ok(Parts::new(of))
    }

    fn serialize_tuple_variant(
        self,
        of: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Parts, Untold> {
        Ok(Parts::of_variant(of, name))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts, Untold> {
        Ok(Parts::new(""))
    }

    fn serialize_struct(self, of: &'static str, _: usize) -> Result<Parts, Untold> {
        Ok(Parts::new(of))
    }

    fn serialize_struct_variant(
        self,
        of: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Parts, Untold> {
        Ok(Parts::of_variant(of, name))
    }
}

impl SerializeSeq for Parts {
    type Ok = Told;
    type Error = Untold;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Untold> {
        self.item(value)
    }

    fn end(self) -> Result<Told, Untold> {
        Ok(self.all_items())
    }
}

/// A pair stays what it is: only a list of pairs is told by names.
impl ser::SerializeTuple for Parts {
    type Ok = Told;
    type Error = Untold;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Untold> {
        self.item(value)
    }

    fn end(self) -> Result<Told, Untold> {
        Ok(Told::List(self.items))
    }
}

macro_rules! tuples {
    ($($part:ident),*) => {
        $(impl ser::$part for Parts {
            type Ok = Told;
            type Error = Untold;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Untold> {
                self.item(value)
            }

            fn end(self) -> Result<Told, Untold> {
                Ok(self.all_items())
            }
        })*
    };
}

tuples!(SerializeTupleStruct, SerializeTupleVariant);

macro_rules! fields {
    ($($part:ident),*) => {
        $(impl ser::$part for Parts {
            type Ok = Told;
            type Error = Untold;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), Untold> {
                self.field(key, value)
            }

            fn end(self) -> Result<Told, Untold> {
                Ok(self.all_fields())
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Parts {
    type Ok = Told;
    type Error = Untold;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Untold> {
        let name = shown(&key.serialize(Teller)?);
        self.pairs.push((name, Told::Nothing));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Untold> {
        let Some((_, place)) = self.pairs.last_mut() else {
            return Err(Untold);
        };
        *place = value.serialize(Teller)?;
        Ok(())
    }

    fn end(self) -> Result<Told, Untold> {
        Ok(Told::Named(self.pairs))
    }
}
