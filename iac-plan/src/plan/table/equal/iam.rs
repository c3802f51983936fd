//! IAM policy documents.
//!
//! The order of keys, statements, actions, resources, principals and values is irrelevant, and a list with one
//! element equals that element. Case, a duplicate action, a different `Sid`, and `"*"` instead of `{"AWS": "*"}` are
//! differences.

use iac_lang::value::{Value, ValueMap};

use crate::plan::table::equal::same_in_any_order;

/// Returns true if two strings are equivalent policies.
pub(super) fn same(left: &str, right: &str) -> bool {
    let (Ok(left), Ok(right)) = (Value::parse_json(left), Value::parse_json(right)) else { return false };
    match (&left, &right) {
        (Value::Object(left), Value::Object(right)) => same_policy(left, right),
        _ => left == right,
    }
}

fn same_policy(left: &ValueMap, right: &ValueMap) -> bool {
    same_members(left, right, |name, left, right| match name {
        "Statement" => same_in_any_order(&list(left), &list(right), same_statement),
        _ => left == right,
    })
}

fn same_statement(left: &Value, right: &Value) -> bool {
    let (Value::Object(left), Value::Object(right)) = (left, right) else { return left == right };
    same_members(left, right, |name, left, right| match name {
        "Action" | "NotAction" | "Resource" | "NotResource" => same_texts(left, right, str::to_owned),
        "Principal" | "NotPrincipal" => same_principal(left, right),
        "Condition" => same_condition(left, right),
        _ => left == right,
    })
}

fn same_principal(left: &Value, right: &Value) -> bool {
    let (Value::Object(left), Value::Object(right)) = (left, right) else { return left == right };
    same_members(left, right, |kind, left, right| {
        same_texts(left, right, if kind == "AWS" { account } else { str::to_owned })
    })
}

/// Returns the account of a root user's ARN.
fn account(principal: &str) -> String {
    let root = principal.strip_suffix(":root").and_then(|arn| arn.rsplit_once("::"));
    match root {
        Some((service, account)) if service.starts_with("arn:") && service.ends_with(":iam") => {
            account.to_owned()
        }
        _ => principal.to_owned(),
    }
}

fn same_condition(left: &Value, right: &Value) -> bool {
    let (Value::Object(left), Value::Object(right)) = (left, right) else { return left == right };
    same_members(left, right, |_, left, right| {
        let (Value::Object(left), Value::Object(right)) = (left, right) else { return left == right };
        same_members(left, right, |_, left, right| same_texts(left, right, str::to_owned))
    })
}

/// Returns true if both have the same names and equal values.
fn same_members(left: &ValueMap, right: &ValueMap, same: impl Fn(&str, &Value, &Value) -> bool) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right.iter())
            .all(|((name, left), (other, right))| name == other && same(name, left, right))
}

fn same_texts(left: &Value, right: &Value, of: impl Fn(&str) -> String) -> bool {
    let strings = |value: &Value| {
        list(value)
            .iter()
            .map(|element| match element {
                Value::String(text) => Some(of(text)),
                // The policy language writes Booleans as strings.
                Value::Bool(value) => Some(value.to_string()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()
    };
    match (strings(left), strings(right)) {
        (Some(mut left), Some(mut right)) => {
            left.sort_unstable();
            right.sort_unstable();
            left == right
        }
        _ => left == right,
    }
}

/// Returns the elements of a list, or a single value as the only element.
fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::List(elements) | Value::Tuple(elements) => elements.clone(),
        one => vec![one.clone()],
    }
}

#[cfg(test)]
mod tests {
    use super::same;

    const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[
        {"Sid":"a","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*",
         "Principal":{"AWS":"arn:aws:iam::123456789012:root"},
         "Condition":{"Bool":{"aws:SecureTransport":false}}},
        {"Effect":"Deny","Action":"s3:*","Resource":["*"],"Principal":"*"}]}"#;

    #[test]
    fn irrelevant_differences_are_equivalent() {
        let other = r#"{"Statement":[
            {"Resource":"*","Action":["s3:*"],"Principal":"*","Effect":"Deny"},
            {"Effect":"Allow","Sid":"a","Action":["s3:PutObject","s3:GetObject"],"Resource":["*"],
             "Principal":{"AWS":["123456789012"]},"Condition":{"Bool":{"aws:SecureTransport":"false"}}}],
            "Version":"2012-10-17"}"#;
        assert!(same(POLICY, other));
        let one = r#"{"Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}"#;
        let list = r#"{"Statement":[{"Effect":"Allow","Action":["a:b"],"Resource":"*"}]}"#;
        assert!(same(one, list));
    }

    #[test]
    fn relevant_differences_are_not_equivalent() {
        for (from, to) in [
            ("s3:GetObject", "s3:getobject"),
            ("\"s3:*\"", "[\"s3:*\",\"s3:*\"]"),
            ("\"Sid\":\"a\"", "\"Sid\":\"b\""),
            ("\"Principal\":\"*\"", "\"Principal\":{\"AWS\":\"*\"}"),
            ("\"Version\":\"2012-10-17\",", ""),
        ] {
            let other = POLICY.replace(from, to);
            assert_ne!(other, POLICY);
            assert!(!same(POLICY, &other), "{to}");
        }
        assert!(!same("", POLICY));
    }
}
