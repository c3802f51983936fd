//! IAM policy documents, as in identity, resource and trust policies.

use iac_lang::value::Value;
pub(super) use iac_review::access::{Condition, Statement, matches};
use iac_review::policy::{Reading, Subject, Verdict};

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
        || is_unknown(document.peel().member("Statement"))
        || statements.iter().any(|statement| statement.has_unknowns)
}

/// Returns the statements of a document, and none of other values.
pub(super) fn statements(document: &Value) -> Vec<Statement> {
    let Some(statements) = document.peel().member("Statement") else { return Vec::new() };
    match statements.peel() {
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
            elements.iter().map(Statement::parse).collect()
        }
        Value::Null => Vec::new(),
        single => vec![Statement::parse(single)],
    }
}

/// Returns the statements of an `aws_iam_policy_document` data source, as far as they are known.
pub(super) fn data_source_statements(data: &Subject<'_>) -> Vec<Statement> {
    let all = |reading: Reading<'_>| -> Vec<String> {
        reading.elements().iter().filter_map(|each| each.text().map(str::to_owned)).collect()
    };
    let text = |reading: Reading<'_>| reading.text().unwrap_or_default().to_owned();
    let principals = |block: &Reading<'_>, name: &str| -> Vec<(String, String)> {
        let of_kind = |principals: &Reading<'_>| {
            let kind = text(principals.at("type"));
            all(principals.at("identifiers")).into_iter().map(move |principal| (kind.clone(), principal))
        };
        block.at(name).elements().iter().flat_map(of_kind).collect()
    };
    let condition = |condition: &Reading<'_>| Condition {
        operator: text(condition.at("test")),
        key: text(condition.at("variable")),
        values: all(condition.at("values")),
    };
    let statement = |block: &Reading<'_>| {
        let mut statement = Statement {
            sid: text(block.at("sid")),
            is_allow: block.at("effect").text().is_none_or(|effect| effect == "Allow"),
            actions: all(block.at("actions")),
            resources: all(block.at("resources")),
            principals: principals(block, "principals"),
            not_actions: all(block.at("not_actions")),
            not_resources: all(block.at("not_resources")),
            not_principals: principals(block, "not_principals"),
            conditions: block.at("condition").elements().iter().map(condition).collect(),
            has_unknowns: false,
        };
        statement.widen();
        statement
    };
    data.at("statement").elements().iter().map(statement).collect()
}
