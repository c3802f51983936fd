//! Summaries of plans, in the format of the cases.

use std::fs;
use std::path::Path;

use iac_core::address::ResourceMode;
use iac_lang::Value;
use iac_lang::value::{AttributePath, PathStep};
use iac_plan::plan::{Action, Plan, ResourceChange};
use serde_json::{Value as Json, json};

/// Writes the summary of a plan to a file.
pub(crate) fn keep(mode: &str, name: &str, answer: &Result<Plan, String>) {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus").join(mode);
    fs::create_dir_all(&directory).expect("the directory can be made");
    let text = serde_json::to_string_pretty(&of(answer)).expect("valid JSON");
    fs::write(directory.join(format!("{name}.json")), text).expect("the file can be written");
}

/// Returns the summary of a plan, by address.
pub(crate) fn of(answer: &Result<Plan, String>) -> Json {
    let plan = match answer {
        Ok(plan) => plan,
        Err(error) => return json!({ "__error__": error }),
    };
    let mut all = serde_json::Map::new();
    for each in &plan.changes {
        if each.address.mode == ResourceMode::Data && each.action == Action::NoOp {
            continue;
        }
        let key = match &each.deposed {
            Some(deposed) => format!("{} (deposed {deposed})", each.address),
            None => each.address.to_string(),
        };
        all.insert(key, change(each));
    }
    for output in &plan.outputs {
        let undecided = !output.undecided.is_empty();
        all.insert(
            format!("output.{}", output.name),
            json!({ "actions": actions(output.action), "undecided": undecided }),
        );
    }
    Json::Object(all)
}

fn change(change: &ResourceChange) -> Json {
    let (mut changed, mut unknown) = (Vec::new(), Vec::new());
    if !matches!(change.action, Action::Delete | Action::Forget) {
        differences(&change.before, &change.after, &mut String::new(), &mut changed);
        unknowns(&change.after, &mut String::new(), &mut unknown);
    }
    let undecided: Vec<_> =
        change.undecided.iter().map(|each| json!([path(&each.path), each.reason.as_str()])).collect();
    json!({
        "actions": actions(change.action),
        "replace_paths": change.replace_paths.iter().map(path).collect::<Vec<_>>(),
        "changed": changed,
        "unknown": unknown,
        "undecided": undecided,
        "reason": change.reason.map(|reason| format!("{reason:?}")),
    })
}

fn actions(action: Action) -> &'static [&'static str] {
    match action {
        Action::NoOp => &["no-op"],
        Action::Create => &["create"],
        Action::Read => &["read"],
        Action::Update => &["update"],
        Action::Delete => &["delete"],
        Action::DeleteThenCreate => &["delete", "create"],
        Action::CreateThenDelete => &["create", "delete"],
        Action::Forget => &["forget"],
        Action::CreateThenForget => &["create", "forget"],
        Action::ForgetThenCreate => &["forget", "create"],
    }
}

fn path(path: &AttributePath) -> String {
    let step = |step: &PathStep| match step {
        PathStep::Name(name) => name.to_string(),
        PathStep::Index(index) => index.to_string(),
    };
    path.0.iter().map(step).collect::<Vec<_>>().join(".")
}

fn inside(path: &mut String, name: &str, act: impl FnOnce(&mut String)) {
    let length = path.len();
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
    act(path);
    path.truncate(length);
}

/// Returns the differing paths: one for each element of a list and member of an object; a set counts as a whole.
fn differences(before: &Value, after: &Value, path: &mut String, found: &mut Vec<String>) {
    let null = Value::Null;
    match (before, after) {
        (Value::Object(before), Value::Object(after)) | (Value::Map(before), Value::Map(after)) => {
            for (name, after) in after.iter() {
                let before = before.get(name).unwrap_or(&null);
                inside(path, name, |path| differences(before, after, path, found));
            }
            for (name, before) in before.iter().filter(|(name, _)| !after.contains_key(name)) {
                inside(path, name, |path| differences(before, &null, path, found));
            }
        }
        (Value::Null, Value::Map(after)) if !after.is_empty() => {
            for (name, after) in after.iter() {
                inside(path, name, |path| differences(&null, after, path, found));
            }
        }
        (Value::List(before) | Value::Tuple(before), Value::List(after) | Value::Tuple(after)) => {
            for position in 0..before.len().max(after.len()) {
                let (before, after) =
                    (before.get(position).unwrap_or(&null), after.get(position).unwrap_or(&null));
                inside(path, &position.to_string(), |path| differences(before, after, path, found));
            }
        }
        _ if !path.is_empty() && (before != after || !after.is_wholly_known()) => found.push(path.clone()),
        _ => {}
    }
}

fn unknowns(value: &Value, path: &mut String, found: &mut Vec<String>) {
    match value {
        Value::Unknown(_) => found.push(path.clone()),
        Value::Set(_) if !value.is_wholly_known() => found.push(path.clone()),
        Value::Object(members) | Value::Map(members) => {
            for (name, value) in members.iter() {
                inside(path, name, |path| unknowns(value, path, found));
            }
        }
        Value::List(elements) | Value::Tuple(elements) => {
            for (position, value) in elements.iter().enumerate() {
                inside(path, &position.to_string(), |path| unknowns(value, path, found));
            }
        }
        _ => {}
    }
}
