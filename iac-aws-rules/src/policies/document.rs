//! IAM policy documents, as in identity, resource and trust policies.

use iac_lang::value::Value;
use iac_review::policy::{Reading, Subject, Verdict};

/// A statement of a policy document. `NotAction` and `NotPrincipal` are conservatively treated as `*`.
#[derive(Debug, Default)]
pub(super) struct Statement {
    pub sid: String,
    pub is_allow: bool,
    pub actions: Vec<String>,
    pub resources: Vec<String>,
    /// The kind (`AWS`, `Service`, `Federated`, or `*`) and the principal.
    pub principals: Vec<(String, String)>,
    pub conditions: Vec<Condition>,
    /// `true` if a relevant part of the statement is unknown.
    pub has_unknowns: bool,
}

/// A condition: an operator such as `StringEquals`, a key such as `aws:SourceAccount`, and values.
#[derive(Debug)]
pub(super) struct Condition {
    pub operator: String,
    pub key: String,
    pub values: Vec<String>,
}

impl Statement {
    /// Returns `true` if the statement allows the action: `s3:Get*` and `*` include `s3:GetObject`.
    pub(super) fn allows(&self, action: &str) -> bool {
        self.is_allow && self.actions.iter().any(|pattern| matches(pattern, action))
    }

    /// Returns `true` if the statement applies to all resources.
    pub(super) fn covers_all_resources(&self) -> bool {
        self.resources.iter().any(|resource| resource == "*")
    }

    /// Returns `true` if the statement allows any principal without a condition.
    pub(super) fn is_public(&self) -> bool {
        self.is_allow && self.conditions.is_empty() && self.has_wildcard_principal()
    }

    /// Returns `true` if the principals include the wildcard.
    pub(super) fn has_wildcard_principal(&self) -> bool {
        self.principals
            .iter()
            .any(|(kind, principal)| principal == "*" && matches!(kind.as_str(), "*" | "AWS"))
    }
}

/// Passes if no statement matches the predicate. Unknown if the document or a relevant part of a statement is
/// unknown. A reference in a statement stands for a single resource, never for the wildcard.
pub(super) fn no_statement(document: &Reading<'_>, is_bad: impl Fn(&Statement) -> bool) -> Verdict {
    let Some(json) = document.json() else {
        return if document.is_unknown() { Verdict::Unknown } else { Verdict::Pass };
    };
    let statements = statements(&json);
    match statements.iter().position(is_bad) {
        Some(position) => {
            Verdict::fail().because(format!("statement {}", position + 1)).at(document.path().clone())
        }
        None if has_unknowns(&json, &statements) => Verdict::Unknown,
        None => Verdict::Pass,
    }
}

/// Returns `true` if a part of the document is unknown that its statements depend on.
pub(super) fn has_unknowns(document: &Value, statements: &[Statement]) -> bool {
    let is_unknown = |value: Option<&Value>| value.is_some_and(|value| *value.peel() == Value::UNKNOWN);
    is_unknown(Some(document))
        || is_unknown(member(document, "Statement"))
        || statements.iter().any(|statement| statement.has_unknowns)
}

/// Returns the statements of a document, and none of other values.
pub(super) fn statements(document: &Value) -> Vec<Statement> {
    let Some(statements) = member(document, "Statement") else { return Vec::new() };
    elements(statements).into_iter().map(statement).collect()
}

fn statement(value: &Value) -> Statement {
    let text = |name| member(value, name).and_then(as_str).unwrap_or_default().to_owned();
    let all = |name| member(value, name).map(strings).unwrap_or_default();
    let mut statement = Statement {
        sid: text("Sid"),
        is_allow: text("Effect") == "Allow",
        actions: all("Action"),
        resources: all("Resource"),
        has_unknowns: value.peel() == &Value::UNKNOWN
            || ["Effect", "Action", "Principal"].iter().any(|name| is_unknown(value, name)),
        ..Statement::default()
    };
    if member(value, "NotAction").is_some() {
        statement.actions.push(ALL.to_owned());
    }
    if member(value, "NotPrincipal").is_some() {
        statement.principals.push((ALL.to_owned(), ALL.to_owned()));
    }
    match member(value, "Principal").map(Value::peel) {
        Some(Value::String(principal)) => {
            statement.principals.push(("*".to_owned(), principal.as_str().to_owned()));
        }
        Some(Value::Object(kinds) | Value::Map(kinds)) => {
            for (kind, principal) in kinds.iter() {
                statement
                    .principals
                    .extend(strings(principal).into_iter().map(|principal| (kind.to_string(), principal)));
            }
        }
        _ => {}
    }
    if let Some(Value::Object(operators) | Value::Map(operators)) =
        member(value, "Condition").map(Value::peel)
    {
        for (operator, keys) in operators.iter() {
            let (Value::Object(keys) | Value::Map(keys)) = keys.peel() else { continue };
            statement.conditions.extend(keys.iter().map(|(key, values)| Condition {
                operator: operator.to_string(),
                key: key.to_string(),
                values: strings(values),
            }));
        }
    }
    statement
}

/// Returns `true` if a member of a statement, or an element of it, is unknown.
fn is_unknown(statement: &Value, name: &str) -> bool {
    let elements = member(statement, name).map(elements).unwrap_or_default();
    name != "Principal" && elements.iter().any(|value| *value.peel() == Value::UNKNOWN)
        || member(statement, name).is_some_and(|value| *value.peel() == Value::UNKNOWN)
}

/// The wildcard for actions and principals.
const ALL: &str = "*";
/// The placeholder for an unknown resource or principal.
const SOMETHING: &str = "(known after apply)";

/// Returns the statements of an `aws_iam_policy_document` data source, as far as they are known.
pub(super) fn data_source_statements(data: &Subject<'_>) -> Vec<Statement> {
    let all = |reading: Reading<'_>| -> Vec<String> {
        reading.elements().iter().filter_map(|each| each.text().map(str::to_owned)).collect()
    };
    let text = |reading: Reading<'_>| reading.text().unwrap_or_default().to_owned();
    let statement = |block: &Reading<'_>| {
        let mut statement = Statement {
            has_unknowns: false,
            sid: text(block.at("sid")),
            is_allow: block.at("effect").text().is_none_or(|effect| effect == "Allow"),
            actions: all(block.at("actions")),
            resources: all(block.at("resources")),
            principals: block
                .at("principals")
                .elements()
                .iter()
                .flat_map(|principals| {
                    let kind = text(principals.at("type"));
                    all(principals.at("identifiers"))
                        .into_iter()
                        .map(move |principal| (kind.clone(), principal))
                })
                .collect(),
            conditions: block
                .at("condition")
                .elements()
                .iter()
                .map(|condition| Condition {
                    operator: text(condition.at("test")),
                    key: text(condition.at("variable")),
                    values: all(condition.at("values")),
                })
                .collect(),
        };
        if block.at("not_actions").is_set().is_pass() {
            statement.actions.push(ALL.to_owned());
        }
        if block.at("not_principals").is_set().is_pass() {
            statement.principals.push((ALL.to_owned(), ALL.to_owned()));
        }
        statement
    };
    data.at("statement").elements().iter().map(statement).collect()
}

/// Matches a pattern with `*` and `?`, ignoring case as for actions.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut position) = (0, 0);
    // The position of the last star, and the end of the text that it matches so far.
    let mut star: Option<(usize, usize)> = None;
    while position < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, position));
                at += 1;
            }
            Some(byte) if *byte == b'?' || byte.eq_ignore_ascii_case(&text[position]) => {
                at += 1;
                position += 1;
            }
            _ => {
                let Some((star_at, taken)) = &mut star else { return false };
                *taken += 1;
                position = *taken;
                at = *star_at + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.peel().member(name)
}

/// Returns the elements of a list. A single value counts as one element.
fn elements(value: &Value) -> Vec<&Value> {
    match value.peel() {
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => elements.iter().collect(),
        Value::Null => Vec::new(),
        single => vec![single],
    }
}

fn as_str(value: &Value) -> Option<&str> {
    match value.peel() {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn strings(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value.peel() {
        Value::Bool(value) => Some(value.to_string()),
        Value::Unknown(_) => Some(SOMETHING.to_owned()),
        value => as_str(value).map(str::to_owned),
    };
    elements(value).into_iter().filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_actions() {
        let matching = [
            ("*", "s3:GetObject"),
            ("s3:*", "s3:GetObject"),
            ("s3:get*", "s3:GetObject"),
            ("s3:G?t*ct", "s3:GetObject"),
        ];
        for (pattern, action) in matching {
            assert!(matches(pattern, action), "{pattern}");
        }
        for pattern in ["", "s3:", "s3:Get", "s3:*x", "s3:GetObject?"] {
            assert!(!matches(pattern, "s3:GetObject"), "{pattern}");
        }
    }
}
