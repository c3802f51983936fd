//! Recognition of credentials: by the shape of their text, by the names of their variables, and inside of other text.

mod names;
#[cfg(test)]
mod tests;
mod text;
mod tokens;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iac_lang::value::Value;

/// The length of the shortest text in Base64 that is decoded.
const SHORTEST_BASE64: usize = 20;
/// The number of encodings that are looked through: JSON in Base64 in JSON.
const DEPTH: usize = 4;

/// Returns true if a string contains a credential.
///
/// Recognized are tokens and private keys of well-known issuers, URLs with a password, webhooks, authorization headers,
/// and literals beside the name of a credential: `DB_PASSWORD=…`, `--token …`, `{"name": "password", "value": …}`. JSON
/// and Base64 are looked through.
///
/// ```
/// use iac_plan::credential::has_credential;
///
/// assert!(has_credential("export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"));
/// assert!(has_credential("postgres://app:hunter2@db.internal/app"));
/// assert!(!has_credential("ami-0123456789abcdef0"));
/// ```
#[must_use]
pub fn has_credential(text: &str) -> bool {
    contains(text, DEPTH)
}

fn contains(string: &str, depth: usize) -> bool {
    if tokens::has_token(string) || text::has_url(string) || text::has_header(string) {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    if let Some(document) = parsed(string) {
        return holds(&document, depth);
    }
    text::has_assignment(string) || has_encoded(string, depth)
}

fn parsed(string: &str) -> Option<Value> {
    if !string.trim_start().starts_with(['{', '[']) {
        return None;
    }
    Value::parse_json(string).ok()
}

/// Returns true if a text is in Base64, or has a word in Base64, with a credential in it.
fn has_encoded(string: &str, depth: usize) -> bool {
    let is_separator =
        |character: char| !(character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '='));
    let is_secret = |word: &str| {
        word.len() >= SHORTEST_BASE64
            && STANDARD
                .decode(word.trim_start_matches('='))
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .is_some_and(|text| contains(&text, depth))
    };
    // Encoders break lines, too.
    let is_broken =
        || string.contains('\n') && is_secret(&string.split_ascii_whitespace().collect::<String>());
    string.len() >= SHORTEST_BASE64 && (string.split(is_separator).any(is_secret) || is_broken())
}

/// Returns true if a document contains a credential. Policy documents have no credentials beside names: their keys
/// are conditions.
fn holds(value: &Value, depth: usize) -> bool {
    match value {
        Value::String(text) => contains(text, depth),
        Value::Tuple(elements) | Value::List(elements) | Value::Set(elements) => {
            elements.iter().any(|element| holds(element, depth))
        }
        Value::Object(members) | Value::Map(members) => {
            let is_policy = members.contains_key("Statement");
            secret_member(value).is_some()
                || members.iter().any(|(name, member)| match member {
                    Value::String(text) if is_credential_name(name) && is_literal(text) => true,
                    Value::Object(_) | Value::Tuple(_) if is_policy => holds_shape(member),
                    _ => holds(member, depth),
                })
        }
        _ => false,
    }
}

/// Returns true if any string of a value has the shape of a credential.
fn holds_shape(value: &Value) -> bool {
    match value {
        Value::String(text) => contains(text, 0),
        Value::Tuple(elements) => elements.iter().any(holds_shape),
        Value::Object(members) => members.iter().any(|(_, member)| holds_shape(member)),
        _ => false,
    }
}

/// Returns the name of the member with the credential in an object that is a pair of a name and a value:
/// `{"name": "DB_PASSWORD", "value": …}`.
#[must_use]
pub fn secret_member(value: &Value) -> Option<&'static str> {
    const NAMES: [&str; 8] =
        ["name", "Name", "key", "Key", "variable", "parameter_name", "ParameterKey", "option_name"];
    const VALUES: [&str; 5] = ["value", "Value", "parameter_value", "ParameterValue", "string_value"];
    let (Value::Object(members) | Value::Map(members)) = value else { return None };
    let string = |name: &str| match members.get(name) {
        Some(Value::String(text)) => Some(text.as_str()),
        _ => None,
    };
    NAMES.into_iter().find(|name| string(name).is_some_and(is_credential_name))?;
    // CodeBuild and others look the value up where the type says.
    let is_looked_up = ["type", "Type"].iter().any(|name| {
        string(name).is_some_and(|text| matches!(text, "PARAMETER_STORE" | "SECRETS_MANAGER" | "valueFrom"))
    });
    let value = VALUES.into_iter().find(|name| string(name).is_some_and(is_literal))?;
    (!is_looked_up).then_some(value)
}

/// Returns true if a name is that of a credential: `DB_PASSWORD`, `apiToken`.
///
/// ```
/// use iac_plan::credential::is_credential_name;
///
/// assert!(is_credential_name("DB_PASSWORD") && !is_credential_name("PASSWORD_MIN_LENGTH"));
/// ```
#[must_use]
pub fn is_credential_name(name: &str) -> bool {
    names::is_credential_name(name)
}

/// Returns true if a value beside the name of a credential may be one: not a switch, a placeholder, or a reference to
/// the place where the credential is stored.
///
/// ```
/// use iac_plan::credential::is_literal;
///
/// assert!(is_literal("hunter2") && !is_literal("${var.password}") && !is_literal("true"));
/// ```
#[must_use]
pub fn is_literal(value: &str) -> bool {
    names::is_literal(value)
}
