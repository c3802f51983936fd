//! Rendering of the model into text for Terraform.
//!
//! Two renderers write the same configuration: [`hcl`] in Terraform's own language, exactly as `terraform fmt`
//! formats it, and [`json`] in Terraform's JSON syntax. They do not change the content: no block is added or omitted,
//! and nothing is validated except that variables are in scope and numbers are finite.
//!
//! All text survives the round trip through Terraform, with one exception: Terraform normalizes strings to Unicode
//! form C, so that `e` with a combining accent becomes `é`.
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
mod printer;
mod reading;
mod scope;
mod shape;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;

use crate::body::Body;
use crate::expression::Target;

/// The syntax of configurations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Syntax {
    /// HCL formatted like `terraform fmt`: `main.tf`.
    #[default]
    Hcl,
    /// Terraform's JSON syntax: `main.tf.json`.
    Json,
}

impl Syntax {
    /// Returns the name of the file that contains a stack's configuration.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Hcl => "main.tf",
            Self::Json => "main.tf.json",
        }
    }
}

/// The output of the renderer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// Configuration for Terraform.
    Configuration(Syntax),
    /// The model for the planner: JSON with one block per line.
    Model,
}

/// Writes a configuration block by block.
pub(crate) struct Renderer<R>(Writer<R>);

enum Writer<R> {
    Hcl(hcl::Writer<R>),
    Json(json::Writer<R>),
}

impl<R: Resolve> Renderer<R> {
    /// Starts an empty configuration.
    pub(crate) fn new(form: Form, resolve: R) -> Self {
        Self(match form {
            Form::Configuration(Syntax::Hcl) => Writer::Hcl(hcl::Writer::new(resolve)),
            Form::Configuration(Syntax::Json) => Writer::Json(json::Writer::new(resolve)),
            Form::Model => Writer::Json(json::Writer::model(resolve)),
        })
    }

    /// Adds a comment that belongs to no block. Consecutive comments form one paragraph.
    pub(crate) fn comment(&mut self, text: &str) {
        match &mut self.0 {
            Writer::Hcl(writer) => writer.comment(text),
            Writer::Json(writer) => writer.comment(text),
        }
    }

    /// Adds a top-level block. On error, nothing of the block is written.
    pub(crate) fn block(&mut self, head: &Head<'_>, body: &Body) -> Result<(), RenderError> {
        match &mut self.0 {
            Writer::Hcl(writer) => writer.block(head, body),
            Writer::Json(writer) => writer.block(head, body),
        }
    }

    /// Returns the complete text.
    pub(crate) fn finish(self) -> String {
        match self.0 {
            Writer::Hcl(writer) => writer.finish(),
            Writer::Json(writer) => writer.finish(),
        }
    }
}

/// Resolves entries of a stack into addresses.
pub(crate) trait Resolve {
    /// Writes the address of an entry: `aws_vpc.main`, `data.aws_ami.web`, `var.region`, `aws.west` for a provider.
    fn write(&self, target: Target, out: &mut String);
}

/// The type and labels of a top-level block.
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

/// Error returned when a block cannot be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RenderError {
    /// A variable of a `for` or `dynamic` is used outside the closure that it belongs to.
    OutOfScope,
    /// A number is infinite or not a number; Terraform's numbers are finite.
    NotFinite(String),
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfScope => f.write_str("an element of a loop is used outside the loop"),
            Self::NotFinite(number) => write!(f, "{number} is not a finite number"),
        }
    }
}
