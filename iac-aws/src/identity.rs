//! IAM: policy documents, roles and grants.
//!
//! ```
//! use iac_aws::identity::{Policy, Principal, Role, Statement};
//! use iac_core::prelude::*;
//!
//! let stack = Stack::new("reports");
//! let role = stack.add(Role::builder("writer", Principal::service("lambda.amazonaws.com")));
//! role.allow(Statement::allow(["sqs:SendMessage"]).on("arn:aws:sqs:eu-west-1:111111111111:reports"));
//!
//! let hcl = stack.render_hcl()?;
//! assert!(hcl.contains(r#"resource "aws_iam_role" "writer""#));
//! assert!(hcl.contains(r#"resource "aws_iam_role_policy" "writer""#));
//! # Ok::<(), iac_core::diagnostic::Diagnostics>(())
//! ```

mod deploy;
mod policy;
mod role;

pub use deploy::{GithubRole, GithubRoleBuilder};
pub use policy::{Policy, Principal, Statement};
pub use role::{Grantee, Role, RoleBuilder};
