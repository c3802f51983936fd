//! Traits of the construct handles: `use iac_aws::prelude::*;`.

pub use crate::identity::Grantee as _;
pub use crate::network::HasSecurityGroup as _;
pub use crate::traffic::HasAlias as _;
