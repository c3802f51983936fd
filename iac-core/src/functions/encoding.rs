//! Texts that stand for other data.

use super::call;
use crate::expr::{Any, Expr, IntoExpression, List, Map};

functions! {
    /// The text that Base64 stands for, which has to be UTF-8.
    fn base64decode(string: String) -> String;

    /// The text, as UTF-8, in Base64.
    fn base64encode(string: String) -> String;

    /// The text, compressed by gzip, in Base64.
    fn base64gzip(string: String) -> String;

    /// The rows of a table in CSV; the first line names the columns.
    fn csvdecode(string: String) -> List<Map<String>>;

    /// The value that a JSON document stands for.
    fn jsondecode(string: String) -> Any;

    /// The text that Base64 stands for in a character encoding such as `UTF-16LE`.
    fn textdecodebase64(source: String, encoding: String) -> String;

    /// The text in a character encoding such as `UTF-16LE`, in Base64.
    fn textencodebase64(string: String, encoding: String) -> String;

    /// The text as it may stand in a URL.
    fn urlencode(string: String) -> String;

    /// The value that a YAML document stands for.
    fn yamldecode(string: String) -> Any;
}

/// The value as a JSON document. [`json!`](crate::json) writes one with its structure.
#[must_use]
pub fn jsonencode(value: impl IntoExpression) -> Expr<String> {
    call("jsonencode", vec![value.into_expression()])
}

/// The value as a YAML document.
#[must_use]
pub fn yamlencode(value: impl IntoExpression) -> Expr<String> {
    call("yamlencode", vec![value.into_expression()])
}
