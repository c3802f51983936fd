//! What can be added to a stack.

pub use crate::stack::Scope;

/// Something that a stack is made of: a resource, a variable, or a pattern of many resources.
///
/// The bindings implement it for builders that are complete. A pattern implements it to add several things as one:
///
/// ```
/// use iac_core::prelude::*;
///
/// /// A setting that can be overridden, and is always printed.
/// struct Setting(&'static str);
///
/// impl Construct for Setting {
///     type Output = Expr<String>;
///
///     fn build(self, scope: &Scope<'_>) -> Expr<String> {
///         let scope = scope.nested(self.0);
///         let value = scope.add(Variable::<String>::new("override").default(self.0));
///         scope.add(Output::new("value", &value));
///         value
///     }
/// }
///
/// let stack = Stack::new("settings");
/// stack.add(Setting("colour"));
/// assert!(stack.render_hcl()?.contains("value = var.colour_override"));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be added to a stack",
    label = "this is not a complete resource and not a construct"
)]
pub trait Construct {
    /// What [`Stack::add`](crate::Stack::add) returns: usually the handle by which others refer to it.
    type Output;

    /// Adds what the construct is made of.
    fn build(self, scope: &Scope<'_>) -> Self::Output;
}
