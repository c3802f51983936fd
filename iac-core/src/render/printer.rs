//! The state of writing expressions: on one line, or on several.

use super::scope::Scope;
use super::{RenderError, Resolve};

/// Writes expressions.
pub(super) struct Printer<R> {
    pub(super) out: String,
    pub(super) resolve: R,
    pub(super) scope: Scope,
    pub(super) error: Option<RenderError>,
    /// The attempt to write the current expression on one line, if any.
    pub(super) trial: Option<Trial>,
    /// The separator between keys and values of inline objects: [`COLON`] where `terraform fmt` would mistake the `=`
    /// for the one it aligns.
    pub(super) assign: &'static str,
    /// True where Terraform evaluates functions.
    pub(super) functions: bool,
    /// True if object keys are addresses, which are written without quotes.
    pub(super) bare_addresses: bool,
    /// True if the current value spans several lines.
    pub(super) broken: bool,
    pub(super) indent: usize,
    /// The arguments to be aligned, for all unfinished runs.
    pub(super) marks: Vec<Mark>,
    pub(super) scratch: String,
}

const EQUALS: &str = " = ";
pub(super) const COLON: &str = " : ";

/// An attempt to write an expression on one line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trial {
    /// The maximum length of the output.
    pub(super) end: usize,
    /// True if the line may contain an object with one element.
    pub(super) objects: bool,
    pub(super) failed: bool,
}

impl<R: Resolve> Printer<R> {
    pub(super) fn new(resolve: R) -> Self {
        Self {
            out: String::new(),
            resolve,
            scope: Scope::default(),
            error: None,
            trial: None,
            assign: EQUALS,
            functions: true,
            bare_addresses: false,
            broken: false,
            indent: 0,
            marks: Vec::new(),
            scratch: String::new(),
        }
    }
}

/// An argument to be aligned with its neighbors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// The output position of its `=`, including the space before it.
    pub(super) equals: usize,
    /// The width of its name in columns.
    pub(super) columns: usize,
}
