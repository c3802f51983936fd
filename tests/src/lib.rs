//! Helpers shared by the tests.

#[cfg(feature = "oracle")]
pub mod accepted;
#[cfg(doctest)]
mod book;
#[cfg(feature = "moto")]
pub mod moto;
pub mod policies;
#[cfg(feature = "differential")]
pub mod random;
#[cfg(any(feature = "oracle", feature = "differential", feature = "stub"))]
pub mod terraform;
