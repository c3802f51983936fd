//! String functions.

use super::{AnyArguments, argument, call, variadic};
use crate::expr::{Any, Expr, IntoExpr, IntoExpression, List, Number};

functions! {
    /// Removes line breaks from the end of a string.
    fn chomp(string: String) -> String;

    /// Returns true if the string ends with the suffix.
    fn endswith(string: String, suffix: String) -> bool;

    /// Indents every line but the first by a number of spaces.
    fn indent(spaces: Number, string: String) -> String;

    /// Joins the elements of a list with a separator.
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

    /// Converts a string to lower case.
    fn lower(string: String) -> String;

    /// Returns the captures of the first match of a regular expression: a list, an object if the groups are named, or
    /// the matched string if there are no groups. Terraform fails if nothing matches; see [`can`](super::can) and
    /// [`try_`](super::try_).
    fn regex(pattern: String, string: String) -> Any;

    /// Returns the captures of all matches of a regular expression, as [`regex`](regex()) does.
    fn regexall(pattern: String, string: String) -> List<Any>;

    /// Replaces every occurrence of a substring. A substring enclosed in slashes is a regular expression.
    fn replace(string: String, substring: String, replacement: String) -> String;

    /// Splits a string at each separator.
    fn split(separator: String, string: String) -> List<String>;

    /// Returns true if the string starts with the prefix.
    fn startswith(string: String, prefix: String) -> bool;

    /// Returns true if the string contains the substring.
    fn strcontains(string: String, substring: String) -> bool;

    /// Reverses a string.
    fn strrev(string: String) -> String;

    /// Returns a substring of a given length, starting at an offset in characters; negative offsets count from the
    /// end. A length of −1 extends to the end.
    fn substr(string: String, offset: Number, length: Number) -> String;

    /// Converts the first letter of each word to upper case.
    fn title(string: String) -> String;

    /// Removes the given characters from both ends of a string.
    fn trim(string: String, characters: String) -> String;

    /// Removes a prefix, if present.
    fn trimprefix(string: String, prefix: String) -> String;

    /// Removes white space from both ends of a string.
    fn trimspace(string: String) -> String;

    /// Removes a suffix, if present.
    fn trimsuffix(string: String, suffix: String) -> String;

    /// Converts a string to upper case.
    fn upper(string: String) -> String;
}

/// Formats values with verbs such as `%s`, `%d` and `%05.1f`. [`tf!`](crate::tf) is more readable if no verb is
/// needed.
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

/// Formats one string for each position of the arguments that are lists, as [`format`](format()) does.
#[must_use]
pub fn formatlist(pattern: impl IntoExpr<String>, arguments: impl AnyArguments) -> Expr<List<String>> {
    Expr::from_expression(variadic("formatlist", vec![argument(pattern)], arguments.into_arguments()))
}

/// Renders a template that is a value: an attribute of a resource, a local value, a variable. Terraform does not
/// accept a literal here. The variables are an object or a map.
#[must_use]
pub fn templatestring(template: impl IntoExpr<String>, variables: impl IntoExpression) -> Expr<String> {
    call("templatestring", vec![argument(template), variables.into_expression()])
}
