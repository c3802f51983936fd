//! Credentials without a sensitive mark: strings that look like one, and variables with a telling name.

use iac_lang::types::Type;
use iac_lang::value::{AttributePath, PathStep, Value};

use super::REDACTED;
use super::spread::parts;
use crate::credential::{has_credential, is_credential_name, is_literal, secret_member};
use crate::plan::{Action, Plan, ResourceChange};
use crate::schema::Block;

/// Marks values that look like credentials as sensitive, so that no report shows them; in changed resources only, or
/// everywhere.
///
/// Terraform shows them: a password in the environment of a container, a key in user data.
///
/// ```
/// use iac_plan::plan::{Plan, hide_credentials};
///
/// let mut plan = Plan::default();
/// hide_credentials(&mut plan, true);
/// ```
pub fn hide_credentials(plan: &mut Plan, everywhere: bool) {
    // Reports also contain unchanged resources that move, are imported, or are uncertain.
    let is_shown = |change: &ResourceChange| {
        everywhere
            || change.action != Action::NoOp
            || change.previous_address.is_some()
            || change.importing.is_some()
            || !change.undecided.is_empty()
    };
    for change in plan.changes.iter_mut().chain(&mut plan.drift).filter(|change| is_shown(change)) {
        let schema = change.schema.clone();
        let block = schema.as_ref().map(|schema| &*schema.block);
        change.before_sensitive.extend(credential_places_of(&change.before, block));
        change.after_sensitive.extend(credential_places_of(&change.after, block));
    }
    for invocation in &mut plan.invocations {
        invocation.config_sensitive.extend(credential_places(&invocation.config));
    }
    let messages = plan.checks.iter_mut().flat_map(|check| &mut check.instances);
    for message in messages.flat_map(|instance| &mut instance.problems) {
        if has_credential(message) {
            REDACTED.clone_into(message);
        }
    }
    for output in &mut plan.outputs {
        let is_named = is_credential_name(&output.name);
        let is_secret = |value: &Value| holds_credential(value, is_named);
        let (before, after) = (is_secret(&output.before), is_secret(&output.after));
        output.before_sensitive |= before;
        output.after_sensitive |= after;
    }
}

/// Returns true if a value of a user, such as an output value, contains a credential.
fn holds_credential(value: &Value, is_named: bool) -> bool {
    let mut found = Vec::new();
    find(value, is_named, Keys::User, &mut Vec::new(), &mut found);
    !found.is_empty()
}

/// Returns the paths of credentials in a value whose keys a user chose.
pub(crate) fn credential_places_of_user(value: &Value) -> Vec<AttributePath> {
    let mut found = Vec::new();
    find(value, false, Keys::User, &mut Vec::new(), &mut found);
    found
}

/// The origin of the keys of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keys {
    /// The provider chose them, and marks their values if they are sensitive.
    Provider,
    /// A user may have chosen them.
    User,
}

/// Returns the paths of credentials in a value without a known schema: a provider chose its attribute names, and users
/// may have chosen the keys below.
pub(crate) fn credential_places(value: &Value) -> Vec<AttributePath> {
    credential_places_of(value, None)
}

/// Returns the paths of credentials. Inside a set, that is the whole set.
pub(crate) fn credential_places_of(value: &Value, block: Option<&Block>) -> Vec<AttributePath> {
    let mut found = Vec::new();
    parts(value, |step, part| {
        let keys = match (step, block) {
            (PathStep::Name(name), Some(block)) => match block.attribute(name) {
                Some(attribute) if attribute.ty == Type::Any => Keys::User,
                _ => Keys::Provider,
            },
            _ => Keys::User,
        };
        let is_named =
            matches!((value, step), (Value::Map(_), PathStep::Name(name)) if is_credential_name(name));
        find(part, is_named, keys, &mut vec![step.clone()], &mut found);
    });
    found
}

fn find(value: &Value, is_named: bool, keys: Keys, at: &mut Vec<PathStep>, found: &mut Vec<AttributePath>) {
    match value {
        Value::String(text) if (is_named && is_literal(text)) || has_credential(text) => {
            found.push(AttributePath(at.clone()));
        }
        Value::Set(elements) => {
            let is_secret = |element: &Value| {
                let mut inside = Vec::new();
                find(element, is_named, keys, &mut Vec::new(), &mut inside);
                !inside.is_empty()
            };
            if elements.iter().any(is_secret) {
                found.push(AttributePath(at.clone()));
            }
        }
        value => {
            let is_of_user = matches!(value, Value::Map(_)) || keys == Keys::User;
            let paired = secret_member(value);
            parts(value, |step, part| {
                let is_named = match step {
                    PathStep::Name(name) => {
                        paired == Some(name.as_str()) || (is_of_user && is_credential_name(name))
                    }
                    PathStep::Index(_) => is_named,
                };
                at.push(step.clone());
                find(part, is_named, keys, at, found);
                at.pop();
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use iac_lang::value::Value;

    use crate::plan::testing::change;
    use crate::plan::{Action, OutputChange, Plan, ResourceChange, hide_credentials};

    fn marked(change: ResourceChange, everywhere: bool) -> Vec<String> {
        let mut plan = Plan { changes: vec![change], ..Plan::default() };
        hide_credentials(&mut plan, everywhere);
        plan.changes[0].after_sensitive.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn credentials_are_marked_as_sensitive() {
        let text = r#"{"name": "AKIAIOSFODNN7EXAMPLE", "policy": "[{\"name\": \"DB_PASSWORD\", \"value\": \"x\"}]", "tags": {"Token": "abc", "Team": "a"}, "text": "plain"}"#;
        let marked = |action, everywhere| marked(change("test_thing.a", action, "null", text), everywhere);
        assert_eq!(marked(Action::Create, false), ["name", "policy", "tags.Token"]);
        assert_eq!(marked(Action::NoOp, false), [""; 0]);
        assert_eq!(marked(Action::NoOp, true).len(), 3);
    }

    #[test]
    fn names_below_the_attributes_of_unknown_types_are_those_of_users() {
        let text = r#"{"token": "of the provider", "data": {"DB_PASSWORD": "a", "USER": "b"},
            "set": [{"name": "auth.password", "value": "a"}, {"name": "size", "value": "1"}],
            "env": ["DB_PASSWORD=a", "USER=b"], "config": {"secret_key": "a", "region": "eu-west-1"}}"#;
        let change = ResourceChange {
            schema: None,
            after: Arc::new(Value::parse_json(text).unwrap()),
            ..change("test_thing.a", Action::Create, "null", "{}")
        };
        let expected = ["data.DB_PASSWORD", "set[0].value", "env[0]", "config.secret_key"];
        let mut found = marked(change, false);
        found.sort_unstable();
        let mut expected = expected.map(str::to_owned);
        expected.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn credentials_in_outputs_are_sensitive() {
        let output = |name: &str, before: &str, after: &str| OutputChange {
            name: name.into(),
            action: Action::Update,
            before: Value::parse_json(before).unwrap(),
            after: Value::parse_json(after).unwrap(),
            before_sensitive: false,
            after_sensitive: false,
            undecided: Vec::new(),
        };
        let outputs = vec![
            output("db_password", "null", r#""hunter2""#),
            output("url", r#""redis://:hunter2@cache""#, "null"),
            output("settings", "null", r#"{"smtp": {"password": "hunter2"}}"#),
            output("password_length", "8", r#""16""#),
            output("require_password", "null", r#""true""#),
        ];
        let mut plan = Plan { outputs, ..Plan::default() };
        hide_credentials(&mut plan, false);
        let sensitive = plan.outputs.iter().map(|output| (output.before_sensitive, output.after_sensitive));
        let expected = [(false, true), (true, false), (false, true), (false, false), (false, false)];
        assert_eq!(sensitive.collect::<Vec<_>>(), expected);
    }
}
