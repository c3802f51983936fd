//! How dangerous a change is, and why.

use super::Hazards;
use super::hazards::Harm;
use crate::builder::ResourceMode;
use crate::plan::{Action, ResourceChange};
use crate::text::Text;
use crate::value::{AttributePath, PathStep, Value};

/// How dangerous a change is. The greater one is read first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Danger {
    /// Nothing happens to what is there: it moves, is read or is imported.
    #[default]
    None,
    /// Something is added.
    Adds,
    /// Something is changed in place.
    Changes,
    /// What protects something from being lost is taken away.
    Unguards,
    /// Something is unavailable for a while.
    Interrupts,
    /// Something is destroyed that can be made again.
    Destroys,
    /// Data is lost.
    LosesData,
}

impl Danger {
    /// As machines write it: `loses-data`, `destroys`, `interrupts`, `unguards`, `changes`, `adds`, `none`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Adds => "adds",
            Self::Changes => "changes",
            Self::Unguards => "unguards",
            Self::Interrupts => "interrupts",
            Self::Destroys => "destroys",
            Self::LosesData => "loses-data",
        }
    }

    /// As a heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::None => "Nothing happens to",
            Self::Adds => "Added",
            Self::Changes => "Changed",
            Self::Unguards => "Protection taken away",
            Self::Interrupts => "Interrupted",
            Self::Destroys => "Destroyed",
            Self::LosesData => "Data is lost",
        }
    }
}

/// Why a change is dangerous.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Reason {
    /// The place in the resource; empty for the whole.
    pub path: AttributePath,
    /// What happens, as a phrase: `loses the objects in it`.
    pub what: Text,
}

/// How dangerous a change is, and why.
pub(super) fn danger(change: &ResourceChange, hazards: &Hazards) -> (Danger, Vec<Reason>) {
    if change.address.mode != ResourceMode::Managed {
        return (Danger::None, Vec::new());
    }
    let type_name = change.address.resource_type.as_str();
    match change.action {
        Action::NoOp | Action::Read | Action::Forget => (Danger::None, Vec::new()),
        Action::Create => (Danger::Adds, Vec::new()),
        Action::Delete | Action::DeleteThenCreate | Action::CreateThenDelete => {
            let is_replaced = change.action != Action::Delete;
            let harm = hazards
                .of_type(type_name)
                .filter(|(harm, _)| change.deposed.is_none() && (*harm != Harm::Notes || is_replaced));
            let Some((harm, what)) = harm else { return (Danger::Destroys, Vec::new()) };
            let danger = match harm {
                Harm::Loses => Danger::LosesData,
                Harm::Notes => Danger::Changes,
                Harm::Interrupts | Harm::Unguards => Danger::Destroys,
            };
            (danger, vec![Reason { path: AttributePath::default(), what: what.clone() }])
        }
        Action::CreateThenForget | Action::ForgetThenCreate => {
            // Nothing is lost, but what uses it gets a new one, with nothing in it.
            let is_hazard = hazards.of_type(type_name).is_some_and(|(harm, _)| *harm != Harm::Notes);
            let danger = if is_hazard { Danger::Interrupts } else { Danger::Changes };
            let what = Text::from_static("moves users to a new object; the old one is left, unmanaged");
            (danger, vec![Reason { path: AttributePath::default(), what }])
        }
        Action::Update => update(change, hazards),
    }
}

/// What a change in place harms.
fn update(change: &ResourceChange, hazards: &Hazards) -> (Danger, Vec<Reason>) {
    let mut greatest = Danger::Changes;
    let mut reasons = Vec::new();
    for hazard in hazards.of_places(&change.address.resource_type) {
        let (before, after) = (at(&change.before, &hazard.path), at(&change.after, &hazard.path));
        if before == after || (after.is_none() && hazard.becomes.is_some()) {
            continue;
        }
        let is_meant = hazard.becomes.as_ref().is_none_or(|text| is_text(after, text));
        if !is_meant {
            continue;
        }
        greatest = greatest.max(match hazard.harm {
            Harm::Loses => Danger::LosesData,
            Harm::Interrupts => Danger::Interrupts,
            Harm::Unguards => Danger::Unguards,
            Harm::Notes => Danger::Changes,
        });
        let path = hazard.path.split('.').map(|name| PathStep::Name(name.into())).collect();
        reasons.push(Reason { path, what: hazard.what.clone() });
    }
    (greatest, reasons)
}

/// The value at some names; in the first element of lists, as most blocks are there once.
fn at<'v>(value: &'v Value, names: &str) -> Option<&'v Value> {
    let mut value = value.peel();
    for name in names.split('.') {
        if let Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) = value {
            value = elements.first()?.peel();
        }
        let (Value::Object(members) | Value::Map(members)) = value else { return None };
        value = members.get(name)?.peel();
    }
    (!value.is_null()).then_some(value)
}

fn is_text(value: Option<&Value>, text: &str) -> bool {
    match value {
        Some(Value::String(value)) => value == text,
        Some(Value::Bool(value)) => value.to_string() == text,
        Some(Value::Number(value)) => value.to_string() == text,
        _ => false,
    }
}
