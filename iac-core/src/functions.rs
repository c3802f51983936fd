//! Terraform's built-in functions.
//!
//! Each function is named as in Terraform, with a trailing `_` for Rust keywords, and accepts expressions and Rust
//! values. Terraform computes the result when it runs; compute values known to Rust in Rust instead. Provider
//! functions are part of the provider's bindings.
//!
//! ```
//! use iac_core::functions::{cidrsubnet, join, upper};
//! use iac_core::{Expr, List};
//!
//! fn example(cidr: Expr<String>, zones: Expr<List<String>>) {
//!     cidrsubnet(&cidr, 8, 2); // cidrsubnet(cidr, 8, 2)
//!     upper(join("-", zones)); // upper(join("-", zones))
//! }
//! # let _ = example;
//! ```
//!
//! | family | functions |
//! |---|---|
//! | numeric | [`abs`] [`ceil`] [`floor`] [`log`] [`max`] [`min`] [`parseint`] [`pow`] [`signum`] |
//! | string | [`chomp`] [`endswith`] [`format`](format()) [`formatlist`] [`indent`] [`join`] [`lower`] [`regex`](regex()) [`regexall`] [`replace`] [`split`] [`startswith`] [`strcontains`] [`strrev`] [`substr`] [`templatestring`] [`title`] [`trim`] [`trimprefix`] [`trimspace`] [`trimsuffix`] [`upper`] |
//! | collection | [`alltrue`] [`anytrue`] [`chunklist`] [`coalesce`] [`coalescelist`] [`compact`] [`concat`](concat()) [`contains`] [`distinct`] [`element`] [`flatten`] [`index`] [`keys`] [`length`] [`lookup`] [`matchkeys`] [`merge`] [`one`] [`range`] [`reverse`] [`setintersection`] [`setproduct`] [`setsubtract`] [`setunion`] [`slice`](slice()) [`sort`] [`sum`] [`transpose`] [`values`] [`zipmap`] |
//! | encoding | [`base64decode`] [`base64encode`] [`base64gzip`] [`csvdecode`] [`jsondecode`] [`jsonencode`] [`textdecodebase64`] [`textencodebase64`] [`urlencode`] [`yamldecode`] [`yamlencode`] |
//! | filesystem | [`abspath`] [`basename`] [`dirname`] [`file`](file()) [`filebase64`] [`fileexists`] [`fileset`] [`pathexpand`] [`templatefile`] |
//! | date and time | [`formatdate`] [`plantimestamp`] [`timeadd`] [`timecmp`] [`timestamp`] |
//! | hash and crypto | [`base64sha256`] [`base64sha512`] [`bcrypt`] [`filebase64sha256`] [`filebase64sha512`] [`filemd5`] [`filesha1`] [`filesha256`] [`filesha512`] [`md5`](md5()) [`rsadecrypt`] [`sha1`](sha1()) [`sha256`] [`sha512`] [`uuid`] [`uuidv5`] |
//! | IP network | [`cidrhost`] [`cidrnetmask`] [`cidrsubnet`] [`cidrsubnets`] |
//! | type conversion | [`can`] [`ephemeralasnull`] [`issensitive`] [`nonsensitive`] [`sensitive`] [`tobool`] [`tolist`] [`tomap`] [`tonumber`] [`toset`] [`tostring`] [`try_`] |
//! | `terraform` provider | [`terraform::decode_tfvars`] [`terraform::encode_expr`] [`terraform::encode_tfvars`] |
//!
//! The named values `path.*` and `terraform.*` are in [`path`](mod@path) and [`terraform`](mod@terraform).

use crate::expr::{Element, Expr, IntoExpr, SequenceType};
use crate::expression::{Expression, Operation};
use crate::text::Text;

/// Generates functions with a fixed number of typed arguments.
macro_rules! functions {
    ($($(#[$doc:meta])* fn $name:ident($($parameter:ident: $type:ty),*) -> $result:ty;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name($($parameter: impl $crate::IntoExpr<$type>),*) -> $crate::Expr<$result> {
            $crate::functions::call(stringify!($name), vec![$($crate::functions::argument($parameter)),*])
        }
    )*};
}

mod arguments;
mod collection;
mod conversion;
mod date_time;
mod encoding;
mod filesystem;
mod hash;
mod network;
mod numeric;
pub mod path;
mod sets;
mod string;
pub mod terraform;

pub use arguments::{AnyArguments, ArgumentList, Arguments};
pub use collection::*;
pub use conversion::*;
pub use date_time::*;
pub use encoding::*;
pub use filesystem::*;
pub use hash::*;
pub use network::*;
pub use numeric::*;
pub use sets::*;
pub use string::*;

/// The Rust representation of a value of type `T`: an [`Expr<T>`], or an object type of a provider.
pub type ValueOf<T> = <T as Element>::Value;

/// The element type of lists or sets of type `T`.
pub type ElementOf<T> = <T as SequenceType>::Element;

fn argument<T: ?Sized>(value: impl IntoExpr<T>) -> Expression {
    value.into_expr().into_expression()
}

fn call<T: ?Sized>(function: &'static str, arguments: Vec<Expression>) -> Expr<T> {
    Expr::from_expression(Expression::call(Text::from_static(function), arguments))
}

/// Creates a call with any number of trailing arguments.
fn variadic(function: &'static str, mut first: Vec<Expression>, rest: ArgumentList) -> Expression {
    let ArgumentList { mut arguments, expand_last } = rest;
    first.append(&mut arguments);
    Operation::Call { function: Text::from_static(function), arguments: first, expand_last }.into()
}

/// Creates a call with at least one argument.
fn some(function: &'static str, arguments: ArgumentList) -> Expression {
    if arguments.arguments.is_empty() {
        return Operation::Invalid(format!("`{function}` needs at least one argument")).into();
    }
    variadic(function, Vec::new(), arguments)
}
