//! Text.

use super::{AnyArguments, argument, call, variadic};
use crate::expr::{Any, Expr, IntoExpr, IntoExpression, List, Number};

functions! {
    /// The text without line breaks at its end.
    fn chomp(string: String) -> String;

    /// Whether the text ends with the suffix.
    fn endswith(string: String, suffix: String) -> bool;

    /// The text with that many spaces before each line but the first.
    fn indent(spaces: Number, string: String) -> String;

    /// The elements of a list as one text, with the separator between them.
    ///
    /// ```
    /// # use iac_core::{Expr, List, Id, functions::join};
    /// # enum Subnet {}
    /// fn zone_identifier(subnets: Expr<List<Id<Subnet>>>) -> Expr<String> {
    ///     join(",", subnets)
    /// }
    /// # let _ = zone_identifier;
    /// ```
    fn join(separator: String, list: List<String>) -> String;

    /// The text in lower case.
    fn lower(string: String) -> String;

    /// What the first match of a regular expression captures: a list, an object when the groups have names, or the text
    /// of the match when there are no groups. Without a match, Terraform stops; see [`can`](super::can) and
    /// [`try_`](super::try_).
    fn regex(pattern: String, string: String) -> Any;

    /// What each match of a regular expression captures, as by [`regex`](regex()).
    fn regexall(pattern: String, string: String) -> List<Any>;

    /// The text with every occurrence of a part replaced. Between slashes, the part is a regular expression.
    fn replace(string: String, substring: String, replacement: String) -> String;

    /// The pieces of a text between the separators.
    fn split(separator: String, string: String) -> List<String>;

    /// Whether the text begins with the prefix.
    fn startswith(string: String, prefix: String) -> bool;

    /// Whether the part occurs in the text.
    fn strcontains(string: String, substring: String) -> bool;

    /// The text backwards.
    fn strrev(string: String) -> String;

    /// The part of a text that begins at an offset, counted in characters; from the end when it is negative. A length of
    /// −1 is everything that follows.
    fn substr(string: String, offset: Number, length: Number) -> String;

    /// The text with the first letter of each word in upper case.
    fn title(string: String) -> String;

    /// The text without the characters of a set at its beginning and end.
    fn trim(string: String, characters: String) -> String;

    /// The text without a prefix, if it is there.
    fn trimprefix(string: String, prefix: String) -> String;

    /// The text without white space at its beginning and end.
    fn trimspace(string: String) -> String;

    /// The text without a suffix, if it is there.
    fn trimsuffix(string: String, suffix: String) -> String;

    /// The text in upper case.
    fn upper(string: String) -> String;
}

/// Text made from a pattern with verbs such as `%s`, `%d` and `%05.1f`. Where no verb is needed,
/// [`tf!`](crate::tf) reads better.
///
/// ```
/// # use iac_core::{Expr, Number, functions::format};
/// fn name(number: Expr<Number>) -> Expr<String> {
///     format("%s-%03d", ("web", number))
/// }
/// # let _ = name;
/// ```
#[must_use]
pub fn format(pattern: impl IntoExpr<String>, arguments: impl AnyArguments) -> Expr<String> {
    Expr::from_expression(variadic("format", vec![argument(pattern)], arguments.into_arguments()))
}

/// Texts made from a pattern as by [`format`](format()): one for each position of the arguments that are lists.
#[must_use]
pub fn formatlist(pattern: impl IntoExpr<String>, arguments: impl AnyArguments) -> Expr<List<String>> {
    Expr::from_expression(variadic("formatlist", vec![argument(pattern)], arguments.into_arguments()))
}

/// Text made from a template that is a value: an attribute of a resource, a local value, a variable. Terraform does not
/// take a literal here. The variables are an object or a map.
#[must_use]
pub fn templatestring(template: impl IntoExpr<String>, variables: impl IntoExpression) -> Expr<String> {
    call("templatestring", vec![argument(template), variables.into_expression()])
}
