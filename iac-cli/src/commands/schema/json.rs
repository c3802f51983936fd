//! Facts as JSON.

use serde::Serialize;

pub(super) fn print(facts: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(facts).expect("facts have text for keys");
    text.push('\n');
    text
}
