//! Encoding functions.

use super::call;
use crate::expr::{Any, Expr, IntoExpression, List, Map};

functions! {
    /// Decodes a Base64 string into UTF-8 text.
    fn base64decode(string: String) -> String;

    /// Encodes a string as UTF-8 in Base64.
    fn base64encode(string: String) -> String;

    /// Compresses a string with gzip and encodes it in Base64.
    fn base64gzip(string: String) -> String;

    /// Decodes CSV into a list of rows; the first line names the columns.
    fn csvdecode(string: String) -> List<Map<String>>;

    /// Decodes a JSON document.
    fn jsondecode(string: String) -> Any;

    /// Decodes a Base64 string in a character encoding such as `UTF-16LE`.
    fn textdecodebase64(source: String, encoding: String) -> String;

    /// Encodes a string in a character encoding such as `UTF-16LE`, in Base64.
    fn textencodebase64(string: String, encoding: String) -> String;

    /// Percent-encodes a string for a URL.
    fn urlencode(string: String) -> String;

    /// Decodes a YAML document.
    fn yamldecode(string: String) -> Any;
}

/// Encodes a value as JSON. To write a document with its structure, use [`json!`](crate::json).
#[must_use]
pub fn jsonencode(value: impl IntoExpression) -> Expr<String> {
    call("jsonencode", vec![value.into_expression()])
}

/// Encodes a value as YAML.
#[must_use]
pub fn yamlencode(value: impl IntoExpression) -> Expr<String> {
    call("yamlencode", vec![value.into_expression()])
}
