//! The elements of a map or object.

use std::fmt;

use iac_core::text::{Text, compare};

use crate::value::Value;

/// The elements of a map or the attributes of an object, sorted by name.
///
/// Stored in a single allocation: a plan creates many of them, with a few dozen attributes each.
#[derive(Clone, Default, PartialEq)]
pub struct ValueMap(Vec<(Text, Value)>);

impl ValueMap {
    /// Creates an empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Creates a map from a list sorted by name, without duplicates.
    #[must_use]
    pub fn from_sorted(elements: Vec<(Text, Value)>) -> Self {
        debug_assert!(elements.is_sorted_by(|(left, _), (right, _)| left < right));
        Self(elements)
    }

    /// Returns the number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if there are no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(each, _)| compare(each, name))
    }

    /// Returns the element with the name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.position(name).ok().map(|position| &self.0[position].1)
    }

    /// Returns a mutable reference to the element with the name.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.position(name).ok().map(|position| &mut self.0[position].1)
    }

    /// Returns `true` if there is an element with the name.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.position(name).is_ok()
    }

    /// Sets an element and returns its previous value.
    pub fn insert(&mut self, name: Text, value: Value) -> Option<Value> {
        match self.position(&name) {
            Ok(position) => Some(std::mem::replace(&mut self.0[position].1, value)),
            Err(position) => {
                self.0.insert(position, (name, value));
                None
            }
        }
    }

    /// Removes an element and returns it.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.position(name).ok().map(|position| self.0.remove(position).1)
    }

    /// Iterates over the elements, sorted by name.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Text, &Value)> + ExactSizeIterator {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// Iterates over the elements mutably, sorted by name.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&Text, &mut Value)> + ExactSizeIterator {
        self.0.iter_mut().map(|(name, value)| (&*name, value))
    }

    /// Iterates over the names, sorted.
    #[must_use]
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Text> + ExactSizeIterator {
        self.0.iter().map(|(name, _)| name)
    }

    /// Iterates over the values, sorted by name.
    #[must_use]
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator {
        self.0.iter().map(|(_, value)| value)
    }
}

/// For duplicate names, the last element wins.
impl FromIterator<(Text, Value)> for ValueMap {
    fn from_iter<I: IntoIterator<Item = (Text, Value)>>(elements: I) -> Self {
        let mut elements: Vec<_> = elements.into_iter().collect();
        if !elements.is_sorted_by(|(left, _), (right, _)| left < right) {
            // The sort is stable, so reversing puts the last of equal names first.
            elements.reverse();
            elements.sort_by(|(left, _), (right, _)| left.cmp(right));
            elements.dedup_by(|(next, _), (first, _)| next == first);
        }
        Self(elements)
    }
}

impl<const N: usize> From<[(Text, Value); N]> for ValueMap {
    fn from(elements: [(Text, Value); N]) -> Self {
        elements.into_iter().collect()
    }
}

impl IntoIterator for ValueMap {
    type Item = (Text, Value);
    type IntoIter = std::vec::IntoIter<(Text, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Debug for ValueMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_duplicate_element_wins() {
        let elements = [("b", true), ("a", true), ("b", false)];
        let map: ValueMap = elements.map(|(name, value)| (name.into(), Value::Bool(value))).into();
        assert_eq!(format!("{map:?}"), r#"{"a": true, "b": false}"#);
        assert_eq!(map.get("b"), Some(&Value::Bool(false)));
        assert_eq!(map.get("c"), None);
    }
}
