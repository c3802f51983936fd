//! What the tests share.

#[cfg(feature = "oracle")]
pub mod accepted;
#[cfg(feature = "oracle")]
pub mod terraform;
