//! `rsadecrypt`.
//!
//! The crate `rsa` decrypts. It takes longer to compile than all other dependencies of this crate together, and few
//! configurations need it, so it is behind a feature of the same name. Without the feature the result is unknown.

#[cfg(feature = "rsa")]
mod decrypt;

use super::argument::string;
use super::function::Function;

#[cfg(feature = "rsa")]
use decrypt::decrypt;

pub(super) const FUNCTIONS: &[Function] =
    &[Function::partial("rsadecrypt", &[string("ciphertext"), string("privatekey")], decrypt)];

#[cfg(not(feature = "rsa"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature, it fails for some arguments")]
fn decrypt(_: &mut super::argument::Arguments) -> super::function::Outcome {
    Ok(crate::value::Value::UNKNOWN)
}
