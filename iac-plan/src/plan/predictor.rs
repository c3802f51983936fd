//! Who predicted a change.

/// Who predicted a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Predictor {
    /// The built-in knowledge of the provider.
    #[default]
    Table,
    /// The provider's binary.
    Provider,
}

impl Predictor {
    /// Returns the word in the JSON of plans: `table` or `provider`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Provider => "provider",
        }
    }

    /// Returns the predictor with this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Table, Self::Provider].into_iter().find(|each| each.as_str() == word)
    }
}
