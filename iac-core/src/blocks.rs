//! Terraform's top-level blocks other than resources.

mod check;
pub(crate) mod local;
mod module;
mod output;
mod refactoring;
pub(crate) mod settings;
mod variable;

pub use check::Check;
pub use local::Local;
pub use module::{Module, ModuleHandle};
pub use output::Output;
pub use refactoring::{Import, Moved, Removed};
pub use settings::{Backend, Cloud, Terraform};
pub use variable::{TypeConstraint, Variable};
