//! Credentials without a sensitive mark: strings that look like one, and variables with a telling name.

use std::collections::HashSet;

use iac_lang::types::Type;
use iac_lang::value::{AttributePath, PathStep, Value};

use super::spread::{gather, parts};
use super::{REDACTED, Secrets};
use crate::credential::{
    Scope, argument, has_credential, is_credential_name, is_description, is_literal, is_token, member_scope,
    secret_member,
};
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
    hide_copies(plan);
}

/// Marks strings that equal a credential at another place, under a name that says nothing. Short strings occur
/// elsewhere by chance.
fn hide_copies(plan: &mut Plan) {
    const SHORTEST: usize = 6;
    let texts: HashSet<String> = {
        let mut texts = Vec::new();
        for change in plan.changes.iter().chain(&plan.drift) {
            gather(&change.before, &Secrets::new(None, &change.before_sensitive), &mut texts);
            gather(&change.after, &Secrets::new(None, &change.after_sensitive), &mut texts);
        }
        for output in &plan.outputs {
            gather(&output.before, &Secrets::whole(output.before_sensitive), &mut texts);
            gather(&output.after, &Secrets::whole(output.after_sensitive), &mut texts);
        }
        texts
            .into_iter()
            .filter(|text| text.len() >= SHORTEST && is_literal(text))
            .map(str::to_owned)
            .collect()
    };
    if texts.is_empty() {
        return;
    }
    let copies = |value: &Value, marks: &[AttributePath]| {
        let mut found = Vec::new();
        find_copies(value, &Secrets::new(None, marks), &texts, &mut Vec::new(), &mut found);
        found
    };
    for change in plan.changes.iter_mut().chain(&mut plan.drift) {
        let before = copies(&change.before, &change.before_sensitive);
        let after = copies(&change.after, &change.after_sensitive);
        change.before_sensitive.extend(before);
        change.after_sensitive.extend(after);
    }
    for output in &mut plan.outputs {
        output.before_sensitive |= !copies(&output.before, &[]).is_empty();
        output.after_sensitive |= !copies(&output.after, &[]).is_empty();
    }
}

/// Finds the paths that contain one of the strings and are not sensitive yet. Inside a set, that is the whole set.
fn find_copies(
    value: &Value,
    secrets: &Secrets<'_>,
    texts: &HashSet<String>,
    at: &mut Vec<PathStep>,
    found: &mut Vec<AttributePath>,
) {
    if secrets.covers(value) {
        return;
    }
    match value {
        Value::String(text) if texts.contains(text.as_str()) => found.push(AttributePath(at.clone())),
        Value::Set(elements) => {
            let mut inside = Vec::new();
            for element in elements {
                find_copies(element, &Secrets::whole(false), texts, &mut Vec::new(), &mut inside);
            }
            if !inside.is_empty() {
                found.push(AttributePath(at.clone()));
            }
        }
        value => parts(value, |step, part| {
            at.push(step.clone());
            find_copies(part, &secrets.part(value, step), texts, at, found);
            at.pop();
        }),
    }
}

/// Returns true if a value of a user, such as an output value, contains a credential.
fn holds_credential(value: &Value, is_named: bool) -> bool {
    let mut found = Vec::new();
    find(value, is_named.then_some(Scope::Members), Keys::User, &mut Vec::new(), &mut found);
    !found.is_empty()
}

/// Returns the paths of credentials in a value whose keys a user chose.
pub(crate) fn credential_places_of_user(value: &Value) -> Vec<AttributePath> {
    let mut found = Vec::new();
    find(value, None, Keys::User, &mut Vec::new(), &mut found);
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
    let paired = secret_member(value);
    parts(value, |step, part| {
        let keys = match (step, block) {
            (PathStep::Name(name), Some(block)) => match block.attribute(name) {
                Some(attribute) if attribute.ty == Type::Any => Keys::User,
                _ => Keys::Provider,
            },
            _ => Keys::User,
        };
        let scope = match (value, step) {
            (_, PathStep::Name(name)) if paired == Some(name.as_str()) => Some(Scope::Value),
            (Value::Map(members), PathStep::Name(name)) => member_scope(members, name),
            _ => None,
        };
        find(part, scope, keys, &mut vec![step.clone()], &mut found);
    });
    found
}

fn find(
    value: &Value,
    scope: Option<Scope>,
    keys: Keys,
    at: &mut Vec<PathStep>,
    found: &mut Vec<AttributePath>,
) {
    match value {
        Value::String(text) if (scope.is_some() && is_literal(text)) || has_credential(text) => {
            found.push(AttributePath(at.clone()));
        }
        Value::Set(elements) => {
            let is_secret = |element: &Value| {
                let mut inside = Vec::new();
                find(element, scope, keys, &mut Vec::new(), &mut inside);
                !inside.is_empty()
            };
            if elements.iter().any(is_secret) {
                found.push(AttributePath(at.clone()));
            }
        }
        Value::Map(members) | Value::Object(members) => {
            // A key has no path of its own.
            if members.iter().any(|(name, _)| is_token(name)) {
                return found.push(AttributePath(at.clone()));
            }
            let is_of_user = matches!(value, Value::Map(_)) || keys == Keys::User;
            let paired = secret_member(value);
            for (name, part) in members.iter() {
                let inherited = scope == Some(Scope::Members) && !is_description(name);
                let scope = if paired == Some(name.as_str()) || inherited {
                    Some(Scope::Value)
                } else {
                    is_of_user.then(|| member_scope(members, name)).flatten()
                };
                at.push(PathStep::Name(name.clone()));
                find(part, scope, keys, at, found);
                at.pop();
            }
        }
        value => {
            let argument = match value {
                Value::List(elements) | Value::Tuple(elements) => argument(elements),
                _ => None,
            };
            parts(value, |step, part| {
                let is_argument = argument.is_some_and(|index| *step == PathStep::Index(index));
                at.push(step.clone());
                find(part, if is_argument { Some(Scope::Value) } else { scope }, keys, at, found);
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
    fn copies_of_credentials_are_marked_as_sensitive() {
        let text =
            r#"{"policy": "Rotate-Me", "tags": {"Token": "Rotate-Me", "Team": "Rotate-Me!", "Pin": "none"}}"#;
        assert_eq!(
            marked(change("test_thing.a", Action::Create, "null", text), false),
            ["tags.Token", "policy"]
        );
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
