//! What can be added to a stack.

pub use crate::stack::Scope;

/// Something that a stack is made of: a resource, a variable, or a pattern of many resources.
///
/// The bindings implement it for builders that are complete. A pattern implements it to add several resources as one:
///
/// ```ignore
/// struct Website { name: String }
///
/// impl Construct for Website {
///     type Output = s3::Bucket;
///
///     fn build(self, scope: &Scope<'_>) -> s3::Bucket {
///         let scope = scope.nested(&self.name);
///         scope.add(s3::Bucket::builder("content"))
///     }
/// }
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
