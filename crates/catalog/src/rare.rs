//! Values that hardly any object has: they take the room of a pointer where they are plain.
//!
//! A column has a dozen things to say that few columns say, and a catalog holds tens of thousands of
//! columns. To whoever reads, compares or stores it, a rare value is the value itself.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A type with a value that nearly all have.
pub trait Plain: Sized + 'static {
    /// That value.
    const PLAIN: &'static Self;

    /// Whether it is that value to the last bit, also in what `==` does not look at.
    fn is_plain(&self) -> bool;
}

impl<T: 'static> Plain for Option<T> {
    const PLAIN: &'static Self = &None;

    fn is_plain(&self) -> bool {
        self.is_none()
    }
}

impl<T: 'static> Plain for Vec<T> {
    const PLAIN: &'static Self = &Self::new();

    fn is_plain(&self) -> bool {
        self.is_empty()
    }
}

impl<K: 'static, V: 'static> Plain for BTreeMap<K, V> {
    const PLAIN: &'static Self = &Self::new();

    fn is_plain(&self) -> bool {
        self.is_empty()
    }
}

/// A value that is mostly plain.
#[derive(Clone)]
pub struct Rare<T>(Option<Box<T>>);

impl<T> Rare<T> {
    /// The plain value.
    pub const fn plain() -> Self {
        Self(None)
    }
}

impl<T> Default for Rare<T> {
    fn default() -> Self {
        Self::plain()
    }
}

impl<T: Plain> From<T> for Rare<T> {
    fn from(value: T) -> Self {
        Self((!value.is_plain()).then(|| Box::new(value)))
    }
}

impl<T: Plain> Deref for Rare<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or(T::PLAIN)
    }
}

impl<T: Plain + Clone> DerefMut for Rare<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_with(|| Box::new(T::PLAIN.clone()))
    }
}

impl<T: Plain + PartialEq> PartialEq for Rare<T> {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            _ => **self == **other,
        }
    }
}

impl<T: Plain + Eq> Eq for Rare<T> {}

impl<T: Plain + fmt::Debug> fmt::Debug for Rare<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: Plain + Serialize> Serialize for Rare<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<'de, T: Plain + Deserialize<'de>> Deserialize<'de> for Rare<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_value_itself() -> serde_json::Result<()> {
        let plain = Rare::<Vec<u8>>::plain();
        let mut rare = Rare::from(vec![1]);
        assert_eq!((plain.len(), rare.len()), (0, 1));
        assert_eq!(format!("{plain:?} {rare:?}"), "[] [1]");
        assert_eq!(serde_json::to_string(&[&plain, &rare])?, "[[],[1]]");
        let back: Vec<Rare<Vec<u8>>> = serde_json::from_str("[[],[1]]")?;
        assert_eq!(back, [plain.clone(), rare.clone()]);
        assert!(back[0].0.is_none());
        // Written to and plain again, it is equal to what was never written to.
        rare.clear();
        assert_eq!(rare, plain);
        Ok(())
    }

    #[test]
    fn what_is_plain_takes_no_room() {
        assert_eq!(size_of::<Rare<Option<String>>>(), size_of::<usize>());
        assert!(Rare::from(None::<String>).0.is_none());
    }
}
