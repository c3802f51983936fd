//! The actions that are possible for a change that is undecided in part.

use iac_core::address::ResourceMode;
use iac_lang::value::{AttributePath, PathStep, Value};

use crate::plan::{Action, ActionReason, ResourceChange};
use crate::schema::ForceNew;

impl ResourceChange {
    /// Returns true if the action is certain, even if a part of the values is not.
    #[must_use]
    pub fn is_action_certain(&self) -> bool {
        self.possible_actions().is_empty()
    }

    /// Returns the actions that are possible, if that is more than one: the planned action is an estimate then.
    #[must_use]
    pub fn possible_actions(&self) -> Vec<Action> {
        let is_forced = matches!(
            self.reason,
            Some(
                ActionReason::ReplaceBecauseTainted
                    | ActionReason::ReplaceByRequest
                    | ActionReason::ReplaceByTriggers
            )
        );
        match self.action {
            _ if self.undecided.is_empty() || is_forced => Vec::new(),
            Action::NoOp if self.address.mode == ResourceMode::Data => vec![Action::NoOp, Action::Read],
            Action::NoOp if self.source_is_undecided() => {
                vec![Action::NoOp, Action::Update, Action::DeleteThenCreate, Action::Delete]
            }
            Action::Create | Action::Read | Action::Delete | Action::Forget => Vec::new(),
            Action::NoOp
            | Action::Update
            | Action::DeleteThenCreate
            | Action::CreateThenDelete
            | Action::CreateThenForget
            | Action::ForgetThenCreate => self.of_existing(),
        }
    }

    /// Returns the possible actions on an object that stays in the configuration.
    fn of_existing(&self) -> Vec<Action> {
        let replace = if self.action.is_replace() { self.action } else { Action::DeleteThenCreate };
        let is_replaced =
            self.action.is_replace() && self.replace_paths.iter().any(|path| !self.is_undecided(path));
        if is_replaced {
            return Vec::new();
        }
        let mut actions = Vec::new();
        if !self.is_changed() {
            actions.push(Action::NoOp);
        }
        actions.push(Action::Update);
        if self.action.is_replace() || self.may_be_replaced() {
            actions.push(replace);
        }
        if actions == [self.action] { Vec::new() } else { actions }
    }

    /// Returns true if it is not known whether the configuration has the instance at all.
    fn source_is_undecided(&self) -> bool {
        self.undecided.iter().all(|undecided| undecided.path.0.is_empty())
    }

    fn is_undecided(&self, path: &AttributePath) -> bool {
        self.undecided.iter().any(|each| each.path.starts_with(path) || path.starts_with(&each.path))
    }

    /// Returns true if an argument certainly changes.
    fn is_changed(&self) -> bool {
        let (Value::Object(before), Value::Object(after)) = (&*self.before, &*self.after) else {
            return false;
        };
        after.iter().any(|(name, after)| {
            after.is_wholly_known()
                && before.get(name) != Some(after)
                && !self.is_undecided(&AttributePath(vec![PathStep::Name(name.clone())]))
        })
    }

    /// Returns true if an undecided argument may require replacement.
    fn may_be_replaced(&self) -> bool {
        self.undecided.iter().any(|undecided| {
            let Some(PathStep::Name(name)) = undecided.path.0.first() else { return true };
            let attribute = self.schema.as_ref().and_then(|schema| schema.block.attribute(name));
            attribute.is_none_or(|attribute| {
                attribute.nested.is_some() || attribute.facts.force_new != ForceNew::No
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Undecided;
    use crate::plan::testing::{change, path};

    #[test]
    fn planned_action_is_an_estimate_if_what_it_depends_on_is_undecided() {
        let undecided = |place: &str| Undecided { path: path(place), reason: "who knows".into() };
        let mut replaced = change(
            "test_thing.a",
            Action::DeleteThenCreate,
            r#"{"id": "a", "name": "a", "size": 1}"#,
            r#"{"id": "?", "name": "?", "size": 1}"#,
        );
        replaced.replace_paths = vec![path("name")];
        assert!(replaced.is_action_certain());
        replaced.undecided = vec![undecided("name")];
        let all = [Action::NoOp, Action::Update, Action::DeleteThenCreate];
        assert_eq!(replaced.possible_actions(), all);
        // A second reason that is certain, and a request.
        let forced = ResourceChange { reason: Some(ActionReason::ReplaceByRequest), ..replaced.clone() };
        assert!(forced.is_action_certain());
        replaced.replace_paths.push(path("size"));
        assert!(replaced.is_action_certain());

        let mut updated = change(
            "test_thing.a",
            Action::Update,
            r#"{"name": "a", "size": 1}"#,
            r#"{"name": "?", "size": 1}"#,
        );
        updated.undecided = vec![undecided("name")];
        assert_eq!(updated.possible_actions(), [Action::NoOp, Action::Update]);
        let more = change(
            "test_thing.a",
            Action::Update,
            r#"{"name": "a", "size": 1}"#,
            r#"{"name": "?", "size": 2}"#,
        );
        updated.after = more.after;
        assert!(updated.is_action_certain());

        let mut created = change("test_thing.a", Action::Create, "null", r#"{"name": "?"}"#);
        created.undecided = vec![undecided("name")];
        assert!(created.is_action_certain());
    }
}
