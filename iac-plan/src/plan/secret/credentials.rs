//! Credentials without a sensitive mark: strings that look like one, and variables with a telling name.

use iac_lang::value::{AttributePath, PathStep, Value};

use super::spread::parts;
use crate::credential::{has_credential, is_credential_name};
use crate::plan::{Action, Plan};

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
    let is_shown = |action: Action| everywhere || action != Action::NoOp;
    for change in plan.changes.iter_mut().chain(&mut plan.drift).filter(|change| is_shown(change.action)) {
        change.before_sensitive.extend(credential_places(&change.before));
        change.after_sensitive.extend(credential_places(&change.after));
    }
    for invocation in &mut plan.invocations {
        invocation.config_sensitive.extend(credential_places(&invocation.config));
    }
}

/// Returns the paths of strings that look like credentials. Inside a set, that is the whole set.
pub(crate) fn credential_places(value: &Value) -> Vec<AttributePath> {
    let mut found = Vec::new();
    find(value, false, &mut Vec::new(), &mut found);
    found
}

fn find(value: &Value, is_named: bool, at: &mut Vec<PathStep>, found: &mut Vec<AttributePath>) {
    match value {
        Value::String(text) if is_credential(text, is_named) => found.push(AttributePath(at.clone())),
        Value::Set(elements) => {
            let is_secret = |element: &Value| {
                let mut inside = Vec::new();
                find(element, is_named, &mut Vec::new(), &mut inside);
                !inside.is_empty()
            };
            if elements.iter().any(is_secret) {
                found.push(AttributePath(at.clone()));
            }
        }
        value => {
            // The provider names attributes, and marks them if they are sensitive; map keys are chosen by the user.
            let is_map = matches!(value, Value::Map(_));
            parts(value, |step, part| {
                let is_named = match step {
                    PathStep::Name(name) => is_map && is_credential_name(name),
                    PathStep::Index(_) => false,
                };
                at.push(step.clone());
                find(part, is_named, at, found);
                at.pop();
            });
        }
    }
}

fn is_credential(text: &str, is_named: bool) -> bool {
    (is_named && !text.is_empty() && !text.starts_with("arn:"))
        || has_credential(text)
        || (is_document(text) && has_variable(text))
}

fn is_document(text: &str) -> bool {
    text.starts_with(['[', '{']) && text.contains("\"value\"")
}

/// Returns true if a document contains a variable with a credential-like name and a value: `{"name": …, "value": …}`.
fn has_variable(text: &str) -> bool {
    fn walk(value: &Value) -> bool {
        if let Value::Object(members) = value
            && let (Some(Value::String(name)), Some(Value::String(value))) =
                (members.get("name"), members.get("value"))
            && is_credential_name(name)
            && !value.is_empty()
            && !value.starts_with("arn:")
        {
            return true;
        }
        let mut is_found = false;
        parts(value, |_, part| is_found = is_found || walk(part));
        is_found
    }
    Value::parse_json(text).is_ok_and(|document| walk(&document))
}

#[cfg(test)]
mod tests {
    use crate::plan::testing::change;
    use crate::plan::{Action, Plan, hide_credentials};

    #[test]
    fn credentials_are_marked_as_sensitive() {
        let text = r#"{"name": "AKIAIOSFODNN7EXAMPLE", "policy": "[{\"name\": \"DB_PASSWORD\", \"value\": \"x\"}]", "tags": {"Token": "abc", "Team": "a"}, "text": "plain"}"#;
        let marked = |action, everywhere| {
            let mut plan =
                Plan { changes: vec![change("test_thing.a", action, "null", text)], ..Plan::default() };
            hide_credentials(&mut plan, everywhere);
            let paths = plan.changes[0].after_sensitive.iter().map(ToString::to_string);
            paths.collect::<Vec<_>>()
        };
        assert_eq!(marked(Action::Create, false), ["name", "policy", "tags.Token"]);
        assert_eq!(marked(Action::NoOp, false), [""; 0]);
        assert_eq!(marked(Action::NoOp, true).len(), 3);
    }
}
