//! Names for the types of Terraform's type system, used as the parameter of [`Expr`](crate::Expr).

use std::marker::PhantomData;

macro_rules! markers {
    ($($(#[$doc:meta])* $name:ident $(<$parameter:ident>)?;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name $(<$parameter: ?Sized>)? (PhantomData<fn() $(-> Box<$parameter>)?>);
    )*};
}

markers! {
    /// Terraform's `number`: whole or fractional.
    Number;
    /// A value whose type is known only when Terraform runs.
    Any;
    /// Terraform's `list(T)`.
    List<T>;
    /// Terraform's `set(T)`: unordered, without duplicates.
    Set<T>;
    /// Terraform's `map(T)`, whose keys are strings.
    Map<T>;
    /// The `id` of a resource of kind `K`. It is a string, but not any string: a subnet's id is not accepted where a
    /// VPC's is expected.
    Id<K>;
    /// The ARN of a resource of kind `K`; see [`Id`].
    Arn<K>;
    /// A value that is in no state and no plan: only write-only arguments, ephemeral blocks and providers take it.
    Ephemeral<T>;
    /// The argument's value is sent to the provider and never stored.
    WriteOnly<T>;
}

/// A Rust enum whose variants are the values that an argument allows.
///
/// The bindings make one for each argument of which the provider says what it allows. A value that is missing there can
/// be given as an expression, as in `Expr::from("new-value")`.
pub trait Enumeration {
    /// The value as the provider spells it.
    fn as_str(&self) -> &str;
}
