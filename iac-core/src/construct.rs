//! The trait of everything that can be added to a stack.

pub use crate::stack::Scope;

/// A part of a stack: a resource, a variable, or a pattern of many resources.
///
/// Bindings implement it for builders whose required arguments are set. Implement it for a pattern to add several
/// parts as one:
///
/// ```
/// use iac_core::prelude::*;
///
/// /// A setting with a default that can be overridden, exported as an output.
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
/// stack.add(Setting("color"));
/// assert!(stack.render_hcl()?.contains("value = var.color_override"));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be added to a stack",
    label = "not a construct, nor a resource with all required arguments"
)]
pub trait Construct {
    /// The value returned by [`Stack::add`](crate::Stack::add): usually a handle that other parts refer to.
    type Output;

    /// Adds the parts of the construct to the scope.
    fn build(self, scope: &Scope<'_>) -> Self::Output;
}
