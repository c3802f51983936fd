//! Files where Terraform runs.
//!
//! They are read when Terraform runs. A file that belongs to the program is better included by Rust, with
//! `include_str!`: then nothing has to be there but the configuration.

use super::{argument, call};
use crate::expr::{Expr, IntoExpr, IntoExpression, Set};

functions! {
    /// The path, made absolute.
    fn abspath(path: String) -> String;

    /// The last part of the path.
    fn basename(path: String) -> String;

    /// The path without its last part.
    fn dirname(path: String) -> String;

    /// The content of a file, which has to be UTF-8. A path that does not begin with [`path::module`](super::path::module)
    /// or another absolute path is relative to the directory in which Terraform runs.
    ///
    /// ```
    /// # use iac_core::{functions::{file, path}, tf};
    /// file(tf!("{}/user-data.sh", path::module()));
    /// ```
    fn file(path: String) -> String;

    /// The content of a file in Base64.
    fn filebase64(path: String) -> String;

    /// Whether there is a file.
    fn fileexists(path: String) -> bool;

    /// The files in a directory whose names match a pattern such as `**/*.json`, relative to the directory.
    fn fileset(path: String, pattern: String) -> Set<String>;

    /// The path, with a `~` at its beginning replaced by the home directory.
    fn pathexpand(path: String) -> String;
}

/// Text made from a template in a file. The variables are an object or a map.
#[must_use]
pub fn templatefile(path: impl IntoExpr<String>, variables: impl IntoExpression) -> Expr<String> {
    call("templatefile", vec![argument(path), variables.into_expression()])
}
