//! The danger of a change, and the reasons for it.

use iac_core::address::ResourceMode;
use iac_core::text::Text;
use iac_lang::value::AttributePath;
use iac_plan::plan::{Action, ResourceChange};

use super::Hazards;
use super::hazards::{Harm, changes};

/// The danger of a change. Greater dangers are listed first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Danger {
    /// No object is changed: it is moved, read or imported.
    #[default]
    None,
    /// An object is added.
    Adds,
    /// An object is updated in place.
    Changes,
    /// A protection against loss is removed: deletion protection, versions, backups.
    RemovesProtection,
    /// A service is unavailable for a while.
    Interrupts,
    /// An object is destroyed that can be recreated.
    Destroys,
    /// Data is lost.
    LosesData,
}

impl Danger {
    /// All dangers, the greatest first.
    pub(crate) const ALL: [Self; 7] = [
        Self::LosesData,
        Self::Destroys,
        Self::Interrupts,
        Self::RemovesProtection,
        Self::Changes,
        Self::Adds,
        Self::None,
    ];

    /// Returns the name in machine formats: `loses-data`, `destroys`, `interrupts`, `removes-protection`, `changes`,
    /// `adds`, `none`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Adds => "adds",
            Self::Changes => "changes",
            Self::RemovesProtection => "removes-protection",
            Self::Interrupts => "interrupts",
            Self::Destroys => "destroys",
            Self::LosesData => "loses-data",
        }
    }

    /// Returns the heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::None => "Other",
            Self::Adds => "Added",
            Self::Changes => "Changed",
            Self::RemovesProtection => "Protection removed",
            Self::Interrupts => "Interruption",
            Self::Destroys => "Destroyed",
            Self::LosesData => "Data loss",
        }
    }
}

/// A reason for the danger of a change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Reason {
    /// The path in the resource; empty for the whole resource.
    pub path: AttributePath,
    /// The effect, as a phrase: `deletes its objects`.
    pub what: Text,
}

/// Returns the danger of a change, and the reasons for it.
pub(super) fn danger(change: &ResourceChange, hazards: &Hazards) -> (Danger, Vec<Reason>) {
    if change.address.mode != ResourceMode::Managed {
        return (Danger::None, Vec::new());
    }
    let type_name = change.address.resource_type.as_str();
    match change.action {
        Action::NoOp | Action::Read | Action::Forget => (Danger::None, Vec::new()),
        Action::Create => (Danger::Adds, Vec::new()),
        Action::Delete | Action::DeleteThenCreate | Action::CreateThenDelete => {
            let is_replaced = change.action.is_replace();
            let harm = hazards.of_type(type_name).filter(|(harm, _)| {
                change.deposed.is_none()
                    && (match harm {
                        Harm::Notes => is_replaced,
                        // The replacement is a guard, too.
                        Harm::Disables => !is_replaced,
                        _ => true,
                    })
            });
            let Some((harm, what)) = harm else {
                return (Danger::Destroys, changes::lost_protections(change, hazards));
            };
            let danger = match harm {
                Harm::Loses => Danger::LosesData,
                Harm::Notes => Danger::Changes,
                Harm::Interrupts | Harm::Disables => Danger::Destroys,
            };
            let mut reasons = vec![Reason { path: AttributePath::default(), what: what.clone() }];
            reasons.extend(changes::lost_protections(change, hazards));
            (danger, reasons)
        }
        Action::CreateThenForget | Action::ForgetThenCreate => {
            // No data is lost, but users of the object get a new, empty one.
            let is_hazard = hazards
                .of_type(type_name)
                .is_some_and(|(harm, _)| matches!(harm, Harm::Loses | Harm::Interrupts));
            let danger = if is_hazard { Danger::Interrupts } else { Danger::Changes };
            let what = Text::from_static("moves users to a new object; the old one is left, unmanaged");
            (danger, vec![Reason { path: AttributePath::default(), what }])
        }
        Action::Update => changes::update(change, hazards),
    }
}
