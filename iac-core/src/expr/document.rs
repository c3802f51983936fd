//! JSON documents and objects as macros.

use super::Expr;
use crate::expression::{Expression, Operation};
use crate::syntax::{self, Json, Strings};

/// A JSON document: `jsonencode({ … })` with Terraform expressions as values.
///
/// Values are anything that converts into an expression: literals, attributes, `Vec`s, `Option`s (`None` is `null`).
/// A key is a literal, or an expression in parentheses.
///
/// ```
/// use iac_core::{Expr, json, tf};
///
/// fn policy(bucket: Expr<String>, actions: Vec<&str>) -> Expr<String> {
///     json!({
///         "Version": "2012-10-17",
///         "Statement": [{
///             "Effect": "Allow",
///             "Action": actions,
///             "Resource": [&bucket, &tf!("{}/*", &bucket)],
///             "Condition": { "Bool": { "aws:SecureTransport": true } },
///         }],
///     })
/// }
/// # let _ = policy;
/// ```
#[macro_export]
macro_rules! json {
    ($($document:tt)+) => {
        $crate::functions::jsonencode($crate::__document!($($document)+))
    };
}

/// A Terraform object, written as in [`json!`]: `object! { "name": "web", "ports": [80, 443] }`.
#[macro_export]
macro_rules! object {
    ($($elements:tt)*) => {
        $crate::Expr::<$crate::Any>::from_expression($crate::__document!({ $($elements)* }))
    };
}

/// One value of a document, as an expression.
#[doc(hidden)]
#[macro_export]
macro_rules! __document {
    (null) => { $crate::expression::Expression::Null };
    ([ $($elements:tt)* ]) => { $crate::__document_list!([] $($elements)*) };
    ({ $($elements:tt)* }) => { $crate::__document_object!([] $($elements)*) };
    ($value:expr) => { $crate::IntoExpression::into_expression($value) };
}

/// Consumes the elements of a list one by one; those already processed are in the brackets.
#[doc(hidden)]
#[macro_export]
macro_rules! __document_list {
    ([$($done:expr,)*]) => { $crate::expression::Expression::List(::std::vec![$($done),*]) };
    ([$($done:expr,)*] null $(, $($rest:tt)*)?) => {
        $crate::__document_list!([$($done,)* $crate::__document!(null),] $($($rest)*)?)
    };
    ([$($done:expr,)*] [$($list:tt)*] $(, $($rest:tt)*)?) => {
        $crate::__document_list!([$($done,)* $crate::__document!([$($list)*]),] $($($rest)*)?)
    };
    ([$($done:expr,)*] {$($object:tt)*} $(, $($rest:tt)*)?) => {
        $crate::__document_list!([$($done,)* $crate::__document!({$($object)*}),] $($($rest)*)?)
    };
    ([$($done:expr,)*] $value:expr $(, $($rest:tt)*)?) => {
        $crate::__document_list!([$($done,)* $crate::IntoExpression::into_expression($value),] $($($rest)*)?)
    };
}

/// Consumes the elements of an object one by one; those already processed are in the brackets.
#[doc(hidden)]
#[macro_export]
macro_rules! __document_object {
    ([$($done:expr,)*]) => { $crate::expression::Expression::Object(::std::vec![$($done),*]) };
    ([$($done:expr,)*] $key:tt : null $(, $($rest:tt)*)?) => {
        $crate::__document_object!([$($done,)* ($crate::__document_key!($key), $crate::__document!(null)),] $($($rest)*)?)
    };
    ([$($done:expr,)*] $key:tt : [$($list:tt)*] $(, $($rest:tt)*)?) => {
        $crate::__document_object!(
            [$($done,)* ($crate::__document_key!($key), $crate::__document!([$($list)*])),] $($($rest)*)?
        )
    };
    ([$($done:expr,)*] $key:tt : {$($object:tt)*} $(, $($rest:tt)*)?) => {
        $crate::__document_object!(
            [$($done,)* ($crate::__document_key!($key), $crate::__document!({$($object)*})),] $($($rest)*)?
        )
    };
    ([$($done:expr,)*] $key:tt : $value:expr $(, $($rest:tt)*)?) => {
        $crate::__document_object!(
            [$($done,)* ($crate::__document_key!($key), $crate::IntoExpression::into_expression($value)),] $($($rest)*)?
        )
    };
    ([$($done:expr,)*] $key:tt => $($rest:tt)*) => {
        ::std::compile_error!("expected `:` after the key, as in JSON")
    };
    ([$($done:expr,)*] $key:tt : ) => {
        ::std::compile_error!(::std::concat!("missing value for the key ", ::std::stringify!($key)))
    };
    ([$($done:expr,)*] $key:tt $($rest:tt)*) => {
        ::std::compile_error!(::std::concat!(
            "expected `key: value`, where the key is a literal or an expression in parentheses; found `",
            ::std::stringify!($key),
            "`",
        ))
    };
}

/// A key of an object.
#[doc(hidden)]
#[macro_export]
macro_rules! __document_key {
    ($key:literal) => {
        $crate::expression::ObjectKey::Name($crate::Text::from_static($key))
    };
    (($key:expr)) => {
        $crate::expression::ObjectKey::from($crate::IntoExpr::<::std::string::String>::into_expr($key))
    };
    ($key:tt) => {
        ::std::compile_error!(::std::concat!(
            "expected a literal or an expression in parentheses as a key, found `",
            ::std::stringify!($key),
            "`",
        ))
    };
}

/// An existing JSON document with its structure: `json_text(include_str!("policy.json"))` becomes `jsonencode({ …
/// })`, which is easier to review than an escaped string. Invalid JSON is reported when the stack is synthesized.
#[must_use]
pub fn json_text(text: &str) -> Expr<String> {
    let document = parse(text).unwrap_or_else(|error| {
        let (line, column) = error.line_and_column(text);
        let message = error.message;
        Operation::Invalid(format!("invalid JSON: {message}, at {line}:{column}")).into()
    });
    crate::functions::jsonencode(document)
}

fn parse(text: &str) -> syntax::Result<Expression> {
    let mut json = Json::new(text);
    let document = json.value(Strings::Literals)?;
    json.end()?;
    Ok(document)
}
