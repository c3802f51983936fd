//! Databases, caches and search domains.

mod aurora;
mod cache;
mod search;

pub use aurora::{Aurora, AuroraBuilder, Size};
pub use cache::{Cache, CacheBuilder};
pub use search::{Search, SearchBuilder};
