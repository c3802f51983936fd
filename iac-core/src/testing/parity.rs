//! Comparison of environments that may differ only where it is expected.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::expression::{Expression, ObjectKey, Operation, TemplatePart};
use crate::syntax::Parser;

/// Flattens a configuration into values by path, such as `aws_ecs_service.web.desired_count`. The name of the stack
/// is replaced by `<stack>`.
pub(super) fn flatten(model: &str, stack: &str) -> BTreeMap<String, String> {
    let model: Value = serde_json::from_str(model).expect("the model is JSON");
    let mut walk = Walk { names: [stack.to_owned(), stack.replace('-', "_")], values: BTreeMap::new() };
    for (kind, blocks) in model.as_object().into_iter().flatten() {
        // The address of a resource begins with its type.
        let path = if kind == "resource" { "" } else { kind };
        if kind != "//" {
            walk.value(path, blocks);
        }
    }
    walk.values
}

/// A traversal of a configuration.
struct Walk {
    /// The forms of the stack's name in strings.
    names: [String; 2],
    values: BTreeMap<String, String>,
}

impl Walk {
    fn value(&mut self, path: &str, value: &Value) {
        let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match value {
            Value::Object(members) if !members.is_empty() => {
                // Comments have no effect.
                for (name, value) in members.iter().filter(|(name, _)| *name != "//") {
                    self.value(&join(name), value);
                }
            }
            // A single block has no index in its path.
            Value::Array(elements) if elements.len() == 1 => self.value(path, &elements[0]),
            Value::Array(elements) if !elements.is_empty() => {
                for (index, value) in elements.iter().enumerate() {
                    self.value(&join(&index.to_string()), value);
                }
            }
            value => match value.as_str().and_then(document) {
                Some(document) => self.document(path, &document),
                None => self.insert(path, &value.to_string()),
            },
        }
    }

    /// Elements with a name are identified by it.
    fn document(&mut self, path: &str, value: &Expression) {
        match value {
            Expression::Object(members) if !members.is_empty() => {
                for (key, value) in members {
                    let key = match key {
                        ObjectKey::Name(name) => name.as_str().to_owned(),
                        ObjectKey::Computed(key) => format!("{key:?}"),
                    };
                    self.document(&format!("{path}.{key}"), value);
                }
            }
            Expression::List(elements) if !elements.is_empty() => {
                for (index, element) in elements.iter().enumerate() {
                    let name = name_of(element).map_or_else(|| index.to_string(), str::to_owned);
                    self.document(&format!("{path}.{name}"), element);
                }
            }
            Expression::String(text) => self.insert(path, &format!("{:?}", text.as_str())),
            other => self.insert(path, &text_of(other)),
        }
    }

    fn insert(&mut self, path: &str, text: &str) {
        let [name, identifier] = &self.names;
        let text = text.replace(name, "<stack>").replace(identifier, "<stack>");
        self.values.insert(path.to_owned(), text);
    }
}

/// Returns the document in a string of the form `jsonencode(…)`.
fn document(text: &str) -> Option<Expression> {
    let call = text.strip_prefix("${")?.strip_suffix('}')?;
    match Parser::new(call).whole_expression().ok()? {
        Expression::Operation(operation) => match *operation {
            Operation::Call { function, mut arguments, .. } if function == "jsonencode" => arguments.pop(),
            _ => None,
        },
        _ => None,
    }
}

/// Formats common expressions as HCL, and rare ones as their syntax tree.
fn text_of(expression: &Expression) -> String {
    match expression {
        Expression::Bool(value) => value.to_string(),
        Expression::Integer(number) => number.to_string(),
        Expression::Operation(operation) => match &**operation {
            Operation::Name(name) => name.as_str().to_owned(),
            Operation::Attribute(base, name) => format!("{}.{name}", text_of(base)),
            Operation::Template(parts) => {
                let part = |part: &TemplatePart| match part {
                    TemplatePart::Literal(text) => text.clone(),
                    TemplatePart::Interpolation(inner) => format!("${{{}}}", text_of(inner)),
                };
                format!("{:?}", parts.iter().map(part).collect::<String>())
            }
            other => format!("{other:?}"),
        },
        other => format!("{other:?}"),
    }
}

fn name_of(element: &Expression) -> Option<&str> {
    let Expression::Object(members) = element else { return None };
    members.iter().find_map(|(key, value)| match (key, value) {
        (ObjectKey::Name(key), Expression::String(name)) if key == "name" => Some(name.as_str()),
        _ => None,
    })
}

/// Returns the differences that are not expected, and the expectations without a difference, one per line.
pub(super) fn unexpected(
    one: &BTreeMap<String, String>,
    other: &BTreeMap<String, String>,
    expected: &[&str],
) -> Vec<String> {
    let mut found = vec![false; expected.len()];
    let mut lines = Vec::new();
    let paths: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    for path in paths {
        let (left, right) = (one.get(path), other.get(path));
        if left == right {
            continue;
        }
        let mut is_expected = false;
        for (pattern, found) in expected.iter().zip(&mut found) {
            if covers(pattern, path) {
                (is_expected, *found) = (true, true);
            }
        }
        if !is_expected {
            let text = |value: Option<&String>| value.map_or("unset", String::as_str).to_owned();
            lines.push(format!("{path}: {}, but {} in the other environment", text(left), text(right)));
        }
    }
    let stale = expected.iter().zip(found).filter(|(_, found)| !found);
    lines.extend(stale.map(|(pattern, _)| format!("{pattern}: expected to differ, but does not")));
    lines
}

/// Returns `true` if a pattern matches a path or a prefix of it. `*` matches any characters except a dot.
fn covers(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('.');
    pattern.split('.').all(|wanted| parts.next().is_some_and(|part| matches(wanted, part)))
}

fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(start) else { return false };
    let mut ends = (0..=text.len()).filter(|end| text.is_char_boundary(*end));
    ends.any(|end| matches(rest, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_paths_and_prefixes() {
        for (pattern, path, expected) in [
            ("aws_vpc.main", "aws_vpc.main", true),
            ("aws_vpc.main", "aws_vpc.main.cidr_block", true),
            ("aws_vpc.main.cidr_block", "aws_vpc.main", false),
            ("aws_vpc.*.cidr_block", "aws_vpc.main.cidr_block", true),
            ("aws_*.main_nat_*", "aws_eip.main_nat_b.tags.Name", true),
            ("aws_*.main_nat_*", "aws_eip.main", false),
            ("*", "aws_eip.main", true),
            ("aws_eip", "aws_eips.main", false),
        ] {
            assert_eq!(covers(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn documents_are_compared_semantically() {
        let document =
            r#"${jsonencode([{ name = "web", image = "${a.b.url}:1", ports = [80, 81], on = true }])}"#;
        let model = serde_json::json!({ "resource": { "t": { "n": { "containers": document } } } });
        let flatten = flatten(&model.to_string(), "production");
        let flatten: Vec<_> = flatten.iter().map(|(path, text)| format!("{path} {text}")).collect();
        assert_eq!(
            flatten,
            [
                r#"t.n.containers.web.image "${a.b.url}:1""#,
                r#"t.n.containers.web.name "web""#,
                "t.n.containers.web.on true",
                "t.n.containers.web.ports.0 80",
                "t.n.containers.web.ports.1 81",
            ]
        );
    }

    #[test]
    fn unexpected_differences_and_stale_expectations_are_reported() {
        let model = |tasks: u32, name: &str| {
            let text = format!(
                r#"{{ "//": "x", "resource": {{ "a": {{ "b": [{{ "tasks": {tasks}, "name": "{name}-web" }}] }} }} }}"#
            );
            flatten(&text, name)
        };
        let (staging, production) = (model(1, "staging"), model(2, "production"));
        assert_eq!(unexpected(&staging, &production, &["a.b.tasks"]), Vec::<String>::new());
        assert_eq!(
            unexpected(&staging, &production, &["a.c"]),
            ["a.b.tasks: 1, but 2 in the other environment", "a.c: expected to differ, but does not"]
        );
    }
}
