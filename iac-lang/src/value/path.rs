//! Paths to parts of a value.

use std::fmt;

use iac_core::text::Text;

/// A step from a value to one of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PathStep {
    /// An attribute or nested block of an object, or an element of a map.
    Name(Text),
    /// An element of a list, or of a set in its internal order.
    Index(usize),
}

/// The path to a part of a value: `ingress[0].cidr_blocks`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttributePath(pub Vec<PathStep>);

impl AttributePath {
    /// Returns the path extended by a step.
    #[must_use]
    pub fn join(&self, step: PathStep) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Self(steps)
    }

    /// Returns the names in the path, joined by dots, without indexes: `ingress.cidr_blocks`.
    #[must_use]
    pub fn names(&self) -> String {
        let names = self.0.iter().filter_map(|step| match step {
            PathStep::Name(name) => Some(name.as_str()),
            PathStep::Index(_) => None,
        });
        names.collect::<Vec<_>>().join(".")
    }

    /// Returns `true` if the path equals another one or is below it.
    #[must_use]
    pub fn starts_with(&self, outer: &Self) -> bool {
        self.0.starts_with(&outer.0)
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Name(name) if iac_core::address::is_identifier(name) => {
                    let dot = if position == 0 { "" } else { "." };
                    write!(f, "{dot}{name}")?;
                }
                PathStep::Name(name) => write!(f, "[{name:?}]")?,
                PathStep::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl FromIterator<PathStep> for AttributePath {
    fn from_iter<I: IntoIterator<Item = PathStep>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl From<&str> for PathStep {
    fn from(name: &str) -> Self {
        Self::Name(name.into())
    }
}

impl From<Text> for PathStep {
    fn from(name: Text) -> Self {
        Self::Name(name)
    }
}

impl From<usize> for PathStep {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}
