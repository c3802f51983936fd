//! Filesystem functions.
//!
//! Terraform reads the files when it runs. A file that belongs to the program is better embedded with `include_str!`,
//! so that the configuration is self-contained.

use super::{argument, call};
use crate::expr::{Expr, IntoExpr, IntoExpression, Set};

functions! {
    /// Converts a path into an absolute one.
    fn abspath(path: String) -> String;

    /// Returns the last component of a path.
    fn basename(path: String) -> String;

    /// Returns a path without its last component.
    fn dirname(path: String) -> String;

    /// Reads a UTF-8 file. Relative paths are resolved against the directory in which Terraform runs; start the path
    /// with [`path::module`](super::path::module) to make it independent of that.
    ///
    /// ```
    /// # use iac_core::{functions::{file, path}, tf};
    /// file(tf!("{}/user-data.sh", path::module()));
    /// ```
    fn file(path: String) -> String;

    /// Reads a file and encodes it in Base64.
    fn filebase64(path: String) -> String;

    /// Returns true if the file exists.
    fn fileexists(path: String) -> bool;

    /// Returns the files in a directory that match a pattern such as `**/*.json`, relative to the directory.
    fn fileset(path: String, pattern: String) -> Set<String>;

    /// Replaces a leading `~` with the home directory.
    fn pathexpand(path: String) -> String;
}

/// Renders a template file. The variables are an object or a map.
#[must_use]
pub fn templatefile(path: impl IntoExpr<String>, variables: impl IntoExpression) -> Expr<String> {
    call("templatefile", vec![argument(path), variables.into_expression()])
}
