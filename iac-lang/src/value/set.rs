//! Sets: sorted, without duplicates.

use std::cmp::Ordering;

use super::Value;

impl Value {
    /// Creates a set. Elements are sorted and duplicates removed, so that equal sets have equal representations.
    ///
    /// Every unknown element is kept, since they may turn out to be different. A set does not contain sensitive
    /// elements: the set itself becomes sensitive, as in Terraform.
    #[must_use]
    pub fn set(mut elements: Vec<Self>) -> Self {
        let mut sensitive = false;
        for element in &mut elements {
            if element.contains_sensitive() {
                sensitive = true;
                *element = std::mem::replace(element, Self::Null).without_marks();
            }
        }
        if !elements.is_sorted_by(|left, right| left.order(right) == Ordering::Less) {
            elements.sort_by(Self::order);
            elements.dedup_by(|next, first| next == first && next.is_wholly_known());
        }
        let set = Self::Set(elements);
        if sensitive { Self::Sensitive(Box::new(set)) } else { set }
    }

    /// The order of set elements: strings by bytes, numbers by size, false before true, other types in an arbitrary
    /// but stable order.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::String(left), Self::String(right)) => left.cmp(right),
            (Self::Number(left), Self::Number(right)) => left.cmp(right),
            (Self::Bool(left), Self::Bool(right)) => left.cmp(right),
            (Self::List(left), Self::List(right))
            | (Self::Tuple(left), Self::Tuple(right))
            | (Self::Set(left), Self::Set(right)) => sequences(left, right),
            (Self::Map(left), Self::Map(right)) | (Self::Object(left), Self::Object(right)) => {
                let elements = left.iter().zip(right.iter());
                elements
                    .map(|((name, value), (other_name, other))| {
                        name.cmp(other_name).then_with(|| value.order(other))
                    })
                    .find(|order| order.is_ne())
                    .unwrap_or_else(|| left.len().cmp(&right.len()))
            }
            (Self::Sensitive(left), Self::Sensitive(right)) => left.order(right),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Bool(_) => 0,
            Self::Number(_) => 1,
            Self::String(_) => 2,
            Self::List(_) => 3,
            Self::Tuple(_) => 4,
            Self::Set(_) => 5,
            Self::Map(_) => 6,
            Self::Object(_) => 7,
            Self::Sensitive(_) => 8,
            Self::Null => 9,
            Self::Unknown(_) => 10,
        }
    }
}

fn sequences(left: &[Value], right: &[Value]) -> Ordering {
    let elements = left.iter().zip(right);
    elements
        .map(|(left, right)| left.order(right))
        .find(|order| order.is_ne())
        .unwrap_or_else(|| left.len().cmp(&right.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{AttributePath, Number, PathStep};

    fn text(text: &str) -> Value {
        Value::String(text.into())
    }

    #[test]
    fn elements_are_sorted_and_distinct() {
        let set = Value::set(vec![text("b"), text("a"), text("b")]);
        assert_eq!(set, Value::Set(vec![text("a"), text("b")]));
        let number = |number: i64| Value::Number(Number::from(number));
        let half = Value::Number("0.5".parse().expect("a valid number"));
        let set = Value::set(vec![number(10), half.clone(), number(9), number(-1)]);
        assert_eq!(set, Value::Set(vec![number(-1), half, number(9), number(10)]));
    }

    #[test]
    fn unknown_elements_are_all_kept() {
        let set = Value::set(vec![Value::UNKNOWN, text("a"), Value::UNKNOWN, text("a")]);
        assert_eq!(set, Value::Set(vec![text("a"), Value::UNKNOWN, Value::UNKNOWN]));
    }

    #[test]
    fn sensitive_element_makes_the_set_sensitive() {
        let set = Value::set(vec![Value::Sensitive(Box::new(text("b"))), text("a")]);
        assert_eq!(set, Value::Sensitive(Box::new(Value::Set(vec![text("a"), text("b")]))));
        let (set, paths) = Value::Object([("x".into(), set)].into()).unmark();
        assert_eq!(set, Value::Object([("x".into(), Value::Set(vec![text("a"), text("b")]))].into()));
        assert_eq!(paths, [AttributePath(vec![PathStep::from("x")])]);
    }
}
