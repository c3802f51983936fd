//! The hash by which Terraform detects that a `backend` block was edited.
//!
//! `terraform init` records the configuration of the backend, including `-backend-config`, and the hash of the block
//! alone. The hash is the CRC-32 of the block in a canonical form: all settings of the schema by name. The settings
//! depend on the version of Terraform; the recorded configuration has all of them.

use serde_json::{Map, Value as Json};

use super::settings::Backend;

/// Returns the hash of a block of literals; `None` if it depends on types that the recorded configuration does not
/// show.
pub(super) fn of_block(block: &Backend, recorded: &Json) -> Option<u32> {
    let mut text = String::from("<");
    quote(&block.kind, &mut text)?;
    text.push(';');
    object(block, None, recorded.as_object()?, &mut text)?;
    text.push_str(";>");
    Some(crc32fast::hash(text.as_bytes()))
}

/// Writes an object: its members, sorted by name.
fn object(
    block: &Backend,
    within: Option<&str>,
    recorded: &Map<String, Json>,
    text: &mut String,
) -> Option<()> {
    let name_of = |name: &str| within.map_or_else(|| name.to_owned(), |within| format!("{within}.{name}"));
    // Terraform rejects settings that the schema does not have.
    let is_known = |setting: &str| recorded.keys().any(|name| is_within(setting, &name_of(name)));
    let mut settings = block.settings().iter().map(|(name, _)| name.as_str());
    if !settings.all(|setting| within.is_some_and(|within| !is_within(setting, within)) || is_known(setting))
    {
        return None;
    }
    let mut names: Vec<&String> = recorded.keys().collect();
    names.sort();
    text.push('<');
    for name in names {
        value(block, &name_of(name), &recorded[name], text)?;
        text.push(';');
    }
    text.push('>');
    Some(())
}

fn is_within(setting: &str, name: &str) -> bool {
    setting.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Writes a setting of the block. Its type is that of the recorded value.
fn value(block: &Backend, name: &str, recorded: &Json, text: &mut String) -> Option<()> {
    if !block.mentions(name) {
        text.push('~');
        return Some(());
    }
    match recorded {
        Json::Null => None,
        Json::String(_) => quote(block.setting(name)?, text),
        Json::Bool(_) => {
            text.push(match block.setting(name)? {
                "true" => 'T',
                "false" => 'F',
                _ => return None,
            });
            Some(())
        }
        Json::Number(_) => {
            let number = block.setting(name)?;
            // Larger numbers are written with an exponent.
            let is_plain = number.len() <= 10 && number.bytes().all(|byte| byte.is_ascii_digit());
            is_plain.then(|| text.push_str(number))
        }
        Json::Array(_) => {
            let elements: Vec<&str> = (0..).map_while(|at| block.setting(&format!("{name}.{at}"))).collect();
            // Sets have an order of their own, and the record does not show whether this is one.
            if !elements.is_sorted() {
                return None;
            }
            text.push('[');
            for element in elements {
                quote(element, text)?;
                text.push(';');
            }
            text.push(']');
            Some(())
        }
        // Maps have another form.
        Json::Object(_) if name.ends_with("tags") => None,
        Json::Object(members) => object(block, Some(name), members, text),
    }
}

/// Writes a string with Go's quoting.
fn quote(value: &str, text: &mut String) -> Option<()> {
    text.push('"');
    for character in value.chars() {
        match character {
            '"' | '\\' => {
                text.push('\\');
                text.push(character);
            }
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            printable if matches!(printable, ' '..='~') || printable.is_alphanumeric() => {
                text.push(printable);
            }
            _ => return None,
        }
    }
    text.push('"');
    Some(())
}
