//! Errors of decoding a state.

use super::reader::{Position, Unexpected};

/// An error of decoding a state. Messages never contain values, which may be sensitive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The state is not valid UTF-8.
    #[error("the state is not valid UTF-8 at {0}")]
    NotUtf8(Position),
    /// The state is not valid JSON, is truncated, or contains a value of the wrong type.
    #[error("invalid state at {position}{}: expected {expected}, found {found}", of(.address.as_deref()))]
    Invalid {
        /// The position.
        position: Position,
        /// The resource or output that contains it.
        address: Option<String>,
        /// The expected kind of value.
        expected: &'static str,
        /// The kind of value found.
        found: &'static str,
    },
    /// The state contains an instance twice.
    #[error("duplicate instance `{address}` in the state, at {position}")]
    Duplicate {
        /// The address of the instance, with its deposed key if it has one.
        address: String,
        /// The position of the second occurrence.
        position: Position,
    },
    /// A newer version of Terraform wrote the state.
    #[error("unsupported state version {0}: this program supports versions up to 4")]
    NewerVersion(u64),
    /// A version of Terraform before 0.7 wrote the state.
    #[error("unsupported state version {0}: versions before 2 are too old")]
    OlderVersion(u64),
    /// The state is encrypted by OpenTofu.
    #[error("the state is encrypted")]
    Encrypted,
    /// The file is a saved plan, written by `terraform plan -out`.
    #[error("the file is a saved plan, not a state")]
    SavedPlan,
    /// The file is a plan in JSON, written by `terraform show -json`.
    #[error("the file is a JSON plan, not a state")]
    PlanJson,
    /// The file is JSON, but not a state.
    #[error("not a state: the JSON has neither `version` nor `format_version`")]
    NotAState,
}

fn of(address: Option<&str>) -> String {
    address.map(|address| format!(", in `{address}`")).unwrap_or_default()
}

impl StateError {
    /// Returns a suggestion, as a sentence.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Invalid { found: "the end of the file", .. } => {
                "The file is truncated. Fetch it again, or use its backup."
            }
            Self::NotUtf8(_) => {
                "Terraform writes states as UTF-8. If the file is compressed, decompress it first."
            }
            Self::Invalid { .. } => return None,
            Self::Duplicate { .. } => {
                "Remove one of the two with `terraform state rm`, or use an earlier version of the state."
            }
            Self::NewerVersion(_) => {
                "Update this program, or pass the output of `terraform show -json` instead."
            }
            Self::OlderVersion(_) => {
                "Run `terraform apply -refresh-only` with Terraform 0.11, which writes a supported version."
            }
            Self::Encrypted => {
                "Pass the output of `tofu state pull` or `tofu show -json`, which OpenTofu decrypts."
            }
            Self::SavedPlan => {
                "Pass a state. To review a plan, pass the output of `terraform show -json PLAN`."
            }
            Self::PlanJson => {
                "Pass a state: the output of `terraform state pull`, or of `terraform show -json` without a plan."
            }
            Self::NotAState => {
                "Pass a `terraform.tfstate`, or the output of `terraform state pull` or `terraform show -json`."
            }
        })
    }
}

/// An error whose position has not been converted to a line and column.
#[derive(Debug)]
pub(super) enum Problem {
    Unexpected(Unexpected),
    /// An unexpected value, and the resource or output that contains it.
    In(Unexpected, String),
    Duplicate {
        offset: usize,
        address: String,
    },
    Whole(StateError),
}

impl From<Unexpected> for Problem {
    fn from(unexpected: Unexpected) -> Self {
        Self::Unexpected(unexpected)
    }
}

impl Problem {
    /// Adds the containing resource or output, unless there is one already.
    pub(super) fn within(self, address: impl FnOnce() -> Option<String>) -> Self {
        match self {
            Self::Unexpected(unexpected) => match address() {
                Some(address) => Self::In(unexpected, address),
                None => Self::Unexpected(unexpected),
            },
            other => other,
        }
    }

    pub(super) fn error(self, text: &str) -> StateError {
        let (unexpected, address) = match self {
            Self::Unexpected(unexpected) => (unexpected, None),
            Self::In(unexpected, address) => (unexpected, Some(address)),
            Self::Duplicate { offset, address } => {
                return StateError::Duplicate { address, position: Position::of(text.as_bytes(), offset) };
            }
            Self::Whole(error) => return error,
        };
        let Unexpected { offset, expected, found } = unexpected;
        StateError::Invalid { position: Position::of(text.as_bytes(), offset), address, expected, found }
    }
}
