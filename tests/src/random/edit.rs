//! Random edits of programs.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::body::Bodies;
use super::program::Program;
use super::types::Types;
use super::values::escape;

/// The description of an edit.
pub type Description = String;

/// A mark on a resource in the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Tainted: its creation failed.
    Tainted,
    /// Deposed: it was replaced, and the old object still exists.
    Deposed,
}

/// Edits a program at random. Also returns the name of the resource that has a mark in the state, if any.
pub fn edit(program: &mut Program, types: &Types, rng: &mut Rng) -> (Description, Option<(String, Mark)>) {
    let index = rng.usize(0..program.resources.len());
    let address = program.resources[index].address();
    for _ in 0..8 {
        let name = || program.resources[index].name.clone();
        let done = match rng.u8(0..40) {
            0..4 => Some("nothing".to_owned()),
            4..12 => change(program, index, types, rng),
            12..15 => remove(program, index, types, rng),
            15..19 => set(program, index, types, rng),
            19 => reorder(program, index, rng),
            20..22 => reformat(program, index, rng),
            22 => respell(program, index, rng),
            23..25 => empty(program, index, types, rng),
            25 => unknown(program, index, rng),
            26 => ignore(program, index, types, rng),
            27 => create_before_destroy(program, index, types, rng),
            28 => return (format!("{address}: tainted"), Some((name(), Mark::Tainted))),
            29 => rename(program, index),
            30 => delete(program, index),
            31 => return (format!("{address}: deposed"), Some((name(), Mark::Deposed))),
            32 => repeat(program, index, rng),
            33 => trigger(program, index, types, rng),
            34 => conceal(program, index, rng),
            35 => Some(default_tags(program, index)),
            36..38 => block(program, index, types, rng),
            _ => tag(program, index, types, rng),
        };
        if let Some(done) = done {
            return (format!("{address}: {done}"), None);
        }
    }
    (format!("{address}: nothing"), None)
}

/// Replaces the value of an argument or block that is set.
fn change(program: &mut Program, index: usize, types: &Types, rng: &mut Rng) -> Option<Description> {
    let resource = &mut program.resources[index];
    let names: Vec<String> = resource.body.keys().cloned().collect();
    let name = rng.choice(names)?;
    let bodies = Bodies::new(types.find(&resource.type_name)?);
    let fresh = bodies.member(rng, &name)?;
    let value = resource.body.get_mut(&name)?;
    // Inside a block, one argument instead of all of them.
    let place = inner(value, &fresh, &name, rng);
    Some(format!("changed {place}"))
}

/// Copies one differing leaf of `fresh`.
fn inner(value: &mut Value, fresh: &Value, path: &str, rng: &mut Rng) -> String {
    match (&mut *value, fresh) {
        (Value::Array(old), Value::Array(new))
            if rng.u8(0..4) > 0
                && old.first().is_some_and(Value::is_object)
                && new.first().is_some_and(Value::is_object) =>
        {
            inner(&mut old[0], &new[0], &format!("{path}[0]"), rng)
        }
        (Value::Object(old), Value::Object(new)) if rng.u8(0..4) > 0 && !new.is_empty() => {
            let names: Vec<&String> = new.keys().filter(|name| old.get(*name) != new.get(*name)).collect();
            match rng.choice(names) {
                Some(name) => inner(
                    old.entry(name.clone()).or_insert(Value::Null),
                    &new[name],
                    &format!("{path}.{name}"),
                    rng,
                ),
                None => path.to_owned(),
            }
        }
        _ => {
            *value = fresh.clone();
            path.to_owned()
        }
    }
}

fn remove(program: &mut Program, index: usize, types: &Types, rng: &mut Rng) -> Option<Description> {
    let resource = &mut program.resources[index];
    let block = &types.find(&resource.type_name)?.entity.block;
    let optional = |name: &String| match block.attribute(name) {
        Some(attribute) => !attribute.is_required(),
        None => block.nested(name).is_some_and(|nested| !nested.is_required()),
    };
    let names: Vec<String> = resource.body.keys().filter(|name| optional(name)).cloned().collect();
    let name = rng.choice(names)?;
    resource.body.remove(&name);
    Some(format!("removed {name}"))
}

fn set(program: &mut Program, index: usize, types: &Types, rng: &mut Rng) -> Option<Description> {
    let resource = &mut program.resources[index];
    let bodies = Bodies::new(types.find(&resource.type_name)?);
    let path = rng.choice(bodies.optional())?;
    let name = path.split('.').next()?.to_owned();
    if resource.body.contains_key(&name) {
        return None;
    }
    let value = bodies.member(rng, path)?;
    resource.body.insert(name, value);
    Some(format!("set {path}"))
}

fn reorder(program: &mut Program, index: usize, rng: &mut Rng) -> Option<Description> {
    let lists = program.resources[index].body.iter_mut();
    let mut lists: Vec<_> = lists
        .filter_map(|(name, value)| {
            value.as_array_mut().filter(|list| list.len() > 1).map(|list| (name, list))
        })
        .collect();
    let position = (!lists.is_empty()).then(|| rng.usize(0..lists.len()))?;
    let (name, list) = &mut lists[position];
    list.reverse();
    Some(format!("reversed {name}"))
}

/// The same document with different white space and key order.
fn reformat(program: &mut Program, index: usize, rng: &mut Rng) -> Option<Description> {
    let body = &mut program.resources[index].body;
    let (name, value) =
        rng.choice(body.iter_mut().filter(|(_, value)| is_document(value)).collect::<Vec<_>>())?;
    let mut document: Value = serde_json::from_str(value.as_str()?).ok()?;
    let how = if rng.bool() {
        "spaces"
    } else {
        let statements = document.get_mut("Statement")?.as_array_mut()?;
        statements.reverse();
        "order of statements"
    };
    *value = Value::String(escape(&serde_json::to_string_pretty(&document).ok()?));
    Some(format!("{how} of {name}"))
}

fn is_document(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with('{'))
}

fn respell(program: &mut Program, index: usize, rng: &mut Rng) -> Option<Description> {
    let body = &mut program.resources[index].body;
    let texts = body.iter_mut().filter(|(_, value)| value.as_str().is_some_and(|text| !text.contains("${")));
    let (name, value) = rng.choice(texts.collect::<Vec<_>>())?;
    let text = value.as_str()?;
    let (how, text) = match rng.u8(0..4) {
        0 => ("upper case", text.to_uppercase()),
        1 => ("a dot at the end", format!("{text}.")),
        2 => ("a slash at the end", format!("{text}/")),
        _ => ("a space at the end", format!("{text} ")),
    };
    *value = Value::String(text);
    Some(format!("{how} of {name}"))
}

/// Sets the zero value, whether the argument was set or not.
fn empty(program: &mut Program, index: usize, types: &Types, rng: &mut Rng) -> Option<Description> {
    let resource = &mut program.resources[index];
    let bodies = Bodies::new(types.find(&resource.type_name)?);
    let path = rng.choice(bodies.optional().iter().filter(|path| !path.contains('.')).collect::<Vec<_>>())?;
    let zero = match bodies.member(rng, path)? {
        Value::String(_) => json!(""),
        Value::Number(_) => json!(0),
        Value::Bool(_) => json!(false),
        Value::Array(_) => json!([]),
        Value::Object(_) => json!({}),
        Value::Null => return None,
    };
    let description = format!("{path} = {zero}");
    resource.body.insert(path.clone(), zero);
    Some(description)
}

/// Replaces a string with a value that is only known after apply.
fn unknown(program: &mut Program, index: usize, rng: &mut Rng) -> Option<Description> {
    let name = format!("p{}_new", program.number);
    let body = &mut program.resources[index].body;
    let (argument, value) =
        rng.choice(body.iter_mut().filter(|(_, value)| value.is_string()).collect::<Vec<_>>())?;
    *value = json!(format!("${{terraform_data.{name}.id}}"));
    let description = format!("{argument} is unknown");
    let body = Map::new();
    program.resources.push(super::program::Resource { type_name: "terraform_data".to_owned(), name, body });
    Some(description)
}

fn lifecycle(program: &mut Program, index: usize, name: &str, value: Value) {
    let body = &mut program.resources[index].body;
    let lifecycle = body.entry("lifecycle").or_insert_with(|| json!({}));
    lifecycle[name] = value;
}

fn ignore(program: &mut Program, index: usize, types: &Types, rng: &mut Rng) -> Option<Description> {
    let done = change(program, index, types, rng)?;
    let name = done.strip_prefix("changed ")?.split(['.', '[']).next()?.to_owned();
    let ignored = if rng.bool() { json!("all") } else { json!([name]) };
    let description = format!("{done}, ignoring {ignored}");
    lifecycle(program, index, "ignore_changes", ignored);
    Some(description)
}

fn create_before_destroy(
    program: &mut Program,
    index: usize,
    types: &Types,
    rng: &mut Rng,
) -> Option<Description> {
    let done = change(program, index, types, rng)?;
    lifecycle(program, index, "create_before_destroy", json!(true));
    Some(format!("{done}, create before destroy"))
}

fn rename(program: &mut Program, index: usize) -> Option<Description> {
    // Other resources may refer to it by name.
    let resource = (program.resources.len() == 1).then(|| &mut program.resources[index])?;
    let from = resource.address();
    resource.name.push_str("_moved");
    let moved = json!([{ "from": from, "to": resource.address() }]);
    program.others.insert("moved".to_owned(), moved);
    Some("moved".to_owned())
}

fn delete(program: &mut Program, index: usize) -> Option<Description> {
    let is_referred_to = index + 1 < program.resources.len();
    (!is_referred_to).then(|| program.resources.remove(index))?;
    Some("deleted".to_owned())
}

fn tag(program: &mut Program, index: usize, types: &Types, rng: &mut Rng) -> Option<Description> {
    let resource = &mut program.resources[index];
    types.find(&resource.type_name)?.entity.block.attribute("tags_all")?;
    let tags = resource.body.entry("tags").or_insert_with(|| json!({}));
    let key = rng.choice(["Name", "cost-center"])?;
    tags[key] = json!(format!("v{}", rng.u8(..)));
    Some(format!("tag {key}"))
}

/// Adds `count` or `for_each` to a single resource.
fn repeat(program: &mut Program, index: usize, rng: &mut Rng) -> Option<Description> {
    // Other resources may refer to it without a key.
    let resource = (program.resources.len() == 1).then(|| &mut program.resources[index])?;
    let (name, value) = rng.choice([
        ("count", json!(0)),
        ("count", json!(1)),
        ("count", json!(2)),
        ("for_each", json!("${toset([\"a\", \"b\"])}")),
    ])?;
    let description = format!("{name} = {value}");
    resource.body.insert(name.to_owned(), value);
    Some(description)
}

/// Replaces the last resource when the first one changes, and changes the first one.
fn trigger(program: &mut Program, index: usize, types: &Types, rng: &mut Rng) -> Option<Description> {
    let last = program.resources.len() - 1;
    let first = (index == 0 && last > 0).then(|| program.resources[0].address())?;
    let done = change(program, index, types, rng)?;
    lifecycle(program, last, "replace_triggered_by", json!([first]));
    Some(format!("{done}, which triggers"))
}

/// Marks a string as sensitive.
fn conceal(program: &mut Program, index: usize, rng: &mut Rng) -> Option<Description> {
    let body = &mut program.resources[index].body;
    let texts =
        body.iter_mut().filter(|(_, value)| value.as_str().is_some_and(|text| !text.contains(['$', '%'])));
    let (name, value) = rng.choice(texts.collect::<Vec<_>>())?;
    *value = json!(format!("${{sensitive({value})}}"));
    Some(format!("{name} is sensitive"))
}

/// Selects the provider configuration with default tags.
fn default_tags(program: &mut Program, index: usize) -> Description {
    let resource = &mut program.resources[index];
    resource.body.insert("provider".to_owned(), json!("aws.tagged"));
    "default tags".to_owned()
}

/// Adds, removes or reorders blocks.
fn block(program: &mut Program, index: usize, types: &Types, rng: &mut Rng) -> Option<Description> {
    let resource = &mut program.resources[index];
    let resource_type = types.find(&resource.type_name)?;
    let bodies = Bodies::new(resource_type);
    let repeated = |name: &str| {
        resource_type.entity.block.nested(name).is_some_and(|nested| nested.nested.max_items != 1)
    };
    let names: Vec<String> = resource
        .body
        .iter()
        .filter(|(name, value)| value.is_array() && repeated(name))
        .map(|(name, _)| name.clone())
        .collect();
    let name = rng.choice(names)?;
    let fresh = bodies.member(rng, &name)?.as_array()?.first()?.clone();
    let blocks = resource.body.get_mut(&name)?.as_array_mut()?;
    let how = match rng.u8(0..3) {
        0 if blocks.len() > 1 => {
            blocks.remove(0);
            "one less"
        }
        1 => {
            blocks.push(fresh);
            "one more at the end"
        }
        _ => {
            blocks.insert(0, fresh);
            "one more at the start"
        }
    };
    Some(format!("{name}: {how}"))
}
