//! Databases and caches.

mod aurora;
mod cache;

pub use aurora::{Aurora, AuroraBuilder, Size};
pub use cache::{Cache, CacheBuilder};
