//! Why a state cannot be read.

use super::json::{Position, Unexpected};

/// Why a state cannot be read. No message holds a value: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// It is not text.
    #[error("the state is not UTF-8 text, at {0}")]
    NotUtf8(Position),
    /// It is not JSON, ends too early, or something in it is of another type.
    #[error("the state is not valid at {position}{}: expected {expected}, found {found}", of(.address.as_deref()))]
    Invalid {
        /// Where.
        position: Position,
        /// The resource or output that it belongs to.
        address: Option<String>,
        /// What should stand there.
        expected: &'static str,
        /// What kind of thing stands there.
        found: &'static str,
    },
    /// An instance is in it twice.
    #[error("`{address}` is in the state twice: for the second time at {position}")]
    Duplicate {
        /// The instance, and the deposed key if it has one.
        address: String,
        /// Where it stands for the second time.
        position: Position,
    },
    /// A newer version of Terraform wrote it.
    #[error(
        "the state has version {0} of the format, which is newer than this program: it knows versions up to 4"
    )]
    NewerVersion(u64),
    /// A version of Terraform before 0.7 wrote it.
    #[error("the state has version {0} of the format, which is too old: versions from 2 on are read")]
    OlderVersion(u64),
    /// `tofu` encrypted it.
    #[error("the state is encrypted")]
    Encrypted,
    /// It is a file that `terraform plan -out` wrote.
    #[error("this is a saved plan, not a state")]
    SavedPlan,
    /// It is what `terraform show -json` says of a plan.
    #[error("this is a plan in JSON, not a state")]
    PlanJson,
    /// It is JSON, and something else.
    #[error("this is JSON, but not a state: it has neither `version` nor `format_version`")]
    NotAState,
}

fn of(address: Option<&str>) -> String {
    address.map(|address| format!(", in `{address}`")).unwrap_or_default()
}

impl StateError {
    /// What can be done about it, as a sentence.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Invalid { found: "the end of the text", .. } => {
                "The file ends too early: fetch it again, or take its backup."
            }
            Self::NotUtf8(_) => {
                "Terraform writes states as UTF-8: if the file is compressed, unpack it first."
            }
            Self::Invalid { .. } => return None,
            Self::Duplicate { .. } => {
                "Remove one of the two with `terraform state rm`, or take an earlier version of the state."
            }
            Self::NewerVersion(_) => {
                "Update this program, or give it what `terraform show -json` says of the state."
            }
            Self::OlderVersion(_) => {
                "Run `terraform apply -refresh-only` with Terraform 0.11, which writes a version that is read."
            }
            Self::Encrypted => {
                "Only OpenTofu has the key: give what `tofu state pull` or `tofu show -json` prints, which is not encrypted."
            }
            Self::SavedPlan => "Give the state; a plan is reviewed as `terraform show -json PLAN` prints it.",
            Self::PlanJson => {
                "Give the state: what `terraform state pull` prints, or `terraform show -json` without a plan."
            }
            Self::NotAState => {
                "Give a `terraform.tfstate`, or what `terraform state pull` or `terraform show -json` prints."
            }
        })
    }
}

/// What is wrong, before the place is counted in lines.
#[derive(Debug)]
pub(super) enum Problem {
    Unexpected(Unexpected),
    /// The same, and what it belongs to.
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
    /// Says what it belongs to, if nothing has said it.
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
