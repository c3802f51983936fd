//! Rendering: the model as text that Terraform reads.
//!
//! Two renderers write the same configuration: [`hcl`] in Terraform's own language, exactly as `terraform fmt` leaves
//! it, and [`json`] in its JSON syntax. They decide nothing about the content: no block is added or left
//! out, and nothing is validated except that every variable is in scope and every number is one.
//!
//! Text comes out of Terraform as it went in, whatever it contains, with one exception that Terraform makes for all
//! text: it normalises to Unicode's form C, so that `e` with a combining accent becomes `é`.
//!
//! ```text
//! let mut renderer = Renderer::new(Form::Configuration(Syntax::Hcl), addresses);
//! renderer.comment("Generated: do not edit.");
//! renderer.block(&Head::new("resource", &["aws_vpc", "main"]), &body)?;
//! let text = renderer.finish();
//! ```

mod columns;
mod expression;
mod hcl;
pub(crate) mod json;
mod layout;
mod reading;
mod scope;
mod shape;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;

use crate::body::Body;
use crate::expression::Target;
use crate::synth::Syntax;

/// What is written of a configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// What Terraform reads.
    Configuration(Syntax),
    /// What a planner reads: JSON, with a block a line.
    Model,
}

/// Writes a configuration, block by block.
pub(crate) struct Renderer<R>(Writer<R>);

enum Writer<R> {
    Hcl(hcl::Writer<R>),
    Json(json::Writer<R>),
}

impl<R: Resolve> Renderer<R> {
    /// Begins a configuration.
    pub(crate) fn new(form: Form, resolve: R) -> Self {
        Self(match form {
            Form::Configuration(Syntax::Hcl) => Writer::Hcl(hcl::Writer::new(resolve)),
            Form::Configuration(Syntax::Json) => Writer::Json(json::Writer::new(resolve)),
            Form::Model => Writer::Json(json::Writer::model(resolve)),
        })
    }

    /// Adds a comment that belongs to no block. Comments that follow each other are one.
    pub(crate) fn comment(&mut self, text: &str) {
        match &mut self.0 {
            Writer::Hcl(writer) => writer.comment(text),
            Writer::Json(writer) => writer.comment(text),
        }
    }

    /// Adds a top-level block. When there is an error, nothing of the block is written.
    pub(crate) fn block(&mut self, head: &Head<'_>, body: &Body) -> Result<(), RenderError> {
        match &mut self.0 {
            Writer::Hcl(writer) => writer.block(head, body),
            Writer::Json(writer) => writer.block(head, body),
        }
    }

    /// The whole text.
    pub(crate) fn finish(self) -> String {
        match self.0 {
            Writer::Hcl(writer) => writer.finish(),
            Writer::Json(writer) => writer.finish(),
        }
    }
}

/// Says how Terraform calls the entries of a stack.
pub(crate) trait Resolve {
    /// Writes the address of an entry: `aws_vpc.main`, `data.aws_ami.web`, `var.region`, `aws.west` for a provider.
    fn write(&self, target: Target, out: &mut String);
}

/// What a top-level block begins with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    keyword: &'a str,
    labels: &'a [&'a str],
}

impl<'a> Head<'a> {
    /// `keyword "label" "label"`.
    pub(crate) const fn new(keyword: &'a str, labels: &'a [&'a str]) -> Self {
        Self { keyword, labels }
    }
}

/// Why a block cannot be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RenderError {
    /// A variable of a `for` or `dynamic` has escaped from the closure that it belongs to.
    OutOfScope,
    /// Terraform's numbers are finite.
    NotFinite(String),
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfScope => f.write_str("an element of a loop is used outside of the loop"),
            Self::NotFinite(number) => write!(f, "{number} is not a number to Terraform"),
        }
    }
}
